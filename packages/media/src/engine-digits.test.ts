import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { printRtp } from './rtp-packet.ts';
import { audioOf, createRig, openLeg, rtp, type EngineRig, type SentPacket } from './testing/engine-rig.ts';
import { seededRandom } from './testing/seeded-random.ts';
import { dtmfTones } from './tone.ts';

const caller = { address: '192.0.2.1', port: 5000 };
const callee = { address: '192.0.2.2', port: 6000 };

function digitsHeard(rig: EngineRig): string {
  return rig.events.map((event) => (event.type === 'digit' ? event.digit : '')).join('');
}

interface Flight {
  readonly packet: SentPacket;
  readonly arrivesAt: number;
}

/** A link that loses, doubles and delays (so that packets overtake each other), by seed. */
function createBadLink(seed: number, loss: number): (from: EngineRig, to: EngineRig, leg: number) => void {
  const random = seededRandom(seed);
  let flights: Flight[] = [];
  return (from, to, leg) => {
    for (const packet of from.takeSent()) {
      const copies = random() < 0.2 ? 2 : 1;
      for (let n = 0; n < copies; n += 1) {
        if (random() >= loss) flights.push({ packet, arrivesAt: to.now + random() * 45 });
      }
    }
    flights.sort((a, b) => a.arrivesAt - b.arrivesAt);
    for (const { packet } of flights.filter(({ arrivesAt }) => arrivesAt <= to.now)) {
      to.engine.receive(leg, printRtp(packet), caller, to.now);
    }
    flights = flights.filter(({ arrivesAt }) => arrivesAt > to.now);
  };
}

