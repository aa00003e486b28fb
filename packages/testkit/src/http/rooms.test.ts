import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { bodyExamples, eventExamples } from '@parley/contract';
import type { Put } from '@parley/core';
import { type ApiUnderTest, createApi } from './api-under-test.ts';

const end = '2026-01-02 00:00:00.000000';

/** What each kind is read by. */
const reads = {
  conference: ['listConferences', 'getConference', 'CONFERENCE_NOT_FOUND'],
  confbridge: ['listConfbridges', 'getConfbridge', 'CONFBRIDGE_NOT_FOUND'],
  groupcall: ['listGroupcalls', 'getGroupcall', 'GROUPCALL_NOT_FOUND'],
  recording: ['listRecordings', 'getRecording', 'RECORDING_NOT_FOUND'],
  transfer: ['listTransfers', 'getTransfer', 'TRANSFER_NOT_FOUND'],
} as const;
type RoomKind = keyof typeof reads;
const kinds = Object.keys(reads) as readonly RoomKind[];

/** One row of each kind, of the first customer. */
function rowsOf(api: ApiUnderTest, tm_delete?: string): readonly Put[] {
  const change = { customer_id: api.customerId, ...(tm_delete === undefined ? {} : { tm_delete }) };
  return [
    { kind: 'conference', row: { ...eventExamples.conference_updated.data, ...change } },
    { kind: 'confbridge', row: { ...bodyExamples.Confbridge, ...change } },
    { kind: 'groupcall', row: { ...eventExamples.groupcall_progressing.data, ...change } },
    { kind: 'recording', row: { ...eventExamples.recording_finished.data, ...change } },
    { kind: 'transfer', row: { ...bodyExamples.Transfer, ...change } },
  ];
}

describe('rooms, group dials, recordings and transfers over HTTP', () => {
  it('are listed and read as the call centre wrote them', async () => {
    const api = await createApi();
    const puts = rowsOf(api);
    await api.put(...puts);
    assert.deepEqual(
      puts.map(({ kind }) => kind),
      kinds,
    );
    for (const { kind, row } of puts) {
      const [list, get] = reads[kind as RoomKind];
      assert.deepEqual((await api.ok(list)).result, [row]);
      assert.deepEqual(await api.ok(get, { params: { id: row.id } }), row);
    }
  });

  it('of another customer are not there', async () => {
    const api = await createApi();
    const puts = rowsOf(api);
    await api.put(...puts);
    for (const { kind, row } of puts) {
      const [list, get, reason] = reads[kind as RoomKind];
      assert.deepEqual((await api.ok(list, { key: api.otherKey })).result, []);
      const error = await api.refused(get, { key: api.otherKey, params: { id: row.id } });
      assert.equal(error.reason, reason);
    }
  });

  it('are gone from lists once they are deleted; a room that is over can still be read', async () => {
    const api = await createApi();
    const puts = rowsOf(api, end);
    await api.put(...puts);
    for (const { kind, row } of puts) {
      const [list, get, reason] = reads[kind as RoomKind];
      assert.deepEqual((await api.ok(list)).result, []);
      const params = { id: row.id };
      if (kind === 'conference' || kind === 'confbridge')
        assert.deepEqual(await api.ok(get, { params }), row);
      else assert.equal((await api.refused(get, { params })).reason, reason);
    }
  });
});
