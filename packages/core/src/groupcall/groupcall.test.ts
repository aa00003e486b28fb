import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { eventExamples, type Instant, nilId } from '@parley/contract';
import { Draft } from '../draft.ts';
import type { Monotonic } from '../ports/moment.ts';
import { deleteGroupcall } from './groupcall.ts';

const chance = { id: () => 'x', token: () => 'x', fraction: () => 0.5 };
const draft = (): Draft => new Draft({ mono: 0 as Monotonic, wall: 5_000_000 as Instant }, chance);

describe('a group dial', () => {
  it('stays as a row when it is deleted, and tells so in the order of its master', () => {
    const row = eventExamples.groupcall_hangup.data;
    const end = '1970-01-01 00:00:05.000000';
    const sheet = draft();
    const deleted = deleteGroupcall(sheet, { row, version: 3 });
    assert.deepEqual(deleted, { ...row, tm_update: end, tm_delete: end });
    assert.deepEqual(sheet.preconditions, [{ kind: 'groupcall', id: row.id, version: 3 }]);
    const told = sheet.events.map(({ type, lane, body }) => ({ type, lane, body }));
    const body = JSON.stringify({ type: 'groupcall_deleted', data: deleted });
    assert.deepEqual(told, [{ type: 'groupcall_deleted', lane: row.master_call_id, body }]);
  });

  it('without a master tells it in an order of its own', () => {
    const row = { ...eventExamples.groupcall_hangup.data, master_call_id: nilId };
    const sheet = draft();
    deleteGroupcall(sheet, { row, version: 1 });
    assert.equal(sheet.events[0]?.lane, row.id);
  });

  it('that is not over cannot be deleted', () => {
    const row = eventExamples.groupcall_progressing.data;
    assert.throws(() => deleteGroupcall(draft(), { row, version: 1 }), /group dial .* cannot be deleted/);
  });
});
