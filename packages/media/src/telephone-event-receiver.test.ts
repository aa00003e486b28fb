import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { eventOfDigit, writeTelephoneEvent } from './telephone-event.ts';
import { TelephoneEventReceiver } from './telephone-event-receiver.ts';

interface EventPacket {
  readonly event: number;
  readonly timestamp: number;
  readonly marker: boolean;
  readonly end: boolean;
  readonly duration: number;
  readonly digit: string;
}

interface Key {
  readonly digit: string;
  readonly updates: number;
  readonly gapTicks: number;
}

/** What a well-behaved phone sends, 20 ms apart: updates, then the end three times. */
function packetsOf(keys: readonly Key[], start = 1000): EventPacket[] {
  const packets: EventPacket[] = [];
  let timestamp = start;
  keys.forEach(({ digit, updates, gapTicks }, event) => {
    for (let n = 1; n <= updates + 3; n += 1) {
      const duration = Math.min(n, updates + 1) * 160;
      packets.push({ event, digit, timestamp, marker: n === 1, end: n > updates, duration });
    }
    timestamp = (timestamp + (updates + 1 + gapTicks) * 160) >>> 0;
  });
  return packets;
}

function listener(): {
  heard: string[];
  durations: number[];
  receiver: TelephoneEventReceiver;
  feed: (packet: EventPacket, now: number) => void;
} {
  const heard: string[] = [];
  const durations: number[] = [];
  const receiver = new TelephoneEventReceiver((digit, durationMs) => {
    heard.push(digit);
    durations.push(durationMs);
  });
  const feed = (packet: EventPacket, now: number): void => {
    const payload = new Uint8Array(4);
    writeTelephoneEvent(payload, 0, eventOfDigit(packet.digit) ?? 0, packet.end, packet.duration);
    receiver.receive(payload, 0, 4, packet.timestamp, packet.marker, now);
  };
  return { heard, durations, receiver, feed };
}

/** Delivers 20 ms apart, then lets time pass until a lost end is given up. */
function hear(packets: readonly EventPacket[]): { heard: string[]; durations: number[] } {
  const { heard, durations, receiver, feed } = listener();
  let now = 0;
  for (const packet of packets) {
    now += 20;
    receiver.tick(now);
    feed(packet, now);
  }
  receiver.tick(now + 200);
  return { heard, durations };
}

const key = fc.record({
  digit: fc.constantFrom(...Array.from('0123456789*#ABCD')),
  updates: fc.integer({ min: 2, max: 8 }),
  gapTicks: fc.integer({ min: 0, max: 5 }),
});
const keys = fc.array(key, { minLength: 1, maxLength: 10 });
const start = fc.constantFrom(0, 1000, 0x7fff_ff00, 0xffff_ff00);

