import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { createMediaEngine } from './engine.ts';
import type { Connection } from './protocol.ts';
import { printRtcp } from './rtcp-packet.ts';
import { printRtp } from './rtp-packet.ts';
import { emptyStatistics } from './statistics.ts';
import { connectionTo, createRig, openLeg, phone, rtp, type EngineRig } from './testing/engine-rig.ts';
import { seededRandom } from './testing/seeded-random.ts';

const leg = fc.integer({ min: 0, max: 3 });

/** Anything that can happen to an engine. */
const step = fc.oneof(
  fc.record({
    kind: fc.constantFrom('open', 'close', 'stop', 'play', 'echo', 'digits', 'record', 'end'),
    leg,
  }),
  fc.record({
    kind: fc.constant('connect'),
    leg,
    direction: fc.constantFrom('sendrecv', 'sendonly', 'recvonly', 'inactive'),
    codec: fc.constantFrom('PCMU', 'PCMA'),
    events: fc.constantFrom(undefined, 101),
    ptimeMs: fc.integer({ min: 10, max: 60 }),
  }),
  fc.record({ kind: fc.constant('packet'), leg, bytes: fc.uint8Array({ maxLength: 40 }) }),
  fc.record({ kind: fc.constant('tick'), leg, ticks: fc.integer({ min: 1, max: 8 }) }),
);
type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

/** Does it, and keeps track of the legs that are open. */
function take(rig: EngineRig, action: Step, open: Set<number>, play: string): void {
  const { engine, now } = rig;
  switch (action.kind) {
    case 'open': {
      const handle = engine.open();
      if (handle !== undefined) open.add(handle);
      break;
    }
    case 'close':
      engine.close(action.leg, now);
      open.delete(action.leg);
      break;
    case 'stop':
      engine.stop(action.leg);
      break;
    case 'play':
      engine.play(action.leg, play, [{ key: 1, samples: new Int16Array(500) }]);
      break;
    case 'echo':
      engine.echo(action.leg, play, 70);
      break;
    case 'digits':
      engine.digits(action.leg, play, { digits: '12', durationMs: 50, gapMs: 30 });
      break;
    case 'record':
      engine.record(action.leg, 150);
      break;
    case 'end':
      engine.stopRecording(action.leg);
      break;
    case 'connect':
      engine.connect(action.leg, connectionTo(phone, changesOf(action)), now);
      break;
    case 'packet':
      engine.receive(action.leg, rtp({ payload: action.bytes }), phone, now);
      engine.receive(action.leg, action.bytes, phone, now);
      engine.receiveRtcp(action.leg, action.bytes, phone, now);
      break;
    case 'tick':
      rig.run(action.ticks);
      break;
  }
}

function changesOf({
  direction,
  codec,
  events,
  ptimeMs,
}: Extract<Step, { kind: 'connect' }>): Partial<Connection> {
  return { direction, codec, telephoneEventPayloadType: events, ptimeMs };
}

