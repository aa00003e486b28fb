import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Agent, operationIds, operations, type Operation } from '@parley/contract';
import { type ApiUnderTest, createApi } from './api-under-test.ts';
import { urlOf } from './client.ts';
import { exampleCall, exampleQueuecall } from './example-rows.ts';

const nowhere = '00000000-0000-4000-8000-000000000000';
const account = { username: 'mira', password: 'poppy-seed-1983' };

async function givenAgent(api: ApiUnderTest, username = 'mira'): Promise<Agent> {
  return await api.ok('createAgent', { body: { ...account, username } });
}

async function loggedIn(api: ApiUnderTest, body: object = account): Promise<string> {
  return (await api.ok('loginAgent', { key: undefined, body })).token;
}

describe('an agent who logs in', () => {
  it('gets a token that is good for twelve hours, and is itself with it', async () => {
    const api = await createApi();
    const agent = await givenAgent(api);
    const login = await api.ok('loginAgent', { key: undefined, body: { ...account, username: 'Mira' } });
    assert.deepEqual(login.agent, agent);
    assert.match(login.token, /^parley_agent_[0-9a-f]{64}$/);
    const key = login.token;
    assert.deepEqual(await api.ok('getMe', { key }), { agent });
    assert.deepEqual(await api.ok('getAgent', { key, params: { id: agent.id } }), agent);
    api.advance(12 * 3_600_000 - 1);
    await api.ok('getMe', { key });
    api.advance(1);
    assert.equal((await api.refused('getMe', { key })).reason, 'INVALID_CREDENTIALS');
  });

  it('sets its own status, and nobody else is there for it', async () => {
    const api = await createApi();
    const [mine, other] = [await givenAgent(api), await givenAgent(api, 'other')];
    const key = await loggedIn(api);
    const body = { status: 'available' };
    const set = await api.ok('updateAgentStatus', { key, params: { id: mine.id }, body });
    assert.equal(set.status, 'available');
    const own = { status: 'busy', reason: 'wrap_up' };
    await api.ok('updateAgentStatus', { key, params: { id: mine.id }, body: own });
    const ready = await api.ok('changeAgentWrapUp', { key, params: { id: mine.id }, body: { finish: true } });
    assert.equal(ready.status, 'available');
    for (const [operation, body] of [
      ['getAgent', {}],
      ['updateAgentStatus', { status: 'available' }],
      ['changeAgentWrapUp', { finish: true }],
    ] as const) {
      const error = await api.refused(operation, { key, params: { id: other.id }, body });
      assert.equal(error.reason, 'AGENT_NOT_FOUND');
    }
  });

  it('sees its own calls and queuecalls alone', async () => {
    const api = await createApi();
    const agent = await givenAgent(api);
    const key = await loggedIn(api);
    const call = exampleCall(api.chance.id(), api.customerId, { owner_type: 'agent', owner_id: agent.id });
    const otherCall = exampleCall(api.chance.id(), api.customerId);
    const visit = exampleQueuecall(api.chance.id(), api.customerId, { service_agent_id: agent.id });
    const otherVisit = exampleQueuecall(api.chance.id(), api.customerId, { service_agent_id: nowhere });
    await api.put({ kind: 'call', row: call }, { kind: 'call', row: otherCall });
    await api.put({ kind: 'queuecall', row: visit }, { kind: 'queuecall', row: otherVisit });
    assert.deepEqual((await api.ok('listCalls', { key })).result, [call]);
    assert.equal((await api.ok('listCalls')).result.length, 2);
    assert.deepEqual((await api.ok('listQueuecalls', { key })).result, [visit]);
    assert.deepEqual(await api.ok('getCall', { key, params: { id: call.id } }), call);
    assert.deepEqual(await api.ok('getQueuecall', { key, params: { id: visit.id } }), visit);
    const refusedCall = await api.refused('getCall', { key, params: { id: otherCall.id } });
    assert.equal(refusedCall.reason, 'CALL_NOT_FOUND');
    const refusedVisit = await api.refused('getQueuecall', { key, params: { id: otherVisit.id } });
    assert.equal(refusedVisit.reason, 'QUEUECALL_NOT_FOUND');
  });

  it('is refused everything that is not its own, before the body is read', async () => {
    const api = await createApi();
    await givenAgent(api);
    const key = await loggedIn(api);
    const closed = operationIds.filter((id) => {
      const operation: Operation = operations[id];
      return operation.auth === 'key' && operation.agents !== true;
    });
    assert.ok(closed.length > 80);
    for (const operation of closed) {
      const { method } = operations[operation];
      const url = urlOf(operation, { params: { id: nowhere, call_id: nowhere } });
      const answer = await api.send(method, url, { key, ...(method === 'GET' ? {} : { text: '{ no json' }) });
      assert.equal(answer.status, 403, operation);
    }
  });

  it('is out with that token once it logs out, and offline with the last one', async () => {
    const api = await createApi();
    const { id } = await givenAgent(api);
    const [one, other] = [await loggedIn(api), await loggedIn(api)];
    await api.ok('updateAgentStatus', { key: one, params: { id }, body: { status: 'away' } });
    assert.equal((await api.ok('logoutAgent', { key: one })).status, 'away', 'it is there with the other');
    assert.equal((await api.refused('getMe', { key: one })).reason, 'INVALID_CREDENTIALS');
    await api.ok('getMe', { key: other });
    assert.equal((await api.refused('logoutAgent')).reason, 'STATE_INVALID');
    const gone = await api.ok('logoutAgent', { key: other });
    assert.deepEqual([gone.status, gone.status_reason], ['offline', 'session_ended']);
    await api.ok('updateAgentStatus', { params: { id }, body: { status: 'available' } });
  });

  it('is out with every token when the password is changed, or the agent is deleted', async () => {
    const api = await createApi();
    const params = { id: (await givenAgent(api)).id };
    const old = await loggedIn(api);
    const password = 'sesame-1984';
    await api.ok('updateAgentStatus', { params, body: { status: 'available' } });
    const changed = await api.ok('updateAgentPassword', { params, body: { password } });
    assert.equal(changed.status_reason, 'session_ended');
    assert.equal((await api.refused('getMe', { key: old })).reason, 'INVALID_CREDENTIALS');
    const before = await api.refused('loginAgent', { key: undefined, body: account });
    assert.equal(before.reason, 'LOGIN_REFUSED');
    const key = await loggedIn(api, { ...account, password });
    await api.ok('getMe', { key });
    await api.ok('deleteAgent', { params });
    assert.equal((await api.refused('getMe', { key })).reason, 'INVALID_CREDENTIALS');
    const after = await api.refused('loginAgent', { key: undefined, body: { ...account, password } });
    assert.equal(after.reason, 'LOGIN_REFUSED');
  });

  it('at the moment at which the password changes is out', async () => {
    const api = await createApi();
    const params = { id: (await givenAgent(api)).id };
    let races = 0;
    api.beforeCommit = async ({ puts }) => {
      if (!puts.some(({ kind }) => kind === 'session') || races > 0) return;
      races += 1;
      await api.ok('updateAgentPassword', { params, body: { password: 'sesame-1984' } });
    };
    const error = await api.refused('loginAgent', { key: undefined, body: account });
    assert.deepEqual([error.reason, races], ['LOGIN_REFUSED', 1]);
    assert.deepEqual(await api.store.findByParent('session', params.id), []);
  });

  it('has ten tokens at most: the oldest ends', async () => {
    const api = await createApi();
    const { id } = await givenAgent(api);
    const tokens: string[] = [];
    for (let login = 0; login < 11; login += 1) {
      api.advance(1);
      tokens.push(await loggedIn(api));
    }
    const [oldest, second] = tokens;
    assert.equal((await api.refused('getMe', { key: oldest })).reason, 'INVALID_CREDENTIALS');
    await api.ok('getMe', { key: second });
    assert.equal((await api.store.findByParent('session', id)).length, 10);
  });
});

