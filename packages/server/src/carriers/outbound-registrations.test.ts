import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ProviderRow } from '@parley/core';
import { Headers, type OutgoingRequest, type RequestId } from '@parley/sip';
import type { Logger } from 'pino';
import { OutboundRegistrations } from './outbound-registrations.ts';
import { HandClock, settled } from './testing/hand-clock.ts';

const provider = { id: 'p', hostname: 'carrier.example', username: '+4930', password: 'rye' } as ProviderRow;

function setUp() {
  const clock = new HandClock();
  const sent: OutgoingRequest[] = [];
  const logged: string[] = [];
  const world = { address: '192.0.2.7', isThere: true };
  const note = (fields: object, text: string): void => void logged.push(`${text} ${JSON.stringify(fields)}`);
  const registrations = new OutboundRegistrations({
    clock,
    fraction: () => 0,
    token: () => 'token',
    reach: async () => {
      if (!world.isThere) throw new Error('carrier.example has no address');
      const local = { address: '198.51.100.1', port: 5060 };
      return { path: { transport: 'UDP', local, remote: { address: world.address, port: 5060 } } };
    },
    request: (wanted) => {
      sent.push(wanted);
      return `r${sent.length - 1}` as RequestId;
    },
    log: { info: note, warn: note } as unknown as Logger,
  });
  const answer = (nth: number, status: number): boolean =>
    registrations.receive({
      kind: 'response',
      request: `r${nth}` as RequestId,
      status,
      origin: 'peer',
      headers: new Headers(),
      body: new Uint8Array(0),
      cseq: nth + 1,
    });
  const expiries = (): (string | undefined)[] =>
    sent.map(({ headers = [] }) => headers.find(([name]) => name === 'Expires')?.[1]);
  return { clock, sent, logged, world, registrations, answer, expiries };
}

describe('registrations with providers', () => {
  it('say who we are and where calls reach us, and are kept', async () => {
    const { clock, sent, registrations, answer } = setUp();
    registrations.keep(provider);
    await settled();
    const [register] = sent;
    assert.equal(register?.method, 'REGISTER');
    assert.equal(register.uri, 'sip:carrier.example');
    assert.equal(register.from?.uri, 'sip:+4930@carrier.example');
    assert.deepEqual(register.headers?.[0], ['Contact', '<sip:+4930@198.51.100.1:5060>']);
    assert.deepEqual(register.credentials, { username: '+4930', password: 'rye' });
    assert.equal(registrations.isRegistered('p'), false);
    assert.ok(answer(0, 200));
    assert.ok(registrations.isRegistered('p'));
    await clock.pass(600_000);
    assert.equal(sent.length, 2);
  });

  it('that are refused are tried on, where the provider is then, and told once', async () => {
    const { clock, sent, logged, world, registrations, answer } = setUp();
    registrations.keep(provider);
    await settled();
    answer(0, 403);
    world.address = '192.0.2.8';
    await clock.pass(60_000);
    answer(1, 403);
    await settled();
    await clock.pass(60_000);
    assert.equal(logged.length, 1);
    assert.match(logged[0] ?? '', /answered 403/);
    assert.ok(!logged.join().includes('rye'));
    assert.deepEqual(sent.map(({ nextHop }) => nextHop.remote.address).slice(0, 1), ['192.0.2.7']);
    assert.equal(sent.at(-1)?.nextHop.remote.address, '192.0.2.8');
    answer(2, 200);
    assert.deepEqual(registrations.sizes(), { registered: 1, wanted: 1 });
  });

  it('with a host that has no address yet begin when it has one', async () => {
    const { clock, sent, world, registrations } = setUp();
    world.isThere = false;
    registrations.keep(provider);
    await settled();
    await clock.pass(59_000);
    world.isThere = true;
    assert.equal(sent.length, 0);
    await clock.pass(2_000);
    assert.equal(sent.length, 1);
  });

  it('are taken back when they are not wanted any more, and nothing is left of them', async () => {
    const { clock, registrations, answer, expiries } = setUp();
    registrations.keep(provider);
    await settled();
    answer(0, 200);
    registrations.drop('p');
    assert.deepEqual(expiries(), ['600', '0']);
    assert.ok(answer(1, 200));
    assert.deepEqual(registrations.sizes(), { registered: 0, wanted: 0 });
    assert.equal(clock.waiting, 0);
  });

  it('with another account follow the taking back of the old one', async () => {
    const { registrations, sent, answer, expiries } = setUp();
    registrations.keep(provider);
    await settled();
    answer(0, 200);
    registrations.keep({ ...provider, username: 'other' });
    await settled();
    assert.deepEqual(expiries(), ['600', '0', '600']);
    assert.equal(sent[2]?.credentials?.username, 'other');
    assert.ok(answer(1, 200));
    assert.ok(answer(2, 200));
    assert.ok(registrations.isRegistered('p'));
  });

  it('do not begin when they are given up while their server is looked up', async () => {
    const { registrations, sent } = setUp();
    registrations.keep(provider);
    registrations.stop();
    await settled();
    assert.equal(sent.length, 0);
  });
});
