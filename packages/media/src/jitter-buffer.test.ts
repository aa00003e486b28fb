import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { g711DecodeTable } from './g711.ts';
import { JitterBuffer } from './jitter-buffer.ts';

const table = g711DecodeTable('PCMA');

/** Packet n carries one character only, so that a frame read tells which packet it is. */
function character(n: number): number {
  return (n % 200) + 20;
}

function put(buffer: JitterBuffer, n: number, base = 0, length = 160): void {
  const bytes = new Uint8Array(length + 3).fill(character(n));
  buffer.put((base + n * length) >>> 0, bytes, 3, length, table);
}

/** The packet whose audio the next 20 ms are; undefined when the buffer is silent, -1 for silence in a gap. */
function read(buffer: JitterBuffer): number | undefined {
  const frame = new Int16Array(160).fill(99);
  if (!buffer.read(frame)) {
    assert.ok(frame.every((sample) => sample === 0));
    return undefined;
  }
  if (frame.every((sample) => sample === 0)) return -1;
  assert.ok(frame.every((sample) => sample === frame[0]));
  return table.indexOf(frame[0] ?? 0) - 20;
}

function read4(buffer: JitterBuffer): Array<number | undefined> {
  return [read(buffer), read(buffer), read(buffer), read(buffer)];
}

