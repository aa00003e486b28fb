import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { operationIds, operations } from '@parley/contract';
import { createApi } from './api-under-test.ts';
import { urlOf } from './client.ts';

const id = '00000000-0000-4000-8000-000000000000';

describe('an access key', () => {
  it('may come in the header or in the query; the header wins', async () => {
    const api = await createApi();
    await api.ok('getMe', { key: api.key });
    await api.ok('getMe', { key: undefined, query: { accesskey: api.key } });
    await api.ok('getMe', { key: undefined, headers: { authorization: `bearer   ${api.key} ` } });
    const both = await api.ok('getMe', { key: api.otherKey, query: { accesskey: api.key } });
    assert.equal(both.customer?.id, api.otherCustomerId);
  });

  it('is asked for by every operation that needs one, before anything else is looked at', async () => {
    const api = await createApi();
    const needing = operationIds.filter((operation) => operations[operation].auth === 'key');
    assert.ok(needing.length > 30);
    for (const operation of needing) {
      const { method } = operations[operation];
      const url = urlOf(operation, { params: { id, call_id: id } });
      const body = method === 'GET' ? {} : { text: '{ no json' };
      const answer = await api.send(method, url, { key: undefined, ...body });
      assert.equal(answer.status, 401, operation);
      assert.match(answer.headers['www-authenticate'] ?? '', /^Bearer/);
    }
  });

  it('that is unknown, cut short, too long or of another scheme opens nothing', async () => {
    const api = await createApi();
    for (const key of ['parley_unknown', api.key.slice(0, -1), `${api.key}0`, 'x'.repeat(5000)]) {
      assert.equal((await api.refused('getMe', { key })).reason, 'INVALID_CREDENTIALS');
    }
    const basic = { authorization: `Basic ${Buffer.from(`x:${api.key}`).toString('base64')}` };
    const cases = [
      [{ headers: basic }, 'AUTHENTICATION_REQUIRED'],
      [{ query: { accesskey: '' } }, 'AUTHENTICATION_REQUIRED'],
    ] as const;
    for (const [request, reason] of cases) {
      assert.equal((await api.refused('getMe', { key: undefined, ...request })).reason, reason);
    }
  });

  it('opens nothing from the moment on at which it expires', async () => {
    const api = await createApi();
    const { token } = await api.ok('createAccesskey', { body: { expire: 60 } });
    api.advance(59_000);
    await api.ok('getMe', { key: token });
    api.advance(1_000);
    assert.equal((await api.refused('getMe', { key: token })).reason, 'INVALID_CREDENTIALS');
  });

  it('is looked up once and remembered for a short time', async () => {
    const api = await createApi({ keyCacheMs: 5_000 });
    let lookups = 0;
    const find = api.reads.find;
    api.reads.find = async (...asked) => {
      lookups += 1;
      return await find(...asked);
    };
    await Promise.all([1, 2, 3].map(() => api.ok('getMe')));
    await api.ok('getMe');
    assert.equal(lookups, 1);
    api.advance(5_000);
    await api.ok('getMe');
    assert.equal(lookups, 2);
  });

  it('that is ended behind our back is refused once it is no longer remembered', async () => {
    const api = await createApi({ keyCacheMs: 5_000 });
    const { accesskey } = await api.ok('getMe', { key: api.otherKey });
    assert.ok(accesskey);
    const stored = await api.store.get('accesskey', accesskey.id);
    assert.ok(stored);
    await api.put({ kind: 'accesskey', row: { ...stored.row, tm_delete: stored.row.tm_create } });
    api.advance(5_000);
    assert.equal((await api.refused('getMe', { key: api.otherKey })).reason, 'INVALID_CREDENTIALS');
  });

  it('is remembered for a bounded number of keys', async () => {
    const api = await createApi({ keyCacheSize: 1 });
    let lookups = 0;
    const find = api.reads.find;
    api.reads.find = async (...asked) => {
      lookups += 1;
      return await find(...asked);
    };
    for (const key of [api.key, api.otherKey, api.key]) await api.ok('getMe', { key });
    assert.equal(lookups, 3);
  });
});

