import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createRig, peer, responseText, type Sent, theRequest } from '../engine/rig.node.ts';
import type { SipRequest } from '../message.ts';
import { createRegistrationClient, type RegistrationWish } from './registration-client.ts';
import type { RegistrationStatus } from './registration-machine.ts';

const contact = 'sip:trunk@192.0.2.1:5060';
const challenge = { 'WWW-Authenticate': 'Digest realm="r", nonce="n1", qop="auth"' };

/** A client with an engine of its own; chance is always in the middle. */
function createWorld(wish: Partial<RegistrationWish> = {}) {
  const rig = createRig();
  const reports: RegistrationStatus[] = [];
  const routes: (readonly string[])[] = [];
  const client = createRegistrationClient(
    {
      registrar: 'sip:carrier.example',
      account: { uri: 'sip:trunk@carrier.example' },
      contact,
      nextHop: peer,
      credentials: { username: 'trunk', password: 'secret' },
      expiresS: 3600,
      ...wish,
    },
    {
      request: (wanted, now) => rig.engine.request(wanted, now),
      token: () => 'registration-1',
      chance: () => 0.5,
      report(status, serviceRoute) {
        reports.push(status);
        routes.push(serviceRoute);
      },
    },
  );
  return {
    rig,
    client,
    reports,
    routes,
    /** Passes responses on, and time, until the given moment; gives what was sent. */
    until(end: number): Sent[] {
      const sent: Sent[] = [...rig.drain(), ...feed()];
      while (rig.now < end) {
        const next = Math.min(end, client.wakeAt() ?? end, rig.engine.wakeAt() ?? end);
        sent.push(...rig.pass(Math.max(0, next - rig.now)), ...feed());
        if ((client.wakeAt() ?? Infinity) <= rig.now) client.wake(rig.now);
        sent.push(...rig.drain(), ...feed());
      }
      return sent;
    },
    answer(to: SipRequest, status: number, headers: Readonly<Record<string, string>> = {}): Sent[] {
      const sent = rig.receive(
        responseText(to, status, { headers: { Contact: `<${contact}>`, ...headers } }),
      );
      return [...sent, ...feed()];
    },
  };

  function feed(): Sent[] {
    const sent: Sent[] = [];
    for (const event of rig.takeEvents()) {
      if (event.kind !== 'response') continue;
      assert.ok(client.receive(event, rig.now));
      sent.push(...rig.drain());
    }
    return sent;
  }
}

type World = ReturnType<typeof createWorld>;

function asked(world: World): SipRequest {
  world.client.register(world.rig.now);
  return theRequest(world.rig.drain(), 'REGISTER');
}

function registered(wish: Partial<RegistrationWish> = {}, headers: Record<string, string> = {}) {
  const world = createWorld(wish);
  world.answer(asked(world), 200, headers);
  return world;
}

