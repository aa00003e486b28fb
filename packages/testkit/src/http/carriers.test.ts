import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { orderRoutes } from '@parley/core';
import { RouteMemory } from '@parley/server';
import { type ApiUnderTest, createApi } from './api-under-test.ts';

const nowhere = '00000000-0000-4000-8000-000000000000';
const account = { username: 'bakery', password: 'very-secret-17' };

async function givenProvider(api: ApiUnderTest, key = api.key): Promise<string> {
  return (await api.ok('createProvider', { key, body: { hostname: 'sip.carrier.example' } })).id;
}

describe('providers over HTTP', () => {
  it('are made, read, changed in part and deleted', async () => {
    const api = await createApi();
    const body = { hostname: 'sip.carrier.example', allowed_prefixes: ['+49'], tech_headers: { 'X-A': '1' } };
    const made = await api.ok('createProvider', { body });
    assert.equal(made.customer_id, api.customerId);
    assert.deepEqual([made.transport, made.port, made.health_status], ['udp', 0, 'unknown']);
    const params = { id: made.id };
    assert.deepEqual(await api.ok('getProvider', { params }), made);
    assert.deepEqual((await api.ok('listProviders')).result, [made]);
    const changed = await api.ok('updateProvider', { params, body: { max_calls: 3 } });
    assert.deepEqual([changed.max_calls, changed.allowed_prefixes], [3, ['+49']]);
    await api.ok('deleteProvider', { params });
    for (const operation of ['getProvider', 'updateProvider', 'deleteProvider'] as const) {
      assert.equal((await api.refused(operation, { params, body: {} })).reason, 'PROVIDER_NOT_FOUND');
    }
  });

  it('never show their password, nor does the log', async () => {
    const api = await createApi();
    const body = { hostname: 'carrier.example', ...account };
    const made = await api.send('POST', '/v1.0/providers', { body });
    const { id } = made.body as { id: string };
    const answers = [made, await api.send('GET', '/v1.0/providers')];
    answers.push(await api.send('GET', `/v1.0/providers/${id}`));
    answers.push(await api.send('PUT', `/v1.0/providers/${id}`, { body: { password: 'very-secret-18' } }));
    assert.equal((await api.store.get('provider', id))?.row.password, 'very-secret-18');
    answers.push(await api.send('DELETE', `/v1.0/providers/${id}`));
    for (const { status, body } of answers) {
      assert.equal(status, 200);
      assert.doesNotMatch(JSON.stringify(body), /secret|password/);
    }
    assert.ok(api.logged.every((line) => !line.includes('very-secret')));
    assert.equal((await api.store.get('provider', id))?.row.password, '', 'a deleted one needs none');
  });

  it('are refused with every problem and its place', async () => {
    const api = await createApi();
    const body = { hostname: '192.0.2.256', tech_headers: { Via: 'x' }, register: true };
    const error = await api.refused('createProvider', { body });
    assert.equal(error.reason, 'INVALID_ARGUMENT');
    assert.partialDeepStrictEqual(error.details, [
      { in: 'body', path: 'hostname', reason: 'wrong_form' },
      { in: 'body', path: 'tech_headers.Via', reason: 'not_one_of' },
      { in: 'body', path: 'username', reason: 'required' },
    ]);
    assert.match(error.message, /hostname/);
  });

  it('take no line break into a header, and no prefix that is none', async () => {
    const api = await createApi();
    const hostname = 'sip.carrier.example';
    const bodies = [
      { hostname, tech_headers: { 'X-A': 'a\r\nVia: b' } },
      { hostname, tech_headers: { 'X A': 'b' } },
      { hostname, allowed_prefixes: ['49+'] },
      { hostname, allowed_prefixes: ['+0'] },
      { hostname, tech_prefix: '0 0' },
      { hostname, codecs: 'G729' },
      { hostname: 'carrier.example:5060' },
      { hostname: 'carrier.example;x=1' },
    ];
    for (const body of bodies) {
      assert.equal((await api.refused('createProvider', { body })).reason, 'INVALID_ARGUMENT');
    }
  });

  it('that a route leads to cannot be deleted, one that it no longer leads to can', async () => {
    const api = await createApi();
    const [used, free] = [await givenProvider(api), await givenProvider(api)];
    const route = await api.ok('createRoute', { body: { provider_id: used, target: 'all' } });
    const error = await api.refused('deleteProvider', { params: { id: used } });
    assert.equal(error.reason, 'PROVIDER_IN_USE');
    assert.ok(error.message.includes(route.id));
    await api.ok('updateRoute', { params: { id: route.id }, body: { provider_id: free } });
    await api.ok('deleteProvider', { params: { id: used } });
    assert.equal((await api.refused('deleteProvider', { params: { id: free } })).reason, 'PROVIDER_IN_USE');
    await api.ok('deleteRoute', { params: { id: route.id } });
    await api.ok('deleteProvider', { params: { id: free } });
  });

  it('are not deleted under a route that is made at the same moment', async () => {
    const api = await createApi();
    const id = await givenProvider(api);
    const [route, gone] = await Promise.all([
      api.send('POST', '/v1.0/routes', { body: { provider_id: id, target: 'all' } }),
      api.send('DELETE', `/v1.0/providers/${id}`),
    ]);
    assert.deepEqual(
      [route.status, gone.status].toSorted((a, b) => a - b),
      route.status === 200 ? [200, 409] : [200, 404],
    );
  });
});

