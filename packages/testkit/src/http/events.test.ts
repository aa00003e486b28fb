import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Instant } from '@parley/contract';
import type { EventPosition } from '@parley/core';
import { createApi, until, waitersOf } from './api-under-test.ts';

describe('the event log over HTTP', () => {
  it('is read from the oldest, in stretches, none skipped and none twice', async () => {
    const api = await createApi();
    await api.emit(api.customerId, 25);
    const seen: string[] = [];
    let after = '';
    for (const expected of [10, 10, 5, 0]) {
      const stretch = await api.ok('listEvents', { query: { after, limit: 10 } });
      assert.equal(stretch.result.length, expected);
      seen.push(...stretch.result.map(({ id }) => id));
      after = stretch.next_cursor;
    }
    assert.equal(new Set(seen).size, 25);
    const all = await api.ok('listEvents');
    assert.deepEqual(
      all.result.map(({ id }) => id),
      seen,
    );
    const [third] = all.result.slice(2);
    const rest = await api.ok('listEvents', { query: { after: third?.cursor ?? '' } });
    assert.equal(rest.result[0]?.id, seen[3]);
  });

  it('says so when what follows a cursor is no longer kept, and only then', async () => {
    const api = await createApi();
    const beginning = (await api.ok('listEvents')).next_cursor;
    await api.emit(api.customerId, 3);
    const first = await api.ok('listEvents', { query: { limit: 1 } });
    const last = (await api.ok('listEvents')).next_cursor;
    await api.emit(api.otherCustomerId, 3);
    const before = Number.MAX_SAFE_INTEGER as Instant;
    await api.store.prune({ before, after: 0 as EventPosition, limit: 100 });
    for (const after of [beginning, first.next_cursor]) {
      const error = await api.refused('listEvents', { query: { after } });
      assert.equal(error.reason, 'EVENTS_PRUNED');
    }
    const kept = await api.ok('listEvents');
    assert.deepEqual(kept.result, []);
    assert.ok(await api.ok('listEvents', { query: { after: 'latest' } }));
    // Nothing that follows was this customer's, so nothing is missing.
    assert.deepEqual((await api.ok('listEvents', { query: { after: last } })).result, []);
  });

  it('shows the resource as the webhook did, and whose it is', async () => {
    const api = await createApi();
    await api.emit(api.customerId, 1);
    const [event] = (await api.ok('listEvents')).result;
    assert.equal(event?.type, 'call_created');
    assert.equal(event?.customer_id, api.customerId);
    assert.match(event?.id ?? '', /^evt_/);
    assert.equal(event?.data['customer_id'], api.customerId);
  });

  it('of another customer is not shown', async () => {
    const api = await createApi();
    await api.emit(api.customerId, 3);
    await api.emit(api.otherCustomerId, 2);
    assert.equal((await api.ok('listEvents', { key: api.otherKey })).result.length, 2);
  });

  it('can be begun at its end', async () => {
    const api = await createApi();
    await api.emit(api.customerId, 3);
    const now = await api.ok('listEvents', { query: { after: 'latest' } });
    assert.deepEqual(now.result, []);
    await api.emit(api.customerId, 1);
    assert.equal((await api.ok('listEvents', { query: { after: now.next_cursor } })).result.length, 1);
  });

  it('is sifted by type', async () => {
    const api = await createApi();
    await api.emit(api.customerId, 10);
    const one = await api.ok('listEvents', { query: { type: 'call_hungup', limit: 3 } });
    assert.deepEqual(
      one.result.map(({ type }) => type),
      ['call_hungup', 'call_hungup', 'call_hungup'],
    );
    const rest = await api.ok('listEvents', { query: { type: 'call_hungup', after: one.next_cursor } });
    assert.equal(rest.result.length, 2);
    const both = await api.ok('listEvents', { query: { type: 'call_hungup,call_created' } });
    assert.equal(both.result.length, 10);
    const none = await api.ok('listEvents', { query: { type: 'agent_created' } });
    assert.deepEqual(none.result, []);
    assert.equal(none.next_cursor, both.next_cursor, 'what did not fit need not be looked at again');
  });

  it('is looked through a bounded stretch at a time when nothing fits', async () => {
    const api = await createApi();
    await api.emit(api.customerId, 6_000);
    const first = await api.ok('listEvents', { query: { type: 'agent_created', wait: 55 } });
    assert.deepEqual(first.result, []);
    const second = await api.ok('listEvents', { query: { type: 'agent_created', after: first.next_cursor } });
    assert.notEqual(second.next_cursor, first.next_cursor);
  });

  it('refuses cursors, types and limits that are none', async () => {
    const api = await createApi();
    const cases = [
      [{ after: 'made-up' }, 'after', 'wrong_form'],
      [{ after: 'ä' }, 'after', 'wrong_form'],
      [{ type: 'call_exploded' }, 'type', 'not_one_of'],
      [{ limit: 0 }, 'limit', 'out_of_range'],
      [{ limit: 1001 }, 'limit', 'out_of_range'],
      [{ wait: 56 }, 'wait', 'out_of_range'],
    ] as const;
    for (const [query, path, reason] of cases) {
      const error = await api.refused('listEvents', { query });
      assert.equal(error.reason, 'INVALID_ARGUMENT');
      assert.partialDeepStrictEqual(error.details, [{ in: 'query', path, reason }]);
    }
  });
});