describe('registering with others', () => {
  test('asks for its Contact, proves itself and is registered for as long as was granted', () => {
    const world = createWorld();
    const first = asked(world);
    assert.equal(first.uri, 'sip:carrier.example');
    assert.equal(first.headers.get('To'), '<sip:trunk@carrier.example>');
    assert.equal(first.headers.get('Contact'), `<${contact}>`);
    assert.equal(first.headers.get('Expires'), '3600');
    const second = theRequest(world.answer(first, 401, challenge), 'REGISTER');
    assert.match(second.headers.get('Authorization') ?? '', /username="trunk"/);
    world.answer(second, 200, { Contact: `<${contact}>;expires=1800`, 'Service-Route': '<sip:edge;lr>' });
    assert.deepEqual(world.reports, [{ kind: 'registered', until: 1_800_000 }]);
    assert.deepEqual(world.routes, [['<sip:edge;lr>']]);
  });

  test('refreshes well before the end, with the same Call-ID and a higher number', () => {
    const world = registered();
    assert.equal(world.client.wakeAt(), 3_600_000 * 0.775);
    const refresh = theRequest(world.until(2_790_000), 'REGISTER');
    assert.deepEqual(
      [refresh.headers.get('Call-ID'), refresh.headers.get('CSeq')],
      ['registration-1', '2 REGISTER'],
    );
    world.answer(refresh, 200);
    assert.equal(world.reports.length, 2);
  });

  test('a short registration is refreshed at its half', () => {
    assert.equal(registered({}, { Expires: '60' }).client.wakeAt(), 30_000);
  });

  test('423: asks again for what the registrar wants at least, once per answer', () => {
    const world = createWorld({ expiresS: 60 });
    const longer = theRequest(world.answer(asked(world), 423, { 'Min-Expires': '900' }), 'REGISTER');
    assert.equal(longer.headers.get('Expires'), '900');
    world.answer(longer, 423, { 'Min-Expires': '900' });
    assert.deepEqual(world.reports, [
      { kind: 'failed', status: 423, retryAt: 7500, registeredUntil: undefined },
    ]);
  });

  test('backs off, longer with each failure, never over ten minutes, and as long as Retry-After asks', () => {
    const world = createWorld();
    let request = asked(world);
    const waits: number[] = [];
    for (let round = 0; round < 9; round += 1) {
      world.answer(request, 503);
      const wakeAt = world.client.wakeAt() ?? assert.fail('waits for ever');
      waits.push(wakeAt - world.rig.now);
      request = theRequest(world.until(wakeAt), 'REGISTER');
    }
    assert.deepEqual(waits, [7500, 15_000, 30_000, 60_000, 120_000, 240_000, 450_000, 450_000, 450_000]);
    world.answer(request, 503, { 'Retry-After': '500 (maintenance)' });
    assert.equal((world.client.wakeAt() ?? 0) - world.rig.now, 500_000);
  });

  test('a registrar that went silent: the failure, then that the registration is gone', () => {
    const world = registered({ expiresS: 120 });
    world.until(130_000);
    assert.deepEqual(
      world.reports.map((report) => report.kind),
      ['registered', 'failed', 'expired'],
    );
    const [, failure] = world.reports;
    assert.ok(failure?.kind === 'failed');
    assert.deepEqual([failure.status, failure.registeredUntil], [408, 120_000]);
  });

  test('a granted time of zero is a failure', () => {
    const world = createWorld();
    world.answer(asked(world), 200, { Contact: `<${contact}>;expires=0` });
    assert.equal(world.reports[0]?.kind, 'failed');
  });

  test('a Contact rewritten on the way is ours if it is the only one', () => {
    const world = registered({}, { Contact: '<sip:trunk@203.0.113.5:1024>;expires=100' });
    assert.deepEqual(world.reports, [{ kind: 'registered', until: 100_000 }]);
  });

  test('unregisters with Expires 0, whatever the registrar says to it', () => {
    const world = registered();
    world.client.unregister(world.rig.now);
    const leave = theRequest(world.rig.drain(), 'REGISTER');
    assert.equal(leave.headers.get('Expires'), '0');
    world.answer(leave, 500);
    assert.equal(world.reports.at(-1)?.kind, 'unregistered');
    assert.equal(world.client.wakeAt(), undefined);
  });

  test('unregistered while the first REGISTER is out: that one is awaited (section 10.2), then taken back', () => {
    const world = createWorld();
    const first = asked(world);
    world.client.unregister(world.rig.now);
    assert.deepEqual(world.rig.drain(), []);
    const leave = theRequest(world.answer(first, 200), 'REGISTER');
    assert.equal(leave.headers.get('Expires'), '0');
  });

  test('wanted again while it leaves: registers when that is answered', () => {
    const world = registered();
    world.client.unregister(world.rig.now);
    const leave = theRequest(world.rig.drain(), 'REGISTER');
    world.client.register(world.rig.now);
    assert.deepEqual(world.rig.drain(), []);
    const again = theRequest(world.answer(leave, 200), 'REGISTER');
    assert.equal(again.headers.get('Expires'), '3600');
  });

  test('responses to others are not taken', () => {
    const world = registered();
    const other = { kind: 'response', request: 'other', status: 200 } as never;
    assert.equal(world.client.receive(other, 0), false);
  });
});