describe('the telephone-event receiver', () => {
  it('reports a digit when it ends, with its length, once for three end packets', () => {
    const { heard, durations } = hear(packetsOf([{ digit: '5', updates: 4, gapTicks: 0 }]));
    assert.deepEqual(heard, ['5']);
    assert.deepEqual(durations, [100]);
  });

  it('tells the same key pressed twice without a pause by its timestamp', () => {
    const twice = { digit: '7', updates: 3, gapTicks: 0 };
    assert.deepEqual(hear(packetsOf([twice, twice])).heard, ['7', '7']);
  });

  it('ends a digit whose end packets are all lost 200 ms after its last packet', () => {
    const { heard, durations, receiver, feed } = listener();
    const [first, second] = packetsOf([{ digit: '1', updates: 4, gapTicks: 0 }]);
    assert.ok(first !== undefined && second !== undefined);
    feed(first, 0);
    feed(second, 20);
    assert.equal(receiver.wakeAt(), 220);
    receiver.tick(219);
    assert.deepEqual(heard, []);
    receiver.tick(220);
    assert.deepEqual(heard, ['1']);
    assert.deepEqual(durations, [40]);
    assert.equal(receiver.wakeAt(), Infinity);
  });

  it('does not report it again when the end comes after that', () => {
    const { heard, receiver, feed } = listener();
    const packets = packetsOf([{ digit: '1', updates: 4, gapTicks: 0 }]);
    packets.slice(0, 2).forEach((packet) => {
      feed(packet, 0);
    });
    receiver.tick(200);
    packets.slice(2).forEach((packet) => {
      feed(packet, 300);
    });
    receiver.tick(1000);
    assert.deepEqual(heard, ['1']);
  });

  it('adds up the segments of a digit held for 20 seconds', () => {
    const { heard, durations, feed } = listener();
    const segment = { event: 0, digit: '#', end: false, duration: 0xffff };
    feed({ ...segment, timestamp: 5, marker: true }, 0);
    feed({ ...segment, timestamp: 5 + 0xffff, marker: false }, 50);
    const last = { ...segment, timestamp: 5 + 2 * 0xffff, marker: false, duration: 28_930, end: true };
    feed(last, 100);
    feed({ ...segment, timestamp: 5 + 0xffff, marker: false }, 110);
    feed(last, 120);
    assert.deepEqual(heard, ['#']);
    assert.deepEqual(durations, [20_000]);
  });

  it('does not take the next segment of a digit it gave up for a new digit', () => {
    const { heard, receiver, feed } = listener();
    const segment = { event: 0, digit: '#', end: false, duration: 0xffff };
    feed({ ...segment, timestamp: 5, marker: true }, 0);
    receiver.tick(200);
    feed({ ...segment, timestamp: 5 + 0xffff, marker: false, duration: 160 }, 300);
    receiver.tick(600);
    assert.deepEqual(heard, ['#']);
  });

  it('reports an earlier digit whose only packet comes while the next one sounds, and in order', () => {
    const packets = packetsOf([
      { digit: '1', updates: 2, gapTicks: 1 },
      { digit: '2', updates: 2, gapTicks: 1 },
    ]);
    const [lateOne, ...ofTwo] = packets.slice(4);
    const beginningOfTwo = ofTwo.shift();
    assert.ok(lateOne !== undefined && beginningOfTwo !== undefined);
    assert.deepEqual(hear([beginningOfTwo, lateOne, ...ofTwo]).heard, ['1', '2']);
  });

  it('hears digits again after the sender began a new timestamp base', () => {
    const before = packetsOf([{ digit: '1', updates: 3, gapTicks: 0 }], 3_000_000_000);
    const after = packetsOf([{ digit: '2', updates: 3, gapTicks: 0 }], 2_000_000_000);
    assert.deepEqual(hear([...before, ...after]).heard, ['1', '2']);
    const { heard, receiver, feed } = listener();
    before.forEach((packet) => {
      feed(packet, 0);
    });
    receiver.restart(10);
    packetsOf([{ digit: '3', updates: 3, gapTicks: 0 }], 3_000_000_000 - 800).forEach((packet) => {
      feed(packet, 20);
    });
    assert.deepEqual(heard, ['1', '3']);
  });

  it('ends the digit under way when the sender restarts', () => {
    const { heard, receiver, feed } = listener();
    packetsOf([{ digit: '9', updates: 3, gapTicks: 0 }])
      .slice(0, 1)
      .forEach((packet) => {
        feed(packet, 0);
      });
    receiver.restart(20);
    assert.deepEqual(heard, ['9']);
  });

  it('ignores payloads that are no DTMF digit', () => {
    const { heard, receiver } = listener();
    receiver.receive(Uint8Array.of(16, 0x8a, 0, 160), 0, 4, 1, true, 0);
    receiver.receive(Uint8Array.of(5, 0x8a, 0), 0, 3, 1, true, 0);
    receiver.receive(new Uint8Array(0), 0, 0, 1, true, 0);
    receiver.tick(1000);
    assert.deepEqual(heard, []);
  });

  it('hears each digit of which any packet arrives exactly once, whatever is lost or doubled', () => {
    const fate = fc.constantFrom(0, 0, 0, 1, 2, 3);
    fc.assert(
      fc.property(keys, start, fc.array(fate, { minLength: 110, maxLength: 110 }), (pressed, from, fates) => {
        const delivered = packetsOf(pressed, from).flatMap((packet, n) =>
          Array.from({ length: fates[n] ?? 1 }, () => packet),
        );
        const arrived = new Set(delivered.map((packet) => packet.event));
        const expected = pressed.filter((_, event) => arrived.has(event)).map(({ digit }) => digit);
        assert.deepEqual(hear(delivered).heard, expected);
      }),
      { numRuns: 500 },
    );
  });

  it('hears each digit exactly once when packets overtake each other by up to three places', () => {
    const delays = fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 110, maxLength: 110 });
    fc.assert(
      fc.property(keys, start, delays, (pressed, from, places) => {
        const delivered = packetsOf(pressed, from)
          .map((packet, n) => ({ packet, at: n + (places[n] ?? 0) + 0.5 }))
          .sort((a, b) => a.at - b.at)
          .map(({ packet }) => packet);
        assert.deepEqual(
          hear(delivered).heard,
          pressed.map(({ digit }) => digit),
        );
      }),
      { numRuns: 500 },
    );
  });

  it('never reports a digit twice or out of order under loss and reordering together', () => {
    const fates = fc.array(fc.record({ lost: fc.boolean(), delay: fc.integer({ min: 0, max: 12 }) }), {
      minLength: 110,
      maxLength: 110,
    });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10 }), start, fates, (count, from, fate) => {
        const pressed = Array.from({ length: count }, (_, n) => ({
          digit: '0123456789'.charAt(n),
          updates: 3,
          gapTicks: 1,
        }));
        const delivered = packetsOf(pressed, from)
          .map((packet, n) => ({ packet, at: n + (fate[n]?.delay ?? 0), lost: fate[n]?.lost === true }))
          .filter(({ lost }) => !lost)
          .sort((a, b) => a.at - b.at)
          .map(({ packet }) => packet);
        const { heard } = hear(delivered);
        assert.deepEqual(heard, [...new Set(heard)].sort());
      }),
      { numRuns: 500 },
    );
  });
});