describe('wrong keys', () => {
  it('from one address are listened to a bounded number of times, from others all the same', async () => {
    const api = await createApi({ wrongKeyRate: { perSecond: 10, burst: 20 } });
    const reasons: string[] = [];
    for (let guess = 0; guess < 22; guess += 1) {
      reasons.push((await api.refused('getMe', { key: `guess ${guess}`.replace(' ', '-') })).reason);
    }
    assert.deepEqual(
      reasons.slice(0, 20),
      Array.from({ length: 20 }, () => 'INVALID_CREDENTIALS'),
    );
    assert.deepEqual(reasons.slice(20), ['RATE_LIMIT_EXCEEDED', 'RATE_LIMIT_EXCEEDED']);
    await api.ok('getMe', { from: '192.0.2.2' });
    const good = await api.send('GET', '/v1.0/me');
    assert.equal(good.status, 429, 'a good key, too: else the limit would tell which guess was right');
    assert.equal(good.headers['retry-after'], '1');
    api.advance(100);
    await api.ok('getMe');
  });

  it('are limited as well when they all come at once', async () => {
    const api = await createApi({ wrongKeyRate: { perSecond: 1, burst: 5 } });
    const guesses = Array.from({ length: 50 }, (_, guess) => api.refused('getMe', { key: `guess-${guess}` }));
    const reasons = (await Promise.all(guesses)).map(({ reason }) => reason);
    assert.equal(reasons.filter((reason) => reason === 'INVALID_CREDENTIALS').length, 5);
  });

  it('are no matter for those who have good ones, however many those are', async () => {
    const api = await createApi({ wrongKeyRate: { perSecond: 1, burst: 2 }, keyCacheMs: 0 });
    for (let request = 0; request < 10; request += 1) await api.ok('getMe');
  });
});

describe('requests of one address', () => {
  it('are limited; others are not touched by it', async () => {
    const api = await createApi({ apiRate: { perSecond: 10, burst: 5 } });
    for (let request = 0; request < 5; request += 1) await api.ok('getMe');
    const answer = await api.send('GET', '/v1.0/me');
    assert.equal(answer.status, 429);
    assert.equal(answer.headers['retry-after'], '1');
    await api.ok('getMe', { from: '192.0.2.2' });
    api.advance(100);
    await api.ok('getMe');
  });

  it('count for a whole /64 of IPv6, and before it is asked who they are from', async () => {
    const api = await createApi({ apiRate: { perSecond: 10, burst: 1 } });
    await api.ok('getMe', { from: '2001:db8::1' });
    const error = await api.refused('getMe', { from: '2001:db8::2', key: undefined });
    assert.equal(error.reason, 'RATE_LIMIT_EXCEEDED');
  });

  it('are not limited on loopback, unless that is asked for, and probes never are', async () => {
    const rate = { apiRate: { perSecond: 1, burst: 1 } };
    const trusting = await createApi(rate);
    for (let request = 0; request < 5; request += 1) await trusting.ok('getMe', { from: '127.0.0.1' });
    const strict = await createApi({ ...rate, trustLoopback: false });
    await strict.ok('getMe', { from: '127.0.0.1' });
    assert.equal((await strict.refused('getMe', { from: '127.0.0.1' })).reason, 'RATE_LIMIT_EXCEEDED');
    for (let request = 0; request < 5; request += 1) await strict.ok('ping', { from: '127.0.0.1' });
  });

  it('behind a trusted proxy are those of the address it names, and of no other proxy', async () => {
    const api = await createApi({ apiRate: { perSecond: 1, burst: 1 }, trustedProxies: ['192.0.2.9/32'] });
    const via = (client: string, from: string) => ({ from, headers: { 'x-forwarded-for': client } });
    await api.ok('getMe', via('198.51.100.1', '192.0.2.9'));
    await api.ok('getMe', via('198.51.100.2', '192.0.2.9'));
    await api.refused('getMe', via('198.51.100.2', '192.0.2.9'));
    await api.ok('getMe', via('198.51.100.3', '192.0.2.10'));
    await api.refused('getMe', via('198.51.100.4', '192.0.2.10'));
  });
});

describe('the log', () => {
  it('has every request and no access key, however that was sent', async () => {
    const api = await createApi();
    await api.ok('getMe');
    await api.ok('getMe', { key: undefined, query: { accesskey: api.key } });
    await api.send('GET', `/v1.0/nothing?x=1&accesskey=${api.key}`, { key: undefined });
    await api.send('GET', `/v1.0/me?access%6bey=${api.key}`, { key: undefined });
    await api.ok('createAccesskey', { body: { name: 'x' } });
    api.reads.get = async () => {
      throw new Error('disk on fire');
    };
    await api.send('GET', `/v1.0/tags/${id}?accesskey=${api.key}`, { key: undefined });
    const text = api.logged.join('');
    assert.equal(api.logged.filter((line) => line.includes('"msg":"request"')).length, 6);
    assert.ok(text.includes('disk on fire'));
    assert.ok(!text.includes(api.key.slice(10)), 'no key');
    assert.ok(!text.includes('parley_'), 'not even a part of one');
    assert.ok(text.includes('accesskey=[redacted]'));
  });
});
