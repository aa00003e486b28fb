import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Address, PhoneNumber, Route } from '@parley/contract';
import { type Changes, type CommitOutcome, type ProviderRow, type Put, routeKey } from '@parley/core';
import { Headers, type RequestId } from '@parley/sip';
import type { Logger } from 'pino';
import { Carriers, type CarriersDeps } from './carriers.ts';
import { HandClock, settled } from './testing/hand-clock.ts';

const never = '9999-01-01 00:00:00.000000';
const customerId = 'c';
const stamps = { tm_create: '2026-01-01 00:00:00.000000', tm_update: never, tm_delete: never };

function provider(id: string, change: Partial<ProviderRow> = {}): ProviderRow {
  return {
    id,
    type: 'sip',
    hostname: `${id}.example`,
    tech_prefix: '',
    tech_postfix: '',
    tech_headers: {},
    name: '',
    detail: '',
    ...stamps,
    codecs: '',
    health_status: 'unknown',
    health_checked_at: never,
    customer_id: customerId,
    port: 5080,
    transport: 'udp',
    username: '',
    register: false,
    calls_per_second: 0,
    max_calls: 0,
    allowed_prefixes: ['all'],
    any_caller_id: false,
    password: '',
    ...change,
  };
}

function route(providerId: string, target: string, priority = 0): Route {
  const id = `${providerId} ${target} ${priority}`;
  const row = { id, customer_id: customerId, provider_id: providerId, priority, target };
  return { ...row, name: '', detail: '', ...stamps };
}

const numberOf = (number: string, owner = customerId): PhoneNumber =>
  ({ id: number, number, customer_id: owner }) as PhoneNumber;

const tel = (target: string): Address => ({ type: 'tel', target, target_name: '', name: '', detail: '' });
const chance: CarriersDeps['chance'] = { id: () => 'id', token: () => 'token', fraction: () => 0.5 };

/** Carriers over a store in memory; what SIP would send is noted. */
function setUp(rows: { providers: ProviderRow[]; routes?: Route[]; numbers?: PhoneNumber[] }) {
  const { providers, routes = [], numbers = [] } = rows;
  const clock = new HandClock();
  const written: string[] = [];
  const reads: string[] = [];
  const world = {
    outcome: { ok: true, positions: [] } as CommitOutcome,
    /** So often `outcome` is what comes; then all is well. */
    losses: Number.POSITIVE_INFINITY,
    asked: 0,
    status: 200,
  };
  const stored = <T>(row: T): { row: T; version: number } => ({ row, version: 1 });
  const store = {
    find: async (_kind: string, key: string) => numbers.filter(({ number }) => number === key).map(stored)[0],
    findByParent: async (_kind: string, key: string) => {
      reads.push(key);
      return routes.filter((each) => routeKey(each.customer_id, each.target) === key).map(stored);
    },
    get: async (_kind: string, id: string) => providers.filter((each) => each.id === id).map(stored)[0],
    list: async () => ({ rows: numbers.filter((each) => each.customer_id === customerId), next: undefined }),
    live: async (kind: string) => (kind === 'provider' ? providers.map(stored) : []),
  };
  const submit = async ({ puts }: Changes): Promise<CommitOutcome> => {
    const { outcome } = world;
    for (const { kind, row } of puts) {
      if (kind !== 'provider') continue;
      written.push(`${row.id} ${row.health_status}`);
      if (outcome.ok) change({ kind, row });
    }
    world.losses -= 1;
    if (world.losses === 0) world.outcome = { ok: true, positions: [] };
    return await Promise.resolve(outcome);
  };
  const change = (put: Put): void => {
    if (put.kind === 'provider') providers.splice(0, providers.length, put.row);
    if (put.kind === 'route') routes.push(put.row);
    carriers.changed([put]);
  };
  const carriers = new Carriers({
    store: store as unknown as CarriersDeps['store'],
    submit,
    clock,
    chance,
    reach: async () => {
      const remote = { address: '192.0.2.7', port: 5080 };
      return await Promise.resolve({ path: { transport: 'UDP' as const, local: remote, remote } });
    },
    request: () => {
      world.asked += 1;
      const request = `r${world.asked}` as RequestId;
      const [headers, body] = [new Headers(), new Uint8Array(0)];
      const { status } = world;
      const origin = status === 408 ? 'timeout' : 'peer';
      carriers.responded({ kind: 'response', request, status, origin, headers, body, cseq: 1 });
      return request;
    },
    ownHost: () => '198.51.100.1',
    registrar: {} as CarriersDeps['registrar'],
    log: { info: () => undefined, warn: () => undefined } as unknown as Logger,
  });
  const dial = async (number: string, source = '+4930111', anonymous: 'yes' | 'auto' = 'auto') =>
    await carriers.legTo({ customerId, source: tel(source), destinations: [], anonymous }, tel(number));
  return { carriers, clock, written, reads, world, dial, change };
}

