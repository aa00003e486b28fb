import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Agent, type Instant, nilId } from '@parley/contract';
import type { Monotonic } from '@parley/core';
import { type ApiUnderTest, createApi } from './api-under-test.ts';

const nowhere = '00000000-0000-4000-8000-000000000000';
const password = 'poppy-seed-1983';
const manager = 0x40;

async function givenCall(api: ApiUnderTest, actions: readonly object[]): Promise<string> {
  const body = { source: { target: '+15550100100' }, destinations: [{ target: '+15550100123' }], actions };
  const { calls } = await api.ok('createCalls', { body });
  const id = calls[0]?.id ?? '';
  await api.switching.hear(id, { kind: 'mediaOpened' });
  await api.switching.hear(id, { kind: 'farEndAnswered' });
  return id;
}

/** Two calls in a conference; the first is supervised. */
async function givenTalk(api: ApiUnderTest): Promise<string> {
  const { id } = await api.ok('createConference', { body: { type: 'conference' } });
  const join = [{ type: 'conference_join', option: { conference_id: id } }];
  const callId = await givenCall(api, join);
  await givenCall(api, join);
  return callId;
}

async function givenAgent(api: ApiUnderTest, permission: number, username = 'mira'): Promise<Agent> {
  const { id } = await api.ok('createAgent', {
    body: { username, password, permission, addresses: [{ target: '+15550100177' }] },
  });
  const row = await api.ok('getAgent', { params: { id } });
  const at = { mono: 0 as Monotonic, wall: 0 as Instant };
  api.switching.centre.staffIs('agent', { row, version: 1 }, at);
  return row;
}

/** Agents are rung at their addresses, as the locator of the server has it. */
function planWithAgents(api: ApiUnderTest, agent: Agent): void {
  const { plan } = api;
  api.plan = (destination) =>
    destination.type === 'agent' && destination.target === agent.id
      ? {
          destination,
          legs: [],
          asGroup: true,
          agent: { id: agent.id, ringMethod: 'ring_all', addresses: agent.addresses.map(plan) },
        }
      : plan(destination);
}

async function tokenOf(api: ApiUnderTest, username = 'mira'): Promise<string> {
  return (await api.ok('loginAgent', { key: undefined, body: { username, password } })).token;
}

async function supervisorAnswers(api: ApiUnderTest, callId: string): Promise<string> {
  const { result } = await api.ok('listCalls', { query: { page_size: 100 } });
  const leg = result.find((call) => call.supervision?.call_id === callId);
  assert.ok(leg, 'nobody is called to supervise');
  await api.switching.hear(leg.id, { kind: 'mediaOpened' });
  await api.switching.hear(leg.id, { kind: 'farEndAnswered' });
  return leg.id;
}

