import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Activeflow } from '@parley/contract';
import { type ApiUnderTest, createApi } from './api-under-test.ts';
import { exampleActiveflow } from './example-rows.ts';

const ended = '2026-01-01 00:00:09.000000';
const actionId = 'a0000000-0000-4000-8000-000000000001';

async function givenActiveflow(api: ApiUnderTest, change: Partial<Activeflow> = {}): Promise<string> {
  const row = exampleActiveflow(api.chance.id(), api.customerId, change);
  await api.put({ kind: 'activeflow', row });
  return row.id;
}

describe('activeflows over HTTP', () => {
  it('are listed while they run and read for ever', async () => {
    const api = await createApi();
    const running = await givenActiveflow(api);
    const over = await givenActiveflow(api, { tm_delete: ended });
    const { result } = await api.ok('listActiveflows');
    assert.deepEqual(
      result.map(({ id }) => id),
      [running],
    );
    assert.equal((await api.ok('getActiveflow', { params: { id: over } })).tm_delete, ended);
  });

  it('are stopped; the reply shows their end', async () => {
    const api = await createApi();
    const id = await givenActiveflow(api);
    api.commands.stop = async (asked) => {
      await api.put({
        kind: 'activeflow',
        row: exampleActiveflow(asked, api.customerId, { tm_delete: ended }),
      });
      return 'ok';
    };
    assert.equal((await api.ok('stopActiveflow', { params: { id } })).tm_delete, ended);
    api.commands.stop = async () => 'ended';
    assert.equal((await api.refused('stopActiveflow', { params: { id } })).reason, 'STATE_INVALID');
    api.commands.stop = async () => 'notFound';
    assert.equal((await api.refused('stopActiveflow', { params: { id } })).reason, 'ACTIVEFLOW_NOT_FOUND');
  });

  it('go on from a block, from the one that is named', async () => {
    const api = await createApi();
    const id = await givenActiveflow(api);
    const asked: string[][] = [];
    api.commands.resume = async (...which) => {
      asked.push(which);
      return 'ok';
    };
    const request = { params: { id }, body: { action_id: actionId } };
    assert.equal((await api.ok('resumeActiveflow', request)).id, id);
    assert.deepEqual(asked, [[id, actionId]]);
    api.commands.resume = async () => 'notBlocked';
    const error = await api.refused('resumeActiveflow', request);
    assert.equal(error.reason, 'STATE_INVALID');
    assert.ok(error.message.includes(actionId));
    api.commands.resume = async () => 'notFound';
    assert.equal((await api.refused('resumeActiveflow', request)).reason, 'ACTIVEFLOW_NOT_FOUND');
    const missing = await api.refused('resumeActiveflow', { params: { id }, body: {} });
    assert.equal(missing.reason, 'INVALID_ARGUMENT');
  });

  it('of another customer are not there, and no command reaches them', async () => {
    const api = await createApi();
    const id = await givenActiveflow(api);
    const commanded: string[] = [];
    api.commands.stop = async (asked) => {
      commanded.push(asked);
      return 'ok';
    };
    api.commands.resume = async (asked) => {
      commanded.push(asked);
      return 'ok';
    };
    const body = { action_id: actionId };
    for (const operation of ['getActiveflow', 'stopActiveflow', 'resumeActiveflow'] as const) {
      const error = await api.refused(operation, { params: { id }, key: api.otherKey, body });
      assert.equal(error.reason, 'ACTIVEFLOW_NOT_FOUND');
    }
    assert.deepEqual(commanded, []);
  });
});