describe('a call to a telephone number', () => {
  it('has an attempt for each provider, with what that one wants', async () => {
    const headers = { 'X-Account': '7' };
    const { carriers, dial } = setUp({
      providers: [
        provider('a', { tech_prefix: '00', tech_headers: headers, transport: 'tcp' }),
        provider('b'),
      ],
      routes: [route('b', 'all'), route('a', '+49')],
      numbers: [numberOf('+4930111')],
    });
    await carriers.start();
    const { attempts } = await dial('+49 30 222');
    assert.deepEqual(
      attempts.map(({ uri }) => uri),
      ['sip:00+4930222@a.example:5080;transport=tcp', 'sip:+4930222@b.example:5080'],
    );
    assert.deepEqual(attempts[0], {
      uri: 'sip:00+4930222@a.example:5080;transport=tcp',
      nextHop: { host: 'a.example', port: 5080, transport: 'TCP' },
      from: { displayName: '', user: '+4930111', host: undefined },
      headers: [{ name: 'X-Account', value: '7' }],
      providerId: 'a',
    });
  });

  it('is shown as from a number of the customer, never from one of somebody else', async () => {
    const { carriers, dial } = setUp({
      providers: [provider('a'), provider('b', { any_caller_id: true })],
      routes: [route('a', 'all', 1), route('b', 'all', 2)],
      numbers: [numberOf('+4930999'), numberOf('+4930111'), numberOf('100'), numberOf('+1555', 'somebody')],
    });
    await carriers.start();
    const shown = async (source: string): Promise<string[]> =>
      (await dial('+4930222', source)).attempts.map(({ from }) => from.user);
    assert.deepEqual(await shown('4930999'), ['+4930999', '+4930999']);
    assert.deepEqual(await shown('+1555'), ['+4930111', '+1555'], 'the oldest in E.164');
  });

  it('is not made through providers of other customers, nor to what is no number', async () => {
    const { carriers, dial } = setUp({
      providers: [provider('theirs', { customer_id: 'somebody' })],
      routes: [route('theirs', 'all')],
    });
    await carriers.start();
    assert.match((await dial('+4930222')).problem ?? '', /no route/);
    assert.match((await dial('bob')).problem ?? '', /bob is no telephone number/);
  });

  it('finds its routes in memory, until one changes', async () => {
    const { carriers, dial, reads, change } = setUp({
      providers: [provider('a')],
      routes: [route('a', 'all')],
    });
    await carriers.start();
    await dial('+4930222');
    const { length } = reads;
    await dial('+4930222');
    assert.equal(reads.length, length);
    change({ kind: 'route', row: route('a', '+49') });
    assert.equal((await dial('+4930222')).attempts.length, 1);
    assert.ok(reads.length > length);
  });

  it('has the credentials of its provider looked up when it is sent, and room taken and counted', async () => {
    const account = { username: 'bakery', password: 'rye' };
    const { carriers } = setUp({ providers: [provider('a', { ...account, max_calls: 1 })] });
    await carriers.start();
    assert.deepEqual(carriers.credentialsOf('a'), account);
    assert.equal(carriers.credentialsOf('gone'), undefined);
    assert.equal(carriers.admit('gone'), undefined);
    const first = carriers.admit('a');
    assert.equal(carriers.admit('a')?.ok, false);
    assert.ok(first?.ok === true);
    first.release();
    assert.equal(carriers.admit('a')?.ok, true);
    assert.deepEqual(carriers.figures().limited, { maxCalls: 1, callsPerSecond: 0 });
  });
});

describe('the health of providers', () => {
  it('is written when it changes, and then every ten minutes', async () => {
    const { carriers, clock, written, world } = setUp({ providers: [provider('a')] });
    await carriers.start();
    await clock.pass(60_000);
    assert.equal(world.asked, 0, 'not before SIP can be sent');
    carriers.work();
    await clock.pass(1_000);
    assert.deepEqual(written, ['a healthy']);
    await clock.pass(590_000);
    assert.deepEqual(written, ['a healthy']);
    await clock.pass(60_000);
    assert.deepEqual(written, ['a healthy', 'a healthy']);
    assert.ok(world.asked > 20);
    world.status = 408;
    await clock.pass(100_000);
    assert.equal(written.at(-1), 'a unhealthy');
    carriers.stop();
    assert.equal(clock.waiting, 0);
  });

  it('is written when it has lost against a client the first time', async () => {
    const { carriers, clock, written, world } = setUp({ providers: [provider('a')] });
    await carriers.start();
    world.outcome = { ok: false, lost: { kind: 'provider', id: 'a', why: 'version' } };
    world.losses = 1;
    carriers.work();
    await clock.pass(1_000);
    assert.deepEqual(written, ['a healthy', 'a healthy']);
    assert.equal(world.outcome.ok, true);
  });

  it('counts for calls at once, though writing it lost against a client', async () => {
    const { carriers, clock, dial, world } = setUp({
      providers: [provider('a'), provider('b')],
      routes: [route('a', 'all', 1), route('b', 'all', 2)],
    });
    await carriers.start();
    world.outcome = { ok: false, lost: { kind: 'provider', id: 'a', why: 'version' } };
    carriers.work();
    world.status = 408;
    await clock.pass(100_000);
    assert.equal(carriers.figures().providers.unhealthy, 2);
    assert.equal((await dial('+4930222')).attempts.length, 2, 'they are tried all the same');
  });

  it('is not asked of a provider through which nothing may be dialled, and ends with it', async () => {
    const { carriers, clock, world, change } = setUp({
      providers: [provider('a', { allowed_prefixes: [] })],
    });
    await carriers.start();
    carriers.work();
    await clock.pass(60_000);
    assert.equal(world.asked, 0);
    change({ kind: 'provider', row: provider('a') });
    await clock.pass(1_000);
    assert.equal(world.asked, 1);
    change({ kind: 'provider', row: provider('a', { tm_delete: '2026-02-01 00:00:00.000000' }) });
    await settled();
    assert.equal(clock.waiting, 0);
    assert.equal(carriers.credentialsOf('a'), undefined);
  });
});