describe('a request that waits for events', () => {
  it('is answered as soon as there is one', async () => {
    const api = await createApi();
    const waiting = api.ok('listEvents', { query: { wait: 30 } });
    await until(async () => (await waitersOf(api)) === 1);
    await api.emit(api.customerId, 1);
    assert.equal((await waiting).result.length, 1);
    assert.equal(await waitersOf(api), 0);
  });

  it('is not answered by what is not for it', async () => {
    const api = await createApi();
    let answered = false;
    const waiting = api
      .ok('listEvents', { query: { wait: 30, type: 'call_hungup' } })
      .finally(() => (answered = true));
    await until(async () => (await waitersOf(api)) === 1);
    await api.emit(api.otherCustomerId, 2);
    await api.emit(api.customerId, 1);
    api.advance(20);
    await until(async () => (await waitersOf(api)) === 1);
    assert.equal(answered, false);
    await api.emit(api.customerId, 2);
    api.advance(20);
    assert.deepEqual(
      (await waiting).result.map(({ type }) => type),
      ['call_hungup'],
    );
  });

  it('does not miss an event that comes between reading and waiting', async () => {
    const api = await createApi();
    const read = api.reads.events;
    api.reads.events = async (query) => {
      const found = await read(query);
      api.reads.events = read;
      await api.emit(api.customerId, 1);
      return found;
    };
    assert.equal((await api.ok('listEvents', { query: { wait: 30 } })).result.length, 1);
  });

  it('is answered with nothing when its time is up', async () => {
    const api = await createApi();
    const waiting = api.ok('listEvents', { query: { wait: 30 } });
    await until(async () => (await waitersOf(api)) === 1);
    api.advance(29_999);
    assert.equal(await waitersOf(api), 1);
    api.advance(1);
    const stretch = await waiting;
    assert.deepEqual(stretch.result, []);
    assert.notEqual(stretch.next_cursor, '');
  });

  it('is woken a bounded number of times a second however busy the log is', async () => {
    const api = await createApi();
    let reads = 0;
    const read = api.reads.events;
    api.reads.events = async (query) => {
      reads += 1;
      return await read(query);
    };
    const waiting = api.ok('listEvents', { query: { wait: 30 } });
    await until(async () => (await waitersOf(api)) === 1);
    for (let commit = 0; commit < 50; commit += 1) await api.emit(api.otherCustomerId, 1);
    await until(async () => (await waitersOf(api)) === 1);
    assert.ok(reads <= 3, `${reads} reads within one pause`);
    await api.emit(api.customerId, 1);
    api.advance(10);
    assert.equal((await waiting).result.length, 1);
  });

  it('is one of a bounded number', async () => {
    const api = await createApi({ eventWaiters: 2 });
    const waiting = [1, 2].map(() => api.ok('listEvents', { query: { wait: 30 } }));
    await until(async () => (await waitersOf(api)) === 2);
    const answer = await api.send('GET', '/v1.0/events?wait=30');
    assert.equal(answer.status, 429);
    assert.equal(answer.headers['retry-after'], '2');
    await api.http.close();
    await Promise.all(waiting);
  });

  it('is let go when the server closes', async () => {
    const api = await createApi();
    const waiting = api.ok('listEvents', { query: { wait: 30 } });
    await until(async () => (await waitersOf(api)) === 1);
    await api.http.close();
    assert.deepEqual((await waiting).result, []);
  });
});
