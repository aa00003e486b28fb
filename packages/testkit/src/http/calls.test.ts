import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Call } from '@parley/contract';
import { type ApiUnderTest, createApi } from './api-under-test.ts';
import { exampleCall } from './example-rows.ts';

async function givenCall(api: ApiUnderTest, change: Partial<Call> = {}): Promise<string> {
  const row = exampleCall(api.chance.id(), api.customerId, change);
  await api.put({ kind: 'call', row });
  return row.id;
}

describe('calls over HTTP', () => {
  it('are listed and read, live or over', async () => {
    const api = await createApi();
    const live = await givenCall(api, { tm_create: '2026-01-01 00:00:01.000000' });
    const over = await givenCall(api, { status: 'hangup', tm_create: '2026-01-01 00:00:02.000000' });
    const { result } = await api.ok('listCalls');
    assert.deepEqual(
      result.map(({ id }) => id),
      [over, live],
    );
    assert.equal((await api.ok('getCall', { params: { id: live } })).status, 'progressing');
  });

  it('are hung up; the reply shows what that began', async () => {
    const api = await createApi();
    const id = await givenCall(api);
    api.commands.hangup = async (asked) => {
      await api.put({ kind: 'call', row: exampleCall(asked, api.customerId, { status: 'terminating' }) });
      return 'ok';
    };
    assert.equal((await api.ok('hangupCall', { params: { id } })).status, 'terminating');
  });

  it('that are over cannot be hung up', async () => {
    const api = await createApi();
    const over = await givenCall(api, { status: 'hangup' });
    assert.equal((await api.refused('hangupCall', { params: { id: over } })).reason, 'CALL_ALREADY_HANGUP');
    const ending = await givenCall(api);
    api.commands.hangup = async () => 'alreadyHungUp';
    assert.equal((await api.refused('hangupCall', { params: { id: ending } })).reason, 'CALL_ALREADY_HANGUP');
    api.commands.hangup = async () => 'notFound';
    assert.equal((await api.refused('hangupCall', { params: { id: ending } })).reason, 'CALL_NOT_FOUND');
  });

  it('are deleted once they are over, not before', async () => {
    const api = await createApi();
    const id = await givenCall(api);
    const error = await api.refused('deleteCall', { params: { id } });
    assert.equal(error.reason, 'CALL_STATE_INVALID');
    assert.match(error.message, /is progressing/);
    await api.put({ kind: 'call', row: exampleCall(id, api.customerId, { status: 'hangup' }) });
    const deleted = await api.ok('deleteCall', { params: { id } });
    assert.equal(deleted.tm_delete, deleted.tm_update);
    assert.equal(deleted.status, 'hangup');
    for (const operation of ['getCall', 'deleteCall', 'hangupCall'] as const) {
      assert.equal((await api.refused(operation, { params: { id } })).reason, 'CALL_NOT_FOUND');
    }
    assert.deepEqual((await api.ok('listCalls')).result, []);
  });

  it('are not deleted while their statistics are still to come, which would bring them back', async () => {
    const api = await createApi();
    const id = await givenCall(api, { status: 'hangup' });
    api.commands.live.add(id);
    assert.equal((await api.refused('deleteCall', { params: { id } })).reason, 'CALL_STATE_INVALID');
    api.commands.live.delete(id);
    await api.ok('deleteCall', { params: { id } });
  });

  it('changed by someone else at every try are reported as a conflict', async () => {
    const api = await createApi();
    const id = await givenCall(api, { status: 'hangup' });
    api.beforeCommit = () => api.touch('call', id);
    assert.equal((await api.refused('deleteCall', { params: { id } })).reason, 'CONFLICT');
  });

  it('of another customer are not there, and no command reaches them', async () => {
    const api = await createApi();
    const id = await givenCall(api);
    const commanded: string[] = [];
    api.commands.hangup = async (asked) => {
      commanded.push(asked);
      return 'ok';
    };
    for (const operation of ['getCall', 'hangupCall', 'deleteCall'] as const) {
      const error = await api.refused(operation, { params: { id }, key: api.otherKey });
      assert.equal(error.reason, 'CALL_NOT_FOUND');
    }
    assert.deepEqual(commanded, []);
    assert.deepEqual((await api.ok('listCalls', { key: api.otherKey })).result, []);
  });
});
