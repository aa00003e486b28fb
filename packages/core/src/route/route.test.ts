import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Instant, Route } from '@parley/contract';
import * as fc from 'fast-check';
import { Draft } from '../draft.ts';
import type { Chance } from '../ports/chance.ts';
import type { Monotonic } from '../ports/moment.ts';
import { createRoute, deleteRoute, orderRoutes, routeKey, routeTargets, updateRoute } from './route.ts';

const customerId = 'c0000000-0000-4000-8000-000000000000';
const providerId = 'd0000000-0000-4000-8000-000000000000';
const never = '9999-01-01 00:00:00.000000';
const chance: Chance = {
  id: () => 'e0000000-0000-4000-8000-000000000001',
  token: (bytes) => 'ab'.repeat(bytes),
  fraction: () => 0.5,
};
const draftAt = (seconds: number): Draft =>
  new Draft({ mono: 0 as Monotonic, wall: (seconds * 1_000_000) as Instant }, chance);
const made = (change: Partial<Route> = {}): Route => ({
  ...createRoute(draftAt(0), chance, customerId, { provider_id: providerId, target: '+49' }),
  ...change,
});

describe('a route', () => {
  it('is made first in order unless something else is said', () => {
    const draft = draftAt(0);
    const route = createRoute(draft, chance, customerId, {
      provider_id: providerId,
      target: 'all',
      name: 'x',
    });
    assert.deepEqual(route, {
      id: chance.id(),
      customer_id: customerId,
      provider_id: providerId,
      priority: 0,
      target: 'all',
      tm_create: '1970-01-01 00:00:00.000000',
      tm_update: never,
      tm_delete: never,
      name: 'x',
      detail: '',
    });
    assert.deepEqual(draft.puts, [{ kind: 'route', row: route }]);
    assert.deepEqual(draft.preconditions, [{ kind: 'route', id: route.id, version: 0 }]);
    assert.deepEqual(draft.events, [], 'routes are announced to nobody');
  });

  it('changes only in what is said, and stays as a row when it is deleted', () => {
    const row = made();
    const draft = draftAt(5);
    const end = '1970-01-01 00:00:05.000000';
    const changed = updateRoute(draft, { row, version: 4 }, { priority: 7, target: 'all' });
    assert.deepEqual(changed, { ...row, priority: 7, target: 'all', tm_update: end });
    assert.deepEqual(draft.preconditions, [{ kind: 'route', id: row.id, version: 4 }]);
    assert.deepEqual(deleteRoute(draftAt(5), { row, version: 1 }), {
      ...row,
      tm_update: end,
      tm_delete: end,
    });
  });
});

describe('the routes for a number', () => {
  it('are looked for by its beginnings, the longest first, and by all', () => {
    assert.deepEqual(routeTargets('+4930'), ['+4930', '+493', '+49', '+4', 'all']);
    assert.deepEqual(routeTargets('112'), ['112', '11', '1', 'all']);
    assert.deepEqual(routeTargets('+'), ['all']);
    assert.deepEqual(routeTargets(''), ['all']);
    assert.equal(routeTargets('+4930123456789012345')[0], '+493012345678901');
  });

  it('of two customers do not mix', () => {
    assert.notEqual(routeKey(customerId, '+49'), routeKey(providerId, '+49'));
  });

  it('are tried by how much of the number they tell, then by priority, then by age', () => {
    const routes = [
      made({ id: 'all', target: 'all', priority: 0, provider_id: 'a' }),
      made({ id: 'wide', target: '+4', priority: 0, provider_id: 'b' }),
      made({ id: 'second', target: '+49', priority: 2, provider_id: 'c' }),
      made({
        id: 'younger',
        target: '+49',
        priority: 1,
        provider_id: 'd',
        tm_create: '2026-01-02 00:00:00.000000',
      }),
      made({
        id: 'older',
        target: '+49',
        priority: 1,
        provider_id: 'e',
        tm_create: '2026-01-01 00:00:00.000000',
      }),
    ];
    const expected = ['older', 'younger', 'second', 'wide', 'all'];
    fc.assert(
      fc.property(fc.shuffledSubarray(routes, { minLength: routes.length }), (shuffled) => {
        assert.deepEqual(
          orderRoutes(shuffled).map(({ id }) => id),
          expected,
        );
      }),
    );
  });

  it('try each provider once, where it comes first', () => {
    const routes = [
      made({ id: 'one', priority: 1 }),
      made({ id: 'again', priority: 2 }),
      made({ id: 'other', priority: 3, provider_id: 'b' }),
      made({ id: 'last', target: 'all' }),
    ];
    assert.deepEqual(
      orderRoutes(routes).map(({ id }) => id),
      ['one', 'other'],
    );
  });
});