describe('routes over HTTP', () => {
  it('are made, read, changed in part and deleted', async () => {
    const api = await createApi();
    const provider_id = await givenProvider(api);
    const made = await api.ok('createRoute', { body: { provider_id, target: '+82', priority: 3 } });
    const params = { id: made.id };
    assert.deepEqual(await api.ok('getRoute', { params }), made);
    const changed = await api.ok('updateRoute', { params, body: { priority: 1 } });
    assert.deepEqual([changed.priority, changed.target, changed.provider_id], [1, '+82', provider_id]);
    await api.ok('deleteRoute', { params });
    for (const operation of ['getRoute', 'updateRoute', 'deleteRoute'] as const) {
      assert.equal((await api.refused(operation, { params, body: {} })).reason, 'DIALROUTE_NOT_FOUND');
    }
    assert.deepEqual((await api.ok('listRoutes')).result, []);
  });

  it("lead to a provider that is there, and to nobody else's", async () => {
    const api = await createApi();
    const theirs = await givenProvider(api, api.otherKey);
    for (const provider_id of [theirs, nowhere]) {
      const error = await api.refused('createRoute', { body: { provider_id, target: 'all' } });
      assert.equal(error.reason, 'PROVIDER_NOT_FOUND');
    }
    const mine = await givenProvider(api);
    const { id } = await api.ok('createRoute', { body: { provider_id: mine, target: 'all' } });
    const error = await api.refused('updateRoute', { params: { id }, body: { provider_id: theirs } });
    assert.equal(error.reason, 'PROVIDER_NOT_FOUND');
  });

  it('are for the beginning of a number or for all', async () => {
    const api = await createApi();
    const provider_id = await givenProvider(api);
    for (const target of ['all', '+1', '+821012345678', '112', '*9']) {
      await api.ok('createRoute', { body: { provider_id, target } });
    }
    for (const target of ['', '+', '+0', 'All', '+49 30', '+1234567890123456', 'x']) {
      const error = await api.refused('createRoute', { body: { provider_id, target } });
      assert.equal(error.reason, 'INVALID_ARGUMENT', target);
    }
  });

  it('for a number are found longest target first, then by priority, of this customer alone', async () => {
    const api = await createApi();
    const [a, b, c] = [await givenProvider(api), await givenProvider(api), await givenProvider(api)];
    const theirs = await givenProvider(api, api.otherKey);
    await api.ok('createRoute', { key: api.otherKey, body: { provider_id: theirs, target: '+4930' } });
    const wanted = [
      { provider_id: a, target: '+4930', priority: 5 },
      { provider_id: b, target: '+49', priority: 1 },
      { provider_id: c, target: 'all', priority: 0 },
    ];
    const others = [
      { provider_id: b, target: '+49', priority: 9 },
      { provider_id: a, target: 'all', priority: 0 },
      { provider_id: c, target: '+43', priority: 0 },
    ];
    for (const body of [...others, ...wanted].toReversed()) await api.ok('createRoute', { body });
    const memory = new RouteMemory(api.store);
    const found = orderRoutes(await memory.find(api.customerId, '+4930123456'));
    assert.deepEqual(
      found.map(({ provider_id, target, priority }) => ({ provider_id, target, priority })),
      wanted,
    );
    assert.equal(orderRoutes(await memory.find(api.customerId, '110')).length, 2);
  });
});

