import type { Recording } from '@parley/contract';
import type { Draft } from '../draft.ts';
import type { Stored } from '../ports/store.ts';

/** Removal is soft: the row stays, with the time of its end; its file is the caller's to remove. It has to have ended. */
export function deleteRecording(draft: Draft, { row, version }: Stored<'recording'>): Recording {
  if (row.status !== 'ended') throw new Error(`a recording that is ${row.status} cannot be deleted`);
  const recording: Recording = { ...row, tm_update: draft.stamp, tm_delete: draft.stamp };
  draft.require('recording', row.id, version);
  draft.put('recording', recording);
  return recording;
}