describe('the jitter buffer', () => {
  it('holds the first packet back for 40 ms and plays all in order then', () => {
    const buffer = new JitterBuffer();
    const played: Array<number | undefined> = [];
    for (let n = 0; n < 6; n += 1) {
      played.push(read(buffer));
      put(buffer, n);
    }
    assert.deepEqual(played, [undefined, undefined, undefined, 0, 1, 2]);
    assert.equal(buffer.level, 480);
  });

  it('plays a lone packet after that time too', () => {
    const buffer = new JitterBuffer();
    put(buffer, 0);
    assert.deepEqual(
      [read(buffer), read(buffer), read(buffer), read(buffer)],
      [undefined, undefined, 0, undefined],
    );
  });

  it('puts overtaken packets in their place, the very first included', () => {
    const buffer = new JitterBuffer();
    for (const n of [1, 0, 3, 2]) put(buffer, n);
    assert.deepEqual(
      [0, 1, 2, 3].map(() => read(buffer)),
      [0, 1, 2, 3],
    );
  });

  it('plays silence for what is missing, and what comes too late is dropped and counted', () => {
    const buffer = new JitterBuffer();
    for (const n of [0, 1, 3, 4]) put(buffer, n);
    assert.deepEqual(
      [0, 1, 2].map(() => read(buffer)),
      [0, 1, -1],
    );
    put(buffer, 2);
    assert.equal(buffer.late, 1);
    assert.deepEqual([read(buffer), read(buffer)], [3, 4]);
  });

  it('is not confused by duplicates', () => {
    const buffer = new JitterBuffer();
    for (const n of [0, 0, 1, 1, 2]) put(buffer, n);
    assert.deepEqual(read4(buffer), [0, 1, 2, undefined]);
    put(buffer, 2);
    assert.equal(read(buffer), undefined);
  });

  it('waits again after it ran dry, and does not play a pause twice', () => {
    const buffer = new JitterBuffer();
    for (const n of [0, 1, 2]) put(buffer, n);
    assert.deepEqual(read4(buffer), [0, 1, 2, undefined]);
    put(buffer, 7);
    assert.equal(read(buffer), undefined);
    put(buffer, 8);
    assert.equal(read(buffer), undefined);
    put(buffer, 9);
    assert.deepEqual(read4(buffer), [7, 8, 9, undefined]);
  });

  it('cuts a burst after a stall down to 40 ms', () => {
    const buffer = new JitterBuffer();
    for (let n = 0; n < 40; n += 1) put(buffer, n);
    assert.deepEqual(read4(buffer), [37, 38, 39, undefined]);
  });

  it('takes back delay that was not needed for two seconds', () => {
    const buffer = new JitterBuffer();
    for (let n = 0; n < 12; n += 1) put(buffer, n);
    assert.equal(buffer.level, 12 * 160);
    for (let n = 12; n < 112; n += 1) {
      assert.equal(read(buffer), n - 12);
      put(buffer, n);
    }
    assert.ok(buffer.level <= 480);
  });

  it('follows a sender whose timestamps jump, ahead or back', () => {
    const buffer = new JitterBuffer();
    for (const base of [0, 1_000_000, 500_000]) {
      put(buffer, 0, base);
      put(buffer, 1, base);
      put(buffer, 2, base);
      assert.deepEqual([read(buffer), read(buffer)], [0, 1]);
    }
    for (let n = 0; n < 8; n += 1) put(buffer, n, 500_000 - 4000);
    assert.deepEqual([read(buffer), read(buffer)], [4, 5]);
  });

  it('forgets everything when it is reset', () => {
    const buffer = new JitterBuffer();
    put(buffer, 0);
    put(buffer, 1);
    buffer.reset();
    assert.equal(buffer.level, 0);
    assert.equal(read(buffer), undefined);
  });

  it('reads packets of any length in frames of 20 ms', () => {
    for (const length of [80, 240, 480]) {
      const buffer = new JitterBuffer();
      const heard: number[] = [];
      const frame = new Int16Array(160);
      let next = 0;
      for (let tick = 0; tick < 100; tick += 1) {
        for (; next * length <= tick * 160; next += 1) put(buffer, next, 0, length);
        if (buffer.read(frame)) heard.push(...frame);
      }
      assert.ok(heard.length > 90 * 160);
      heard.forEach((sample, at) => {
        if (sample !== table[character(Math.floor(at / length))])
          assert.fail(`length ${length}, sample ${at}`);
      });
    }
  });

  it('plays everything in order without a gap as long as no packet is later than the 40 ms it waits', () => {
    const bases = fc.constantFrom(0, 0x7fff_ff00, 0xffff_ff00);
    const delays = fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 10, maxLength: 150 });
    fc.assert(
      fc.property(bases, delays, (base, delaysMs) => {
        // A first packet slower than the others would give the rest more time, the fastest gives them the least.
        delaysMs[0] = 0;
        const arrivals = delaysMs.map((delay, n) => ({ n, at: n * 20 + delay })).sort((a, b) => a.at - b.at);
        const buffer = new JitterBuffer();
        const heard: number[] = [];
        let silentAfterStart = 0;
        for (let now = 0; heard.length < delaysMs.length && now < 10_000; now += 20) {
          while ((arrivals[0]?.at ?? Infinity) <= now) put(buffer, arrivals.shift()?.n ?? 0, base);
          const packet = read(buffer);
          if (packet !== undefined) heard.push(packet);
          else if (heard.length > 0) silentAfterStart += 1;
        }
        assert.deepEqual(
          heard,
          delaysMs.map((_, n) => n),
        );
        assert.equal(silentAfterStart, 0);
        assert.equal(buffer.late, 0);
      }),
    );
  });

  it('never holds more than a second nor plays anything twice, whatever comes', () => {
    const step = fc.record({ n: fc.integer({ min: 0, max: 199 }), reads: fc.integer({ min: 0, max: 3 }) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const buffer = new JitterBuffer();
        const frame = new Int16Array(160);
        let samplesPut = 0;
        let samplesHeard = 0;
        for (const { n, reads } of steps) {
          put(buffer, n);
          samplesPut += 160;
          assert.ok(buffer.level <= 8192);
          for (let count = 0; count < reads; count += 1) {
            buffer.read(frame);
            samplesHeard += frame.filter((sample) => sample !== 0).length;
          }
        }
        assert.ok(samplesHeard <= samplesPut);
      }),
    );
  });
});
