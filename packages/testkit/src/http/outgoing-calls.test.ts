import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { limits as coreLimits } from '@parley/core';
import { type ApiUnderTest, createApi } from './api-under-test.ts';

const source = { target: '+15550100100' };
const bob = { target: '+15550100123' };
const actions = [{ type: 'talk', option: { text: 'Hello.' } }];

async function types(api: ApiUnderTest): Promise<string[]> {
  return (await api.ok('listEvents')).result.map(({ type }) => type);
}

/** The actions that the call runs, as its activeflow has them. */
async function flowOf(api: ApiUnderTest, activeflowId: string): Promise<string[]> {
  const { actions: run } = await api.ok('getActiveflow', { params: { id: activeflowId } });
  return run.map(({ type }) => type);
}

async function orders(api: ApiUnderTest, more: object = {}) {
  return await api.ok('createCalls', { body: { source, destinations: [bob], ...more } });
}

describe('POST /v1.0/calls', () => {
  it('makes a call for each destination, and a group for one with several devices', async () => {
    const api = await createApi();
    const team = { type: 'extension', target: '1001' };
    const { calls, groupcalls } = await orders(api, { destinations: [bob, team], actions });
    assert.deepEqual(
      calls.map(({ status, direction, destination }) => [status, direction, destination.target]),
      [['dialing', 'outgoing', bob.target]],
    );
    assert.deepEqual(
      groupcalls.map(({ call_count: count, destinations }) => [count, destinations[0]?.target]),
      [[2, '1001']],
    );
    const { result } = await api.ok('listCalls');
    assert.equal(result.length, 3);
    assert.equal(result.filter(({ groupcall_id: group }) => group === groupcalls[0]?.id).length, 2);
    assert.deepEqual((await types(api)).slice(0, 2), ['activeflow_created', 'call_created']);
    assert.equal(api.switching.effects.filter(({ kind }) => kind === 'openMedia').length, 3);
  });

  it('runs the stored flow that it names, though it has actions too', async () => {
    const api = await createApi();
    const flow = await api.ok('createFlow', { body: { name: 'x', actions: [{ type: 'answer' }] } });
    const { calls } = await orders(api, { flow_id: flow.id, actions });
    assert.equal(calls[0]?.flow_id, flow.id);
    assert.deepEqual(await flowOf(api, calls[0]?.activeflow_id ?? ''), ['answer']);
  });

  it('runs the actions in its body, with its variables; with neither there is no activeflow', async () => {
    const api = await createApi();
    const talk = [{ type: 'talk', option: { text: 'Order ${order} and ${parley.note}.' } }];
    const { calls } = await orders(api, {
      actions: talk,
      variables: { order: '17', 'voipbin.note': 'tea' },
    });
    const id = calls[0]?.id ?? '';
    await api.switching.hear(id, { kind: 'mediaOpened' });
    await api.switching.hear(id, { kind: 'farEndAnswered' });
    const play = api.switching.effects.findLast(({ kind }) => kind === 'play');
    assert.ok(play?.kind === 'play');
    assert.partialDeepStrictEqual(play.sources, [{ kind: 'speech', text: 'Order 17 and tea.' }]);
    const bare = await orders(api);
    assert.match(bare.calls[0]?.activeflow_id ?? '', /^0{8}-/);
    assert.match(bare.calls[0]?.flow_id ?? '', /^0{8}-/);
  });

  it('gives up after its timeout, or a minute', async () => {
    const api = await createApi();
    await orders(api, { timeout: 7 });
    assert.equal(api.switching.centre.wakeAt(), 5000, 'its media has to open first');
    const { calls } = await orders(api);
    for (const { id } of [...calls, ...(await api.ok('listCalls')).result])
      await api.switching.hear(id, { kind: 'mediaOpened' });
    assert.equal(api.switching.centre.wakeAt(), 7000);
    api.switching.centre.wake({ mono: 7000 as never, wall: 0 as never });
    assert.equal(api.switching.centre.wakeAt(), 47_000, 'the end of the first is overdue');
  });

  it('leaves out what there is no way to, and refuses when nothing is left', async () => {
    const api = await createApi();
    const nowhere = { target: 'nowhere-1' };
    const { calls } = await orders(api, { destinations: [nowhere, bob] });
    assert.deepEqual(
      calls.map(({ destination }) => destination.target),
      [bob.target],
    );
    const body = { source, destinations: [nowhere, { target: 'nowhere-2' }] };
    const error = await api.refused('createCalls', { body });
    assert.equal(error.reason, 'DESTINATION_REFUSED');
    assert.match(error.message, /nowhere-1 is nowhere \(and 1 more\)/);
    assert.deepEqual(error.details, [
      { in: 'body', path: 'destinations[0]', reason: 'unreachable', message: 'nowhere-1 is nowhere' },
      { in: 'body', path: 'destinations[1]', reason: 'unreachable', message: 'nowhere-2 is nowhere' },
    ]);
    assert.equal((await api.ok('listCalls')).result.length, 1);
  });

  it('knows no flow of another customer, and none that was deleted', async () => {
    const api = await createApi();
    const flow = await api.ok('createFlow', { body: { name: 'x', actions } });
    const body = { source, destinations: [bob], flow_id: flow.id };
    assert.equal((await api.refused('createCalls', { body, key: api.otherKey })).reason, 'FLOW_NOT_FOUND');
    await api.ok('deleteFlow', { params: { id: flow.id } });
    assert.equal((await api.refused('createCalls', { body })).reason, 'FLOW_NOT_FOUND');
    assert.deepEqual((await api.ok('listCalls')).result, []);
  });

  it('checks its actions as POST /flows does, with the same words', async () => {
    const api = await createApi();
    const wrong = [{ type: 'answer' }, { type: 'talk' }, { type: 'sing' }];
    const error = await api.refused('createCalls', {
      body: { source, destinations: [bob], actions: wrong },
    });
    const same = await api.refused('createFlow', { body: { name: 'x', actions: wrong } });
    assert.equal(error.reason, 'INVALID_FLOW');
    assert.equal(error.message, same.message);
    assert.deepEqual(error.details, same.details);
    assert.equal(error.details?.length, 2);
  });

  it('takes no more variables than a flow may have', async () => {
    const api = await createApi();
    const value = 'x'.repeat(coreLimits.variableValue);
    const variables = Object.fromEntries(Array.from({ length: 9 }, (_, n) => [`v${n}`, value]));
    const error = await api.refused('createCalls', { body: { source, destinations: [bob], variables } });
    assert.equal(error.reason, 'INVALID_ARGUMENT');
    assert.partialDeepStrictEqual(error.details, [{ in: 'body', path: 'variables', reason: 'too_long' }]);
  });

  it('is put off while there is no room, or no call is taken', async () => {
    const api = await createApi();
    api.switching.room = 2;
    const body = { source, destinations: [bob, { target: '+15550100124' }, { target: '+15550100125' }] };
    const full = await api.refused('createCalls', { body });
    assert.deepEqual(
      [full.reason, full.message],
      ['UNAVAILABLE', 'Not now: there are too many calls at present.'],
    );
    api.switching.room = 100;
    const many = Array.from({ length: 21 }, (_, n) => ({ target: `+155501002${n}` }));
    const own = await api.refused('createCalls', { body: { source, destinations: many } });
    assert.match(own.message, /you have too many calls/);
    api.switching.closedBecause = 'the server is stopping';
    assert.match((await api.refused('createCalls', { body })).message, /the server is stopping/);
    assert.deepEqual((await api.ok('listCalls')).result, []);
  });
});