describe('guessing passwords', () => {
  it('tells nothing of who there is', async () => {
    const api = await createApi();
    await givenAgent(api);
    const bodies = [
      { ...account, password: 'wrong' },
      { ...account, username: 'nobody' },
      { ...account, username: '' },
    ];
    const errors = await Promise.all(
      bodies.map((body) => api.refused('loginAgent', { key: undefined, body })),
    );
    for (const { reason, message } of errors) {
      assert.deepEqual([reason, message], ['LOGIN_REFUSED', errors[0]?.message]);
    }
  });

  it('of one agent is slowed down wherever it comes from; the right one counts no try', async () => {
    const api = await createApi({ wrongPasswordRate: { perSecond: 0.1, burst: 3 } });
    await givenAgent(api);
    for (let login = 0; login < 5; login += 1) await loggedIn(api);
    const body = { ...account, password: 'wrong' };
    for (const from of ['192.0.2.1', '192.0.2.2', '192.0.2.3']) {
      assert.equal((await api.refused('loginAgent', { key: undefined, from, body })).reason, 'LOGIN_REFUSED');
    }
    const request = { key: undefined, from: '192.0.2.4', body: account };
    assert.equal((await api.refused('loginAgent', request)).reason, 'RATE_LIMIT_EXCEEDED');
    api.advance(10_000);
    await api.ok('loginAgent', request);
  });

  it('from one address is slowed down whoever is tried, all at once too', async () => {
    const api = await createApi({ wrongLoginRate: { perSecond: 1, burst: 4 } });
    await givenAgent(api);
    const guesses = Array.from({ length: 12 }, (_, guess) =>
      api.refused('loginAgent', { key: undefined, body: { username: `agent-${guess}`, password: 'wrong' } }),
    );
    const reasons = (await Promise.all(guesses)).map(({ reason }) => reason);
    assert.equal(reasons.filter((reason) => reason === 'LOGIN_REFUSED').length, 4);
    await api.ok('loginAgent', { key: undefined, from: '192.0.2.9', body: account });
  });
});