describe('the media engine', () => {
  it('opens legs up to its bound and uses their numbers again', () => {
    const rig = createRig({ maxLegs: 2 });
    assert.deepEqual([rig.engine.open(), rig.engine.open(), rig.engine.open()], [0, 1, undefined]);
    rig.engine.close(0, rig.now);
    assert.equal(rig.engine.legs, 1);
    assert.equal(rig.engine.open(), 0);
  });

  it('does nothing for a leg that is not open', () => {
    const rig = createRig();
    const { engine } = rig;
    engine.connect(7, connectionTo(phone), 0);
    engine.play(7, 'p', []);
    engine.echo(7, 'p', 100);
    engine.digits(7, 'p', { digits: '1', durationMs: 100, gapMs: 0 });
    engine.record(7, 100);
    engine.stop(7);
    engine.stopRecording(7);
    engine.receive(7, rtp({}), phone, 0);
    engine.receiveRtcp(7, rtp({}), phone, 0);
    rig.run(2);
    assert.deepEqual(engine.statistics(7), emptyStatistics);
    assert.deepEqual(engine.close(7, 0), emptyStatistics);
    assert.deepEqual(rig.events, []);
    assert.deepEqual(rig.faults, []);
  });

  it('begins each leg with its own random source, sequence and time', () => {
    const rig = createRig();
    for (let n = 0; n < 20; n += 1) openLeg(rig);
    rig.run(1);
    for (const field of ['ssrc', 'sequence', 'timestamp'] as const) {
      assert.equal(new Set(rig.sent.map((packet) => packet[field])).size, 20);
    }
  });

  it('counts what was lost, doubled, malformed and unknown', () => {
    const rig = createRig();
    const leg = openLeg(rig);
    for (const sequence of [1, 2, 2, 5]) rig.engine.receive(leg, rtp({ sequence }), phone, rig.now);
    rig.engine.receive(leg, Uint8Array.of(1, 2, 3), phone, rig.now);
    rig.engine.receive(leg, rtp({ sequence: 6, payload: new Uint8Array(1601) }), phone, rig.now);
    rig.engine.receive(leg, rtp({ sequence: 7, payloadType: 111 }), phone, rig.now);
    rig.engine.receive(leg, rtp({ sequence: 8, payloadType: 13 }), phone, rig.now);
    rig.engine.receiveRtcp(leg, Uint8Array.of(1, 2, 3), phone, rig.now);
    rig.run(5);
    assert.deepEqual(rig.engine.statistics(leg), {
      ...emptyStatistics,
      packetsSent: 5,
      bytesSent: 800,
      packetsReceived: 7,
      bytesReceived: 5 * 172 + 172 + 1613,
      packetsLost: 2,
      packetsDuplicate: 1,
      packetsMalformed: 3,
      packetsUnexpected: 1,
    });
  });

  it('measures jitter', () => {
    const rig = createRig();
    const leg = openLeg(rig);
    for (let n = 0; n < 300; n += 1) {
      const at = rig.now + n * 20 + (n % 2) * 8;
      rig.engine.receive(leg, rtp({ sequence: n, timestamp: n * 160 }), phone, at);
    }
    assert.ok(Math.abs(rig.engine.statistics(leg).jitterMs - 8) < 0.1);
  });

  it('exchanges RTCP reports every few seconds and learns the round trip and loss from them', () => {
    const [here, there] = [createRig(), createRig({ random: seededRandom(2) })];
    const hereAt = { address: '192.0.2.1', port: 5000 };
    const thereAt = { address: '192.0.2.2', port: 6000 };
    const a = openLeg(here, {}, thereAt);
    const b = openLeg(there, {}, hereAt);
    let dropped = 0;
    for (let tick = 0; tick < 1000; tick += 1) {
      here.run(1);
      for (const packet of here.takeSent()) {
        if (packet.sequence % 10 === 0) dropped += 1;
        else there.engine.receive(b, printRtp(packet), hereAt, there.now + 30);
      }
      for (const { packets } of here.control.splice(0)) {
        const bytes = printRtcp(packets.filter((packet) => packet.kind !== 'other'));
        there.engine.receiveRtcp(b, bytes, { ...hereAt, port: 5001 }, there.now + 30);
      }
      there.run(1);
      for (const packet of there.takeSent()) here.engine.receive(a, printRtp(packet), thereAt, here.now + 30);
      for (const { to, packets } of there.control.splice(0)) {
        assert.deepEqual(to, { address: hereAt.address, port: 5001 });
        const bytes = printRtcp(packets.filter((packet) => packet.kind !== 'other'));
        here.engine.receiveRtcp(a, bytes, { ...thereAt, port: 6001 }, here.now + 30);
      }
    }
    const statistics = here.engine.statistics(a);
    // 30 ms each way; the report of the other side leaves with its tick, so not later than the one it answers.
    assert.ok(statistics.rttMs !== null && Math.abs(statistics.rttMs - 60) <= 20.1, `${statistics.rttMs}`);
    assert.ok(statistics.packetsLostAtPeer !== null && statistics.packetsLostAtPeer > 0);
    assert.ok(dropped - there.engine.statistics(b).packetsLost <= 1);
  });

  it('sends RTCP to the port above RTP, or where offer and answer or the peer itself say', () => {
    const rig = createRig();
    const [plain, told, shown] = [
      openLeg(rig),
      openLeg(rig, { remote: { ...phone, rtcpPort: 9999 } }),
      openLeg(rig),
    ];
    const report = printRtcp([{ kind: 'rr', ssrc: 4711, reports: [] }]);
    rig.engine.receiveRtcp(shown, report, { ...phone, port: 12_345 }, rig.now);
    rig.run(400);
    const portsOf = (leg: number): number[] => [
      ...new Set(rig.control.filter((sent) => sent.leg === leg).map(({ to }) => to.port)),
    ];
    assert.deepEqual([portsOf(plain), portsOf(told), portsOf(shown)], [[4001], [9999], [12_345]]);
  });

  it('says goodbye when a leg that talked is closed, and is quiet about one that never did', () => {
    const rig = createRig();
    const leg = openLeg(rig);
    rig.run(3);
    const statistics = rig.engine.close(leg, rig.now);
    assert.equal(statistics.packetsSent, 3);
    const silent = rig.engine.open() ?? -1;
    rig.engine.close(silent, rig.now);
    assert.deepEqual(
      rig.control.map(({ packets }) => packets.map(({ kind }) => kind)),
      [['sr', 'sdes', 'bye']],
    );
    rig.run(500);
    assert.equal(rig.control.length, 1);
  });

  it('ends only the leg in which a bug shows, and says so', () => {
    const faults: Array<[number, unknown]> = [];
    const sent: number[] = [];
    const engine = createMediaEngine({
      random: seededRandom(1),
      sink: {
        sendRtp: (leg) => {
          if (leg === 1) throw new Error('a bug');
          sent.push(leg);
        },
        sendRtcp: () => undefined,
        event: (_leg, event) => {
          if (event.type === 'digit') throw new Error('another bug');
        },
        fault: (leg, error) => {
          faults.push([leg, String(error)]);
        },
      },
    });
    for (let n = 0; n < 3; n += 1) engine.connect(engine.open() ?? -1, connectionTo(phone), 0);
    engine.tick(20);
    const digit = rtp({ payloadType: 101, payload: Uint8Array.of(1, 0x8a, 0, 160) });
    engine.receive(2, digit, phone, 30);
    engine.tick(40);
    assert.deepEqual(sent, [0, 2, 0]);
    assert.deepEqual(faults, [
      [1, 'Error: a bug'],
      [2, 'Error: another bug'],
    ]);
    assert.equal(engine.legs, 1);
  });

  it('needs no tick while nobody is connected, and every tick from then on', () => {
    const rig = createRig();
    assert.equal(rig.engine.wakeAt(), Infinity);
    const leg = rig.engine.open() ?? -1;
    rig.engine.play(leg, 'p', []);
    assert.equal(rig.engine.wakeAt(), Infinity);
    rig.engine.connect(leg, connectionTo(phone), rig.now);
    assert.equal(rig.engine.wakeAt(), 0);
  });

  it('without continuous silence sends nothing while it has nothing to say, and sleeps until something is due', () => {
    const rig = createRig({ continuousSilence: false, rtpTimeoutMs: 60_000 });
    const leg = openLeg(rig);
    rig.run(3);
    assert.deepEqual(rig.sent, []);
    const reportAt = rig.engine.wakeAt();
    assert.ok(reportAt > rig.now + 900 && reportAt < rig.now + 4000);
    rig.engine.play(leg, 'p', [{ samples: new Int16Array(320) }]);
    assert.equal(rig.engine.wakeAt(), 0);
    rig.run(3);
    assert.deepEqual(
      rig.takeSent().map(({ marker }) => marker),
      [true, false],
    );
    assert.equal(rig.engine.wakeAt(), reportAt);
    const digit = rtp({ payloadType: 101, payload: Uint8Array.of(1, 0x0a, 0, 160) });
    rig.engine.receive(leg, digit, phone, rig.now);
    assert.equal(rig.engine.wakeAt(), rig.now + 200);
  });

  it('finishes every play exactly once and never throws, whatever commands and packets come', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
        const rig = createRig({ maxLegs: 3, rtpTimeoutMs: 500 });
        const open = new Set<number>();
        let plays = 0;
        for (const action of steps) {
          const begins = ['play', 'echo', 'digits'].includes(action.kind) && open.has(action.leg);
          take(rig, action, open, `play ${plays}`);
          if (begins) plays += 1;
        }
        for (const handle of open) rig.engine.close(handle, rig.now);
        const finished = rig.events.flatMap((event) => (event.type === 'finished' ? [event.play] : []));
        assert.equal(new Set(finished).size, finished.length);
        assert.equal(finished.length, plays);
        assert.deepEqual(rig.faults, []);
        assert.equal(rig.engine.legs, 0);
      }),
      { numRuns: 300 },
    );
  });
});
