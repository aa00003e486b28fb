import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { eventExamples, type Instant } from '@parley/contract';
import { Draft } from '../draft.ts';
import type { Monotonic } from '../ports/moment.ts';
import { deleteRecording } from './recording.ts';

const chance = { id: () => 'x', token: () => 'x', fraction: () => 0.5 };
const draft = (): Draft => new Draft({ mono: 0 as Monotonic, wall: 5_000_000 as Instant }, chance);

describe('a recording', () => {
  it('stays as a row when it is deleted, on the condition that nobody else changed it', () => {
    const row = eventExamples.recording_finished.data;
    const end = '1970-01-01 00:00:05.000000';
    const sheet = draft();
    assert.deepEqual(deleteRecording(sheet, { row, version: 3 }), { ...row, tm_update: end, tm_delete: end });
    assert.deepEqual(sheet.preconditions, [{ kind: 'recording', id: row.id, version: 3 }]);
    assert.deepEqual(sheet.events, [], 'its end was told when it ended');
  });

  it('that is under way cannot be deleted', () => {
    const row = eventExamples.recording_started.data;
    assert.throws(() => deleteRecording(draft(), { row, version: 1 }), /recording cannot be deleted/);
  });
});
