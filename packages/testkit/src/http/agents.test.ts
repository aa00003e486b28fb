import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  type Agent,
  formatTimestamp,
  type Instant,
  type LoggedEvent,
  parseTimestamp,
} from '@parley/contract';
import { type ApiUnderTest, createApi } from './api-under-test.ts';

const nowhere = '00000000-0000-4000-8000-000000000000';
const account = { username: 'mira', password: 'poppy-seed-1983' };

async function givenAgent(api: ApiUnderTest, body: object = {}, key = api.key): Promise<Agent> {
  return await api.ok('createAgent', { key, body: { ...account, ...body } });
}

async function givenTag(api: ApiUnderTest, key = api.key): Promise<string> {
  return (await api.ok('createTag', { key, body: { name: 'German' } })).id;
}

async function eventsOf(api: ApiUnderTest, key = api.key): Promise<readonly LoggedEvent[]> {
  return (await api.ok('listEvents', { key })).result;
}

async function typesOf(api: ApiUnderTest): Promise<readonly string[]> {
  return (await eventsOf(api)).map(({ type }) => type);
}

describe('agents over HTTP', () => {
  it('are made offline, read, changed in part and deleted, each told by its event', async () => {
    const api = await createApi();
    const made = await givenAgent(api, { name: 'Mira', addresses: [{ target: '+15550100177' }] });
    assert.deepEqual([made.status, made.ring_method, made.permission], ['offline', 'ringall', 0]);
    assert.deepEqual(made.addresses, [
      { type: 'tel', target: '+15550100177', target_name: '', name: '', detail: '' },
    ]);
    const params = { id: made.id };
    assert.deepEqual(await api.ok('getAgent', { params }), made);
    assert.deepEqual((await api.ok('listAgents')).result, [made]);
    api.advance(1000);
    const changed = await api.ok('updateAgent', {
      params,
      body: { ring_method: 'linear', wrap_up_seconds: 30 },
    });
    assert.deepEqual([changed.name, changed.ring_method, changed.wrap_up_seconds], ['Mira', 'linear', 30]);
    assert.equal(changed.tm_status, made.tm_status, 'the status is what it was');
    const deleted = await api.ok('deleteAgent', { params });
    assert.equal(deleted.tm_delete, deleted.tm_update);
    for (const operation of ['getAgent', 'updateAgent', 'deleteAgent'] as const) {
      assert.equal((await api.refused(operation, { params, body: {} })).reason, 'AGENT_NOT_FOUND');
    }
    const events = await eventsOf(api);
    assert.deepEqual(
      events.map(({ type, data }) => [type, data]),
      [
        ['agent_created', made],
        ['agent_updated', changed],
        ['agent_deleted', deleted],
      ],
    );
  });

  it('have addresses, tags, permission and status of their own requests, with the event that tells each', async () => {
    const api = await createApi();
    const tag = await givenTag(api);
    const params = { id: (await givenAgent(api)).id };
    const addresses = [{ type: 'extension', target: '1001' }, { target: 'mira@bakery.example' }];
    const reached = await api.ok('updateAgentAddresses', { params, body: { addresses } });
    assert.deepEqual(
      reached.addresses.map(({ type }) => type),
      ['extension', 'sip'],
    );
    assert.deepEqual((await api.ok('updateAgentTagIds', { params, body: { tag_ids: [tag] } })).tag_ids, [
      tag,
    ]);
    assert.deepEqual((await api.ok('updateAgent', { params, body: { skills: { [tag]: 7 } } })).skills, {
      [tag]: 7,
    });
    assert.equal(
      (await api.ok('updateAgentPermission', { params, body: { permission: 16 } })).permission,
      16,
    );
    const status = { status: 'away', reason: 'lunch' };
    const away = await api.ok('updateAgentStatus', { params, body: status });
    assert.deepEqual([away.status, away.status_reason, away.tm_status], ['away', 'lunch', away.tm_update]);
    await api.ok('updateAgentStatus', { params, body: status });
    assert.deepEqual(await typesOf(api), [
      'agent_created',
      'agent_updated',
      'agent_updated',
      'agent_updated',
      'agent_updated',
      'agent_status_updated',
    ]);
  });

  it('refuse a status that Parley alone sets, and name the field', async () => {
    const api = await createApi();
    const params = { id: (await givenAgent(api)).id };
    const error = await api.refused('updateAgentStatus', { params, body: { status: 'ringing' } });
    assert.equal(error.reason, 'INVALID_ARGUMENT');
    assert.partialDeepStrictEqual(error.details, [{ in: 'body', path: 'status', reason: 'not_one_of' }]);
  });

  it('refuse addresses nobody answers at, and skills of tags they do not have', async () => {
    const api = await createApi();
    const addresses = [{ target: '1001' }, { type: 'agent', target: nowhere }, { target: ' ' }];
    const error = await api.refused('createAgent', {
      body: { ...account, addresses, skills: { [nowhere]: 3 } },
    });
    assert.partialDeepStrictEqual(error.details, [
      { path: 'addresses[1].type', reason: 'not_one_of' },
      { path: 'addresses[2].target', reason: 'too_short' },
      { path: `skills.${nowhere}`, reason: 'not_one_of' },
    ]);
    await givenAgent(api);
  });

  it("have tags that are there, and not another customer's; a deleted one goes from them, with the skill", async () => {
    const api = await createApi();
    const [mine, kept, theirs] = [
      await givenTag(api),
      await givenTag(api),
      await givenTag(api, api.otherKey),
    ];
    for (const tag of [theirs, nowhere]) {
      const error = await api.refused('createAgent', { body: { ...account, tag_ids: [tag] } });
      assert.equal(error.reason, 'TAG_NOT_FOUND');
    }
    const { id } = await givenAgent(api, { tag_ids: [mine, kept], skills: { [mine]: 2, [kept]: 3 } });
    await givenAgent(api, { username: 'untouched' });
    await api.ok('deleteTag', { params: { id: mine } });
    const agent = await api.ok('getAgent', { params: { id } });
    assert.deepEqual([agent.tag_ids, agent.skills], [[kept], { [kept]: 3 }]);
    assert.deepEqual((await eventsOf(api)).at(-1)?.data, agent);
    assert.deepEqual(await typesOf(api), ['agent_created', 'agent_created', 'agent_updated']);
  });

  it('of one user name there is one, over all customers and whatever its case, until it is deleted', async () => {
    const api = await createApi();
    const { id } = await givenAgent(api);
    const body = { ...account, username: 'MIRA' };
    for (const key of [api.key, api.otherKey]) {
      assert.equal((await api.refused('createAgent', { key, body })).reason, 'USERNAME_TAKEN');
    }
    await api.ok('deleteAgent', { params: { id } });
    await api.ok('createAgent', { key: api.otherKey, body });
  });

  it('are listed by status and tag', async () => {
    const api = await createApi();
    const [one, other] = [await givenTag(api), await givenTag(api)];
    const first = await givenAgent(api, { tag_ids: [one] });
    const second = await givenAgent(api, { username: 'b', tag_ids: [other] });
    await givenAgent(api, { username: 'c' });
    await api.ok('updateAgentStatus', { params: { id: first.id }, body: { status: 'available' } });
    const idsOf = async (query: Record<string, string>) =>
      (await api.ok('listAgents', { query })).result.map(({ id }) => id);
    assert.deepEqual(await idsOf({ status: 'available' }), [first.id]);
    assert.deepEqual(await idsOf({ tag_ids: other }), [second.id]);
    assert.deepEqual(new Set(await idsOf({ tag_ids: `${one},${other}` })), new Set([first.id, second.id]));
    assert.deepEqual(await idsOf({ tag_ids: other, status: 'available' }), []);
    const wrong = await api.refused('listAgents', { query: { tag_ids: '-'.repeat(36) } });
    assert.partialDeepStrictEqual(wrong.details, [{ in: 'query', path: 'tag_ids' }]);
  });

  it('are listed page by page though most do not match, each once', async () => {
    const api = await createApi();
    const wanted: string[] = [];
    for (let made = 0; made < 12; made += 1) {
      api.advance(1);
      const { id } = await givenAgent(api, { username: `agent-${made}` });
      if (made % 3 !== 0) continue;
      wanted.unshift(id);
      await api.ok('updateAgentStatus', { params: { id }, body: { status: 'away' } });
    }
    const seen: string[] = [];
    let token = '';
    do {
      const query = { status: 'away', page_size: 3, ...(token === '' ? {} : { page_token: token }) };
      const page = await api.ok('listAgents', { query });
      seen.push(...page.result.map(({ id }) => id));
      token = page.next_page_token;
    } while (token !== '');
    assert.deepEqual(seen, wanted);
  });

  it('of another customer are not there', async () => {
    const api = await createApi();
    const { id } = await givenAgent(api);
    const bodies = {
      getAgent: {},
      updateAgent: {},
      updateAgentAddresses: { addresses: [] },
      updateAgentTagIds: { tag_ids: [] },
      updateAgentStatus: { status: 'away' },
      updateAgentPermission: { permission: 1 },
      updateAgentPassword: { password: 'another-one' },
      deleteAgent: {},
    } as const;
    for (const operation of Object.keys(bodies) as (keyof typeof bodies)[]) {
      const body = bodies[operation];
      const error = await api.refused(operation, { params: { id }, key: api.otherKey, body });
      assert.equal(error.reason, 'AGENT_NOT_FOUND', operation);
    }
    assert.deepEqual((await api.ok('listAgents', { key: api.otherKey })).result, []);
  });

  it('are not deleted while they ring or talk', async () => {
    const api = await createApi();
    const { id } = await givenAgent(api);
    for (const status of ['busy', 'ringing'] as const) {
      const stored = await api.store.get('agent', id);
      assert.ok(stored);
      await api.put({ kind: 'agent', row: { ...stored.row, status } });
      const error = await api.refused('deleteAgent', { params: { id } });
      assert.equal(error.reason, 'STATE_INVALID');
      assert.ok(error.message.includes(status));
    }
  });

  it('extend their rest after a caller, and finish it; nothing else', async () => {
    const api = await createApi();
    const { id } = await givenAgent(api);
    const params = { id };
    const change = async (body: object) => await api.ok('changeAgentWrapUp', { params, body });
    const refused = async (body: object) => (await api.refused('changeAgentWrapUp', { params, body })).reason;
    assert.equal(await refused({ finish: true }), 'STATE_INVALID', 'it does not rest');
    const stored = await api.store.get('agent', id);
    assert.ok(stored);
    const tm_wrap_up_end = formatTimestamp(
      ((parseTimestamp(stored.row.tm_create) ?? 0) + 30_000_000) as Instant,
    );
    const row = { ...stored.row, status: 'busy', status_reason: 'wrap_up', tm_wrap_up_end } as const;
    await api.put({ kind: 'agent', row });
    for (const body of [
      {},
      { finish: true, extend_seconds: 10 },
      { finish: false },
      { extend_seconds: 3601 },
    ])
      assert.equal(await refused(body), 'INVALID_ARGUMENT', JSON.stringify(body));
    const extended = await change({ extend_seconds: 60 });
    assert.ok(extended.tm_wrap_up_end > tm_wrap_up_end);
    assert.equal(extended.tm_status, row.tm_status);
    const finished = await change({ finish: true });
    assert.deepEqual([finished.status, finished.status_reason], ['available', '']);
    assert.equal(finished.tm_wrap_up_end, finished.tm_delete, 'which is the far future');
    assert.equal(await refused({ extend_seconds: 60 }), 'STATE_INVALID');
    assert.deepEqual((await typesOf(api)).slice(-2), ['agent_updated', 'agent_status_updated']);
  });

  it('say what they are after a caller, and whether their phones answer by themselves', async () => {
    const api = await createApi();
    const made = await givenAgent(api);
    assert.deepEqual([made.after_call, made.auto_answer], ['', false]);
    const body = { after_call: 'stay_busy', auto_answer: true };
    const changed = await api.ok('updateAgent', { params: { id: made.id }, body });
    assert.deepEqual([changed.after_call, changed.auto_answer], ['stay_busy', true]);
  });

  it('lose no status when it is set at the moment at which something else changes', async () => {
    const api = await createApi();
    const { id } = await givenAgent(api);
    const params = { id };
    await Promise.all([
      api.ok('updateAgentStatus', { params, body: { status: 'available' } }),
      api.ok('updateAgent', { params, body: { name: 'Mira' } }),
      api.ok('updateAgentPermission', { params, body: { permission: 1 } }),
    ]);
    const agent = await api.ok('getAgent', { params });
    assert.deepEqual([agent.status, agent.name, agent.permission], ['available', 'Mira', 1]);
    const told = (await eventsOf(api)).filter(({ type }) => type === 'agent_status_updated');
    assert.equal(told.length, 1);
  });

  it('never show their password, nor does the store have it, nor the log', async () => {
    const api = await createApi();
    const { id } = await givenAgent(api);
    const changed = await api.send('PUT', `/v1.0/agents/${id}/password`, {
      body: { password: 'poppy-seed-1984' },
    });
    assert.doesNotMatch(JSON.stringify(changed.body), /password|scrypt/);
    const login = await api.store.get('login', id);
    assert.match(login?.row.password_hash ?? '', /^scrypt\$/);
    await api.ok('deleteAgent', { params: { id } });
    assert.equal((await api.store.get('login', id))?.row.password_hash, '');
    assert.doesNotMatch(JSON.stringify(await eventsOf(api)), /poppy|scrypt/);
    assert.ok(api.logged.every((line) => !line.includes('poppy')));
  });
});