describe('digits', () => {
  it('reach the other side exactly once each, in order, over a link that loses 30 %, doubles and reorders', () => {
    for (let seed = 0; seed < 60; seed += 1) {
      const [here, there] = [createRig(), createRig()];
      const from = openLeg(here, {}, callee);
      const to = openLeg(there, {}, caller);
      const carry = createBadLink(seed, 0.3);
      here.engine.digits(from, 'pin', { digits: '1123#*0D', durationMs: 160, gapMs: 80 });
      for (let tick = 0; tick < 130; tick += 1) {
        here.run(1);
        there.run(1);
        carry(here, there, to);
      }
      assert.equal(digitsHeard(there), '1123#*0D', `seed ${seed}`);
    }
  });

  it('are sent with the length and pause asked for, and reported when all are sent', () => {
    const rig = createRig();
    const leg = openLeg(rig);
    rig.engine.digits(leg, 'keys', { digits: '42', durationMs: 100, gapMs: 100 });
    rig.run(20);
    const events = rig.sent.filter(({ payloadType }) => payloadType === 101);
    assert.deepEqual(
      [...new Set(events.map(({ timestamp }) => (timestamp - (events[0]?.timestamp ?? 0)) / 8))],
      [0, 200],
    );
    assert.deepEqual(rig.events, [{ leg, type: 'finished', play: 'keys', reason: 'end', playedMs: 300 }]);
    const sequences = rig.sent.map(({ sequence }) => (sequence - (rig.sent[0]?.sequence ?? 0)) & 0xffff);
    assert.deepEqual(
      sequences,
      sequences.map((_, n) => n),
    );
  });

  it('leave the audio stream around them without a break in time', () => {
    const rig = createRig();
    const leg = openLeg(rig);
    rig.run(2);
    rig.engine.digits(leg, 'keys', { digits: '4', durationMs: 100, gapMs: 0 });
    rig.run(10);
    const audio = rig.sent.filter(({ payloadType }) => payloadType === 0);
    const base = audio[0]?.timestamp ?? 0;
    assert.deepEqual(
      audio.map(({ timestamp }) => (timestamp - base) / 160),
      [0, 1, 7, 8, 9, 10, 11],
    );
    assert.ok(audio.slice(1).every(({ marker }) => !marker));
  });

  it('are ended properly when stopped', () => {
    const rig = createRig();
    const leg = openLeg(rig);
    rig.engine.digits(leg, 'keys', { digits: '45', durationMs: 1000, gapMs: 0 });
    rig.run(3);
    rig.engine.stop(leg);
    const ends = rig.sent.filter(({ payload }) => payload.length === 4 && ((payload[1] ?? 0) & 0x80) !== 0);
    assert.equal(ends.length, 3);
    assert.deepEqual(rig.events, [{ leg, type: 'finished', play: 'keys', reason: 'stopped', playedMs: 60 }]);
  });

  it('are not even ended when the leg is let go of: the peer may have gone', () => {
    const rig = createRig();
    const leg = openLeg(rig);
    rig.engine.digits(leg, 'keys', { digits: '45', durationMs: 1000, gapMs: 0 });
    rig.run(3);
    const before = rig.sent.length;
    rig.engine.close(leg, rig.now);
    assert.equal(rig.sent.length, before);
  });

  it('go out as tones when the peer takes no telephone-events, agreed on before or after the command', () => {
    const expected = dtmfTones('19', 100, 50);
    for (const connectFirst of [true, false]) {
      const rig = createRig();
      const noEvents = { telephoneEventPayloadType: undefined };
      const leg = connectFirst ? openLeg(rig, noEvents) : (rig.engine.open() ?? -1);
      rig.engine.digits(leg, 'keys', { digits: '19', durationMs: 100, gapMs: 50 });
      if (!connectFirst) {
        rig.engine.connect(
          leg,
          { remote: callee, codec: 'PCMU', payloadType: 0, direction: 'sendrecv', ptimeMs: 20 },
          rig.now,
        );
      }
      rig.run(13);
      const heard = audioOf(rig.sent, 'PCMU').subarray(0, expected.length);
      const worst = heard.reduce(
        (most, sample, n) => Math.max(most, Math.abs(sample - (expected[n] ?? 0))),
        0,
      );
      assert.ok(worst <= 512, `differs by ${worst}`);
      assert.deepEqual(rig.events, [{ leg, type: 'finished', play: 'keys', reason: 'end', playedMs: 250 }]);
    }
  });

  it('are heard from a phone that renegotiated its payload type', () => {
    const rig = createRig();
    const leg = openLeg(rig, { telephoneEventPayloadType: 96 }, caller);
    const payload = Uint8Array.of(7, 0x8a, 0, 160);
    rig.engine.receive(leg, rtp({ payloadType: 101, sequence: 1, timestamp: 1, payload }), caller, rig.now);
    rig.engine.receive(leg, rtp({ payloadType: 96, sequence: 2, timestamp: 2, payload }), caller, rig.now);
    assert.deepEqual(rig.events, [{ leg, type: 'digit', digit: '7', durationMs: 20 }]);
    assert.equal(rig.engine.statistics(leg).packetsUnexpected, 1);
  });

  it('are ended by time when their end is lost', () => {
    const rig = createRig();
    const leg = openLeg(rig, {}, caller);
    const payload = Uint8Array.of(3, 0x0a, 1, 0x40);
    rig.engine.receive(leg, rtp({ payloadType: 101, payload }), caller, rig.now);
    rig.run(9);
    assert.equal(digitsHeard(rig), '');
    rig.run(1);
    assert.equal(digitsHeard(rig), '3');
  });

  it('of one stream do not hide those of the next', () => {
    const rig = createRig();
    const leg = openLeg(rig, {}, caller);
    const payload = Uint8Array.of(3, 0x8a, 1, 0x40);
    const packet = { payloadType: 101, timestamp: 500, payload };
    rig.engine.receive(leg, rtp({ ...packet, ssrc: 1 }), caller, rig.now);
    rig.engine.receive(leg, rtp({ ...packet, ssrc: 2, sequence: 900 }), caller, rig.now);
    assert.equal(digitsHeard(rig), '33');
  });
});
