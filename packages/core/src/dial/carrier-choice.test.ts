import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Provider, Route } from '@parley/contract';
import * as fc from 'fast-check';
import { carrierUri, chooseCarriers, dialledDigits, mostCarriers } from './carrier-choice.ts';

const never = '9999-01-01 00:00:00.000000';
const stamps = { tm_create: '2026-01-01 00:00:00.000000', tm_update: never, tm_delete: never };

function provider(id: string, change: Partial<Provider> = {}): Provider {
  return {
    id,
    type: 'sip',
    hostname: `${id}.example`,
    tech_prefix: '',
    tech_postfix: '',
    tech_headers: {},
    name: id,
    detail: '',
    ...stamps,
    codecs: '',
    health_status: 'unknown',
    health_checked_at: never,
    customer_id: 'c',
    port: 0,
    transport: 'udp',
    username: '',
    register: false,
    calls_per_second: 0,
    max_calls: 0,
    allowed_prefixes: ['all'],
    any_caller_id: false,
    ...change,
  };
}

function route(providerId: string, target: string, priority = 0): Route {
  const id = `${providerId} ${target} ${priority}`;
  const row = { id, customer_id: 'c', provider_id: providerId, priority, target, name: '', detail: '' };
  return { ...row, ...stamps };
}

function chosen(number: string, routes: readonly Route[], providers: readonly Provider[]): string[] | string {
  const choice = chooseCarriers(number, routes, (id) => providers.find((each) => each.id === id));
  return choice.ok ? choice.providers.map(({ id }) => id) : choice.problem;
}

describe('the choice of carriers', () => {
  const a = provider('a');
  const b = provider('b');

  it('goes by the longest target, then by priority, with the routes for all numbers last', () => {
    const routes = [route('a', 'all'), route('b', '+49', 2), route('c', '+49', 1), route('d', '+4930', 9)];
    const providers = ['a', 'b', 'c', 'd'].map((id) => provider(id));
    assert.deepEqual(chosen('+4930123', routes, providers), ['d', 'c', 'b', 'a']);
  });

  it('puts a provider that is not well behind all others, and tries it all the same', () => {
    const routes = [route('a', '+49'), route('b', 'all')];
    assert.deepEqual(chosen('+4930', routes, [provider('a', { health_status: 'unhealthy' }), b]), ['b', 'a']);
  });

  it('names the setting that is missing', () => {
    assert.match(String(chosen('+4930', [], [a])), /no route leads to \+4930/);
    assert.match(String(chosen('+4930', [route('gone', 'all')], [a])), /no route leads to \+4930/);
    const closed = provider('a', { allowed_prefixes: ['+1'], name: 'Acme' });
    assert.match(
      String(chosen('+4930', [route('a', 'all')], [closed])),
      /allowed_prefixes of provider Acme \(a\)/,
    );
  });

  it('has nobody twice, nobody who may not dial, the well before the others, and the order of routes within each', () => {
    const ids = ['p', 'q', 'r', 's', 't'];
    const anyProvider = (id: string) =>
      fc
        .record({
          allowed_prefixes: fc.subarray(['+4', '+49', '+1', 'all']),
          health_status: fc.constantFrom('unknown', 'healthy', 'unhealthy'),
        })
        .map((change) => provider(id, change));
    const anyRoute = fc
      .tuple(fc.constantFrom(...ids, 'gone'), fc.constantFrom('+49', '+4930', 'all'), fc.nat(3))
      .map((parts) => route(...parts));
    const world = fc.tuple(fc.tuple(...ids.map(anyProvider)), fc.array(anyRoute, { maxLength: 12 }));
    fc.assert(
      fc.property(world, ([providers, routes]) => {
        const found = chosen('+4930123', routes, providers);
        const mayDial = (id: string): boolean =>
          providers.some((each) => each.id === id && each.allowed_prefixes.some((prefix) => prefix !== '+1'));
        const reachable = new Set(routes.map((each) => each.provider_id).filter(mayDial));
        if (typeof found === 'string') return assert.equal(reachable.size, 0);
        assert.deepEqual([...found].sort(), [...reachable].sort());
        const rank = (id: string): [number, number, number] => {
          const its = routes.filter((each) => each.provider_id === id);
          const longest = Math.max(...its.map(({ target }) => (target === 'all' ? 0 : target.length)));
          const best = its.filter(({ target }) => (target === 'all' ? 0 : target.length) === longest);
          const isIll = providers.some((each) => each.id === id && each.health_status === 'unhealthy');
          return [isIll ? 1 : 0, -longest, Math.min(...best.map(({ priority }) => priority))];
        };
        for (const [index, id] of found.slice(1).entries()) {
          const difference = rank(found[index] ?? '')
            .map((value, at) => value - (rank(id)[at] ?? 0))
            .find((each) => each !== 0);
          assert.ok(difference === undefined || difference < 0, `${found[index]} before ${id}`);
        }
      }),
    );
  });

  it('ends: nobody waits for more than a few', () => {
    const providers = Array.from({ length: 20 }, (_, index) => provider(`p${index}`));
    const routes = providers.map(({ id }) => route(id, 'all'));
    assert.equal(chosen('+49', routes, providers).length, mostCarriers);
  });
});

describe('a number to be dialled', () => {
  it('loses what people write between digits', () => {
    assert.equal(dialledDigits('+49 (30) 123-45.6'), '+4930123456');
    assert.equal(dialledDigits('tel:110'), '110');
    assert.equal(dialledDigits('*21#'), '*21#');
  });

  it('is nothing else, so that a Request-URI says what its provider says and no more', () => {
    for (const text of [
      '',
      'alice',
      '+',
      '1@evil.example',
      '1;a=b',
      '1?x=y',
      '1\r\n2',
      '12 '.repeat(99),
      '1+2',
    ])
      assert.equal(dialledDigits(text), undefined, text);
    fc.assert(
      fc.property(fc.string(), (text) => {
        const digits = dialledDigits(text);
        if (digits === undefined) return;
        assert.match(carrierUri(provider('a'), digits), /^sip:\+?([0-9*]|%23)+@a\.example$/);
      }),
    );
  });

  it('stands in the Request-URI between prefix and postfix, with host, port and transport of the provider', () => {
    const full = provider('a', { tech_prefix: '00#', tech_postfix: '-x', port: 5080, transport: 'tcp' });
    assert.equal(carrierUri(full, '+4930'), 'sip:00%23+4930-x@a.example:5080;transport=tcp');
    assert.equal(carrierUri(provider('a', { hostname: '[2001:db8::7]' }), '12'), 'sip:12@[2001:db8::7]');
  });
});