describe('POST /v1.0/groupcalls', () => {
  const eve = { target: '+15550100124' };

  it('calls all of them at once, as one group', async () => {
    const api = await createApi();
    const body = { source, destinations: [bob, eve], actions, timeout: 7 };
    const group = await api.ok('createGroupcall', { body });
    assert.deepEqual([group.ring_method, group.status, group.call_count], ['ring_all', 'progressing', 2]);
    const calls = (await api.ok('listCalls')).result;
    assert.deepEqual(
      calls.map(({ groupcall_id: id }) => id),
      [group.id, group.id],
    );
    const [first, second] = group.call_ids;
    await api.switching.hear(first ?? '', { kind: 'mediaOpened' });
    await api.switching.hear(second ?? '', { kind: 'mediaOpened' });
    await api.switching.hear(second ?? '', { kind: 'farEndAnswered' });
    const answered = await api.ok('getGroupcall', { params: { id: group.id } });
    assert.equal(answered.answer_call_id, second);
    const { status } = await api.ok('getCall', { params: { id: first ?? '' } });
    assert.equal(status, 'canceling', 'the other is withdrawn');
  });

  it('calls one after the other when it is linear', async () => {
    const api = await createApi();
    const body = { source, destinations: [bob, eve], actions, ring_method: 'linear' };
    const group = await api.ok('createGroupcall', { body });
    assert.deepEqual([group.call_ids.length, group.dial_index], [1, 1]);
    const first = group.call_ids[0] ?? '';
    await api.switching.hear(first, { kind: 'mediaOpened' });
    await api.switching.hear(first, { kind: 'callEnded', end: { cause: 17 } });
    const after = await api.ok('getGroupcall', { params: { id: group.id } });
    assert.deepEqual([after.call_ids.length, after.dial_index], [2, 2]);
  });

  it('refuses when there is no way to any of them, and what it does not know', async () => {
    const api = await createApi();
    const nowhere = { source, destinations: [{ target: 'nowhere-1' }] };
    assert.equal((await api.refused('createGroupcall', { body: nowhere })).reason, 'DESTINATION_REFUSED');
    const body = { source, destinations: [bob], ring_method: 'loudest' };
    const error = await api.refused('createGroupcall', { body });
    assert.partialDeepStrictEqual(error.details, [{ in: 'body', path: 'ring_method' }]);
    assert.deepEqual((await api.ok('listGroupcalls')).result, []);
  });
});
