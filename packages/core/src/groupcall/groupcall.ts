import { type Groupcall, nilId } from '@parley/contract';
import type { Draft } from '../draft.ts';
import type { Stored } from '../ports/store.ts';

/** Removal is soft: the row stays, with the time of its end. It has to be over. */
export function deleteGroupcall(draft: Draft, { row, version }: Stored<'groupcall'>): Groupcall {
  if (row.status !== 'hangup') throw new Error(`a group dial that is ${row.status} cannot be deleted`);
  const groupcall: Groupcall = { ...row, tm_update: draft.stamp, tm_delete: draft.stamp };
  draft.require('groupcall', row.id, version);
  draft.put('groupcall', groupcall);
  // In the order of what its master told, when it had one.
  draft.emit('groupcall_deleted', row.master_call_id === nilId ? row.id : row.master_call_id, groupcall);
  return groupcall;
}
