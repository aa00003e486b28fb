import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { nilId } from '@parley/contract';
import { createApi } from './api-under-test.ts';

const actions = [{ type: 'answer' }, { type: 'talk', option: { text: 'Hello', language: 'en-US' } }];

describe('flows over HTTP', () => {
  it('are made with an id for each action, read, changed in part and deleted', async () => {
    const api = await createApi();
    const made = await api.ok('createFlow', { body: { name: 'Hello', actions } });
    assert.deepEqual(
      made.actions.map(({ type, next_id }) => [type, next_id]),
      [
        ['answer', nilId],
        ['talk', nilId],
      ],
    );
    assert.equal(new Set(made.actions.map(({ id }) => id)).size, 2);
    assert.ok(made.actions.every(({ id }) => id !== nilId));
    const params = { id: made.id };
    assert.deepEqual(await api.ok('getFlow', { params }), made);
    const renamed = await api.ok('updateFlow', { params, body: { name: 'Hi' } });
    assert.deepEqual([renamed.name, renamed.actions], ['Hi', made.actions]);
    const replaced = await api.ok('updateFlow', { params, body: { actions: made.actions.slice(0, 1) } });
    assert.deepEqual([replaced.name, replaced.actions], ['Hi', made.actions.slice(0, 1)]);
    await api.ok('deleteFlow', { params });
    for (const operation of ['getFlow', 'updateFlow', 'deleteFlow'] as const) {
      assert.equal((await api.refused(operation, { params, body: {} })).reason, 'FLOW_NOT_FOUND');
    }
    assert.deepEqual((await api.ok('listFlows')).result, []);
  });

  it('that cannot run are refused with every reason, and nothing is stored', async () => {
    const api = await createApi();
    const bad = [{ type: 'answer' }, { type: 'dance' }, { type: 'talk', option: { text: 5 } }];
    const error = await api.refused('createFlow', { body: { actions: bad } });
    assert.equal(error.reason, 'INVALID_FLOW');
    const problems = error.details as readonly { index: number; path: string }[];
    assert.deepEqual([...new Set(problems.map(({ index }) => index))], [1, 2]);
    assert.match(error.message, /^The flow cannot run: actions\[1\]\.type /);
    assert.deepEqual((await api.ok('listFlows')).result, []);
    const { id } = await api.ok('createFlow', { body: { actions } });
    assert.equal(
      (await api.refused('updateFlow', { params: { id }, body: { actions: bad } })).reason,
      'INVALID_FLOW',
    );
    assert.equal((await api.ok('getFlow', { params: { id } })).actions.length, 2);
  });

  it('can be tried without being saved', async () => {
    const api = await createApi();
    assert.deepEqual(await api.ok('checkFlow', { body: { actions } }), { valid: true, problems: [] });
    const checked = await api.ok('checkFlow', { body: { actions: [{ type: 'dance' }] } });
    assert.equal(checked.valid, false);
    assert.partialDeepStrictEqual(checked.problems, [{ index: 0, reason: 'unknown_type' }]);
    assert.deepEqual((await api.ok('listFlows')).result, []);
  });

  it('name the place of what is no action at all', async () => {
    const api = await createApi();
    const error = await api.refused('createFlow', { body: { actions: [{ type: 'answer', text: 'x' }, 5] } });
    assert.equal(error.reason, 'INVALID_ARGUMENT');
    assert.deepEqual(
      (error.details as readonly { path: string; reason: string }[]).map(({ path, reason }) => [
        path,
        reason,
      ]),
      [
        ['actions[0].text', 'unknown_key'],
        ['actions[1]', 'wrong_type'],
      ],
    );
  });

  it('may be sent as messages print them: with tm_execute, and null where there is no option', async () => {
    const api = await createApi();
    const printed = [
      { type: 'answer', option: null, tm_execute: '2022-04-11 00:23:55.012416032' },
      { type: 'talk', option: { text: 'Hello' }, tm_execute: '2022-04-11T00:23:55Z' },
    ];
    assert.deepEqual(await api.ok('checkFlow', { body: { actions: printed } }), {
      valid: true,
      problems: [],
    });
    const made = await api.ok('createFlow', { body: { actions: printed } });
    assert.deepEqual(
      made.actions.map((action) => ({ ...action, id: '' })),
      [
        { id: '', next_id: nilId, type: 'answer' },
        { id: '', next_id: nilId, type: 'talk', option: { text: 'Hello' } },
      ],
    );
  });

  it('of another customer are not there', async () => {
    const api = await createApi();
    const { id } = await api.ok('createFlow', { body: { actions } });
    for (const operation of ['getFlow', 'updateFlow', 'deleteFlow'] as const) {
      const error = await api.refused(operation, { params: { id }, key: api.otherKey, body: {} });
      assert.equal(error.reason, 'FLOW_NOT_FOUND');
    }
  });

  it('are taken off every number that points to them when they are deleted', async () => {
    const api = await createApi();
    const { id } = await api.ok('createFlow', { body: { actions } });
    const kept = await api.ok('createFlow', { body: { actions } });
    const bodies = Array.from({ length: 120 }, (_, index) => ({
      number: `${1000 + index}`,
      call_flow_id: id,
    }));
    for (const body of bodies) await api.ok('createNumber', { body });
    const message = await api.ok('createNumber', {
      body: { number: '2000', message_flow_id: id, call_flow_id: kept.id },
    });
    await api.ok('deleteFlow', { params: { id } });
    const { result } = await api.ok('listNumbers', { query: { page_size: 100 } });
    assert.ok(result.every((number) => number.call_flow_id !== id && number.message_flow_id !== id));
    const read = await api.ok('getNumber', { params: { id: message.id } });
    assert.deepEqual([read.call_flow_id, read.message_flow_id], [kept.id, nilId]);
  });

  it('leave no number behind that was pointed at them at the same moment', async () => {
    const api = await createApi();
    const { id } = await api.ok('createFlow', { body: { actions } });
    let begun = false;
    api.beforeCommit = async () => {
      if (begun) return;
      begun = true;
      // The deletion has read which numbers point to the flow; this one comes between that and its commit.
      await api.ok('createNumber', { body: { number: '1000', call_flow_id: id } });
    };
    await api.ok('deleteFlow', { params: { id } });
    const [number] = (await api.ok('listNumbers')).result;
    assert.equal(number?.call_flow_id, nilId);
  });

  it('changed by someone else at every try are reported as a conflict', async () => {
    const api = await createApi();
    const { id } = await api.ok('createFlow', { body: { actions } });
    api.beforeCommit = () => api.touch('flow', id);
    const params = { id };
    assert.equal((await api.refused('updateFlow', { params, body: { name: 'x' } })).reason, 'CONFLICT');
    assert.equal((await api.refused('deleteFlow', { params })).reason, 'CONFLICT');
  });
});