describe('trunks over HTTP', () => {
  const body = {
    domain_name: 'Cellar.example',
    auth_types: ['basic', 'ip'],
    allowed_ips: ['192.0.2.7'],
    ...account,
  };

  it('are made, read, changed in part and deleted', async () => {
    const api = await createApi();
    const made = await api.ok('createTrunk', { body });
    assert.deepEqual([made.domain_name, made.username], ['cellar.example', 'bakery']);
    const params = { id: made.id };
    assert.deepEqual(await api.ok('getTrunk', { params }), made);
    const changed = await api.ok('updateTrunk', { params, body: { allowed_ips: ['192.0.2.0/24'] } });
    assert.deepEqual([changed.allowed_ips, changed.auth_types], [['192.0.2.0/24'], ['basic', 'ip']]);
    await api.ok('deleteTrunk', { params });
    for (const operation of ['getTrunk', 'updateTrunk', 'deleteTrunk'] as const) {
      assert.equal((await api.refused(operation, { params, body: {} })).reason, 'TRUNK_NOT_FOUND');
    }
  });

  it('show and keep no password', async () => {
    const api = await createApi();
    const made = await api.send('POST', '/v1.0/trunks', { body });
    const { id } = made.body as { id: string };
    const answers = [made, await api.send('GET', '/v1.0/trunks')];
    answers.push(await api.send('GET', `/v1.0/trunks/${id}`));
    answers.push(await api.send('PUT', `/v1.0/trunks/${id}`, { body: { name: 'x' } }));
    const stored = await api.store.get('trunk', id);
    assert.ok(stored?.row.password_hashes !== undefined);
    assert.ok(!('password' in stored.row));
    answers.push(await api.send('DELETE', `/v1.0/trunks/${id}`));
    for (const answer of answers) {
      assert.equal(answer.status, 200);
      assert.doesNotMatch(JSON.stringify(answer.body), /very-secret|password|sha256/);
    }
    assert.ok(api.logged.every((line) => !line.includes('very-secret')));
  });

  it('have a domain of their own, however it is written, until they are deleted', async () => {
    const api = await createApi();
    const { id } = await api.ok('createTrunk', { body });
    const other = await api.ok('createTrunk', { body: { ...body, domain_name: 'attic' } });
    const again = { ...body, domain_name: 'CELLAR.example' };
    const error = await api.refused('createTrunk', { key: api.otherKey, body: again });
    assert.equal(error.reason, 'DOMAIN_TAKEN');
    assert.match(error.message, /cellar\.example/);
    const moved = await api.refused('updateTrunk', {
      params: { id: other.id },
      body: { domain_name: 'cellar.example' },
    });
    assert.equal(moved.reason, 'DOMAIN_TAKEN');
    await api.ok('deleteTrunk', { params: { id } });
    await api.ok('createTrunk', { key: api.otherKey, body: again });
  });

  it('need what their ways to show who they are need, each said with its place', async () => {
    const api = await createApi();
    const error = await api.refused('createTrunk', {
      body: { domain_name: 'cellar', auth_types: ['basic', 'ip'], allowed_ips: ['192.0.2.7', '0.0.0.0/0'] },
    });
    assert.equal(error.reason, 'INVALID_ARGUMENT');
    assert.partialDeepStrictEqual(error.details, [
      { path: 'allowed_ips[1]', reason: 'wrong_form' },
      { path: 'username', reason: 'required' },
    ]);
    for (const auth_types of [[], ['ip', 'ip'], ['tls']]) {
      const refused = await api.refused('createTrunk', { body: { ...body, auth_types } });
      assert.equal(refused.reason, 'INVALID_ARGUMENT');
    }
    for (const domain_name of ['a', '9lives', '-a', 'a_b', 'a..b', 'a.b.', 'a'.repeat(31)]) {
      const refused = await api.refused('createTrunk', { body: { ...body, domain_name } });
      assert.equal(refused.reason, 'INVALID_ARGUMENT', domain_name);
    }
  });

  it('and providers of another customer are not there', async () => {
    const api = await createApi();
    const trunk = (await api.ok('createTrunk', { body })).id;
    const provider = await givenProvider(api);
    const key = api.otherKey;
    for (const operation of ['getTrunk', 'updateTrunk', 'deleteTrunk'] as const) {
      const error = await api.refused(operation, { key, params: { id: trunk }, body: {} });
      assert.equal(error.reason, 'TRUNK_NOT_FOUND');
    }
    for (const operation of ['getProvider', 'updateProvider', 'deleteProvider'] as const) {
      const error = await api.refused(operation, { key, params: { id: provider }, body: {} });
      assert.equal(error.reason, 'PROVIDER_NOT_FOUND');
    }
    assert.deepEqual((await api.ok('listTrunks', { key })).result, []);
    assert.deepEqual((await api.ok('listProviders', { key })).result, []);
  });

  it('changed by someone else at every try are reported as a conflict', async () => {
    const api = await createApi();
    const { id } = await api.ok('createTrunk', { body });
    api.beforeCommit = () => api.touch('trunk', id);
    assert.equal((await api.refused('updateTrunk', { params: { id }, body: {} })).reason, 'CONFLICT');
  });
});