describe('supervision over HTTP', () => {
  it('begins with a call to destinations, is read and changed, and ends', async () => {
    const api = await createApi();
    const id = await givenTalk(api);
    const params = { id };
    const body = { mode: 'listen', destinations: [{ target: '+15550100188' }] };
    const begun = await api.ok('superviseCall', { params, body });
    assert.partialDeepStrictEqual(begun, {
      call_id: id,
      mode: 'listen',
      status: 'ringing',
      agent_id: nilId,
      supervisor_call_id: nilId,
    });
    assert.deepEqual(await api.ok('getSupervision', { params }), begun);
    const legId = await supervisorAnswers(api, id);
    const now = { ...begun, status: 'progressing', supervisor_call_id: legId } as const;
    assert.deepEqual(await api.ok('getSupervision', { params }), now);
    const barging = await api.ok('updateSupervision', { params, body: { mode: 'barge' } });
    assert.deepEqual(barging, { ...now, mode: 'barge' });
    assert.deepEqual((await api.ok('getCall', { params: { id: legId } })).supervision, {
      call_id: id,
      mode: 'barge',
      status: 'progressing',
    });
    assert.deepEqual(await api.ok('endSupervision', { params }), { ...barging, status: 'ended' });
    for (const operation of ['getSupervision', 'updateSupervision', 'endSupervision'] as const) {
      const error = await api.refused(operation, { params, body: { mode: 'listen' } });
      assert.equal(error.reason, 'SUPERVISION_NOT_FOUND', operation);
    }
    const leg = await api.ok('getCall', { params: { id: legId } });
    assert.deepEqual([leg.status, leg.supervision?.status], ['terminating', 'ended']);
    assert.equal((await api.ok('getCall', { params })).status, 'progressing');
  });

  it('is told by the events of the call of the supervisor, and by none of those that it hears', async () => {
    const api = await createApi();
    const id = await givenTalk(api);
    const before = (await api.ok('listEvents', { query: { limit: 1000 } })).result.length;
    const body = { mode: 'whisper', destinations: [{ target: '+15550100188' }] };
    await api.ok('superviseCall', { params: { id }, body });
    const legId = await supervisorAnswers(api, id);
    await api.ok('updateSupervision', { params: { id }, body: { mode: 'listen' } });
    const events = (await api.ok('listEvents', { query: { limit: 1000 } })).result.slice(before);
    const calls = events.filter(({ type }) => type.startsWith('call_'));
    assert.deepEqual(
      calls.map(({ type, data }) => [type, data['id'], (data['supervision'] as { mode: string }).mode]),
      [
        ['call_created', legId, 'whisper'],
        ['call_answered', legId, 'whisper'],
        ['call_updated', legId, 'whisper'],
        ['call_updated', legId, 'listen'],
      ],
    );
    assert.ok(events.every(({ type }) => !type.startsWith('conference')));
  });

  it('has the call of a supervisor who is on the line already', async () => {
    const api = await createApi();
    const id = await givenTalk(api);
    const callId = await givenCall(api, [{ type: 'block' }]);
    const made = await api.ok('superviseCall', {
      params: { id },
      body: { mode: 'listen', call_id: callId },
    });
    assert.deepEqual(
      [made.status, made.supervisor_call_id, made.groupcall_id],
      ['progressing', callId, nilId],
    );
    const taken = await api.ok('updateSupervision', { params: { id }, body: { mode: 'take_over' } });
    assert.deepEqual([taken.mode, taken.status], ['take_over', 'ended']);
    assert.equal((await api.ok('getCall', { params: { id } })).status, 'terminating', 'it was named');
  });

  it('is refused with 409 where the state does not allow it, and says why', async () => {
    const api = await createApi();
    const supervisor = { mode: 'listen', destinations: [{ target: '+15550100188' }] };
    const alone = await givenCall(api, [{ type: 'block' }]);
    const refusal = await api.refused('superviseCall', { params: { id: alone }, body: supervisor });
    assert.deepEqual(
      [refusal.reason, refusal.message],
      ['STATE_INVALID', 'This cannot be done now: it talks with nobody.'],
    );
    const { calls } = await api.ok('createCalls', {
      body: { source: { target: '+15550100100' }, destinations: [{ target: '+15550100123' }] },
    });
    const dialled = { id: calls[0]?.id ?? '' };
    const early = await api.refused('superviseCall', { params: dialled, body: supervisor });
    assert.equal(early.reason, 'CALL_STATE_INVALID');
    const id = await givenTalk(api);
    await api.ok('superviseCall', { params: { id }, body: supervisor });
    const second = await api.refused('superviseCall', { params: { id }, body: supervisor });
    assert.match(second.message, /supervised already/);
    const gone = await api.refused('superviseCall', { params: { id: nowhere }, body: supervisor });
    assert.equal(gone.reason, 'CALL_NOT_FOUND');
  });

  it('needs one supervisor, who can be reached', async () => {
    const api = await createApi();
    const params = { id: await givenTalk(api) };
    const destinations = [{ target: '+15550100188' }];
    const bodies = [{}, { destinations, call_id: nowhere }, { destinations, agent_id: nowhere }];
    for (const body of bodies) {
      const error = await api.refused('superviseCall', { params, body: { mode: 'listen', ...body } });
      assert.equal(error.reason, 'INVALID_ARGUMENT', JSON.stringify(body));
    }
    const lost = await api.refused('superviseCall', {
      params,
      body: { mode: 'listen', destinations: [{ type: 'sip', target: 'nowhere@bakery.example' }] },
    });
    assert.equal(lost.reason, 'DESTINATION_REFUSED');
    const nobody = await api.refused('superviseCall', {
      params,
      body: { mode: 'listen', agent_id: nowhere },
    });
    assert.equal(nobody.reason, 'AGENT_NOT_FOUND');
    const otherCall = await api.refused('superviseCall', {
      params,
      body: { mode: 'listen', call_id: nowhere },
    });
    assert.equal(otherCall.reason, 'CALL_NOT_FOUND');
  });

  it('is for agents with the permission alone, whoever asks', async () => {
    const api = await createApi();
    const params = { id: await givenTalk(api) };
    const agent = await givenAgent(api, 16);
    const key = await tokenOf(api);
    for (const operation of [
      'superviseCall',
      'getSupervision',
      'updateSupervision',
      'endSupervision',
    ] as const) {
      const error = await api.refused(operation, { key, params, body: { mode: 'listen' } });
      assert.equal(error.reason, 'PERMISSION_DENIED', operation);
    }
    const body = { mode: 'listen', agent_id: agent.id };
    const named = await api.refused('superviseCall', { params, body });
    assert.equal(named.reason, 'PERMISSION_DENIED');
    assert.match(named.message, /no permission to supervise/);
  });

  it('by a manager is by itself alone, at its own addresses, and its own to change', async () => {
    const api = await createApi();
    const params = { id: await givenTalk(api) };
    const mira = await givenAgent(api, manager);
    await givenAgent(api, manager, 'olga');
    const key = await tokenOf(api);
    const someone = { mode: 'listen', destinations: [{ target: '+15550100188' }] };
    const others = [someone, { mode: 'listen', agent_id: nowhere }, { mode: 'listen', call_id: params.id }];
    for (const body of others) {
      const error = await api.refused('superviseCall', { key, params, body });
      assert.equal(error.reason, 'PERMISSION_DENIED', JSON.stringify(body));
    }
    planWithAgents(api, mira);
    const begun = await api.ok('superviseCall', { key, params, body: { mode: 'listen' } });
    assert.equal(begun.agent_id, mira.id);
    const { result } = await api.ok('listCalls', { key });
    const leg = result.find(({ supervision }) => supervision?.call_id === params.id);
    assert.deepEqual([leg?.owner_id, leg?.destination.target], [mira.id, '+15550100177']);
    const otherKey = await tokenOf(api, 'olga');
    assert.deepEqual(await api.ok('getSupervision', { key: otherKey, params }), begun);
    for (const operation of ['updateSupervision', 'endSupervision'] as const) {
      const error = await api.refused(operation, { key: otherKey, params, body: { mode: 'barge' } });
      assert.match(error.message, /somebody else supervises/);
    }
    await api.ok('updateSupervision', { key, params, body: { mode: 'barge' } });
    await api.ok('endSupervision', { key, params });
  });

  it('is of calls that whoever may supervise can find, and nobody else with the token of an agent', async () => {
    const api = await createApi();
    const params = { id: await givenTalk(api) };
    await givenAgent(api, manager);
    const plain = await givenAgent(api, 0, 'olga');
    const [key, plainKey] = [await tokenOf(api), await tokenOf(api, 'olga')];
    assert.deepEqual((await api.ok('listCalls', { key })).result, (await api.ok('listCalls')).result);
    assert.equal((await api.ok('getCall', { key, params })).id, params.id);
    assert.deepEqual((await api.ok('listCalls', { key: plainKey })).result, []);
    assert.equal((await api.refused('getCall', { key: plainKey, params })).reason, 'CALL_NOT_FOUND');
    await api.ok('updateAgentPermission', { params: { id: plain.id }, body: { permission: manager } });
    assert.equal((await api.ok('listCalls', { key: plainKey })).result.length, 2, 'from now on');
  });

  it('of a call of another customer is of no call at all', async () => {
    const api = await createApi();
    const params = { id: await givenTalk(api) };
    const body = { mode: 'listen', destinations: [{ target: '+15550100188' }] };
    await api.ok('superviseCall', { params, body });
    for (const operation of [
      'superviseCall',
      'getSupervision',
      'updateSupervision',
      'endSupervision',
    ] as const) {
      const error = await api.refused(operation, {
        key: api.otherKey,
        params,
        body: operation === 'updateSupervision' ? { mode: 'barge' } : body,
      });
      assert.equal(error.reason, 'CALL_NOT_FOUND', operation);
    }
  });
});
