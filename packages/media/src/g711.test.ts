import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  decodeG711,
  encodeG711,
  g711DecodeTable,
  g711EncodeTable,
  g711Silence,
  type G711Codec,
} from './g711.ts';

/**
 * The recommendation's tables, built by adding up step sizes as its columns "interval size" give them: no shifts, no
 * exponents, nothing in common with the code under test. Values are scaled to 16 bit linear.
 */
interface Staircase {
  /** decisions[n] and decisions[n + 1] enclose interval n. */
  readonly decisions: number[];
  /** The decoder's output for interval n. */
  readonly outputs: number[];
}

function climb(firstSteps: readonly number[], scale: number, outputOfFirst?: number): Staircase {
  const decisions = [0];
  const outputs: number[] = [];
  for (const step of firstSteps) {
    const low = decisions.at(-1) ?? 0;
    decisions.push(low + step);
    outputs.push(low + step / 2);
  }
  if (outputOfFirst !== undefined) outputs[0] = outputOfFirst;
  return { decisions: decisions.map((x) => x * scale), outputs: outputs.map((y) => y * scale) };
}

function repeated(step: number, count: number): number[] {
  return Array.from({ length: count }, () => step);
}

/** Table 2: the first interval is 1 wide and stands for 0, then 15 of 2, 16 each of 4, 8 ... 256; full scale 8159. */
const muStairs = climb(
  [1, ...repeated(2, 15), ...[4, 8, 16, 32, 64, 128, 256].flatMap((step) => repeated(step, 16))],
  4,
  0,
);

/** Table 1: 32 intervals of 2, then 16 each of 4 ... 128; full scale 4096. */
const aStairs = climb(
  [...repeated(2, 32), ...[4, 8, 16, 32, 64, 128].flatMap((step) => repeated(step, 16))],
  8,
);

/** Number of the interval that holds a magnitude; above full scale it is the last. */
function intervalOf(stairs: Staircase, magnitude: number, closedBelow: boolean): number {
  let interval = 0;
  while (interval < 127) {
    const upper = stairs.decisions[interval + 1] ?? Infinity;
    if (closedBelow ? magnitude < upper : magnitude <= upper) break;
    interval += 1;
  }
  return interval;
}

/** Table 2: interval n of the positive half is character 255 - n, of the negative half 127 - n. */
function muCharacter(interval: number, positive: boolean): number {
  return positive ? 255 - interval : 127 - interval;
}

/** Table 1: 128 + n or n, then every second bit is inverted, counting from the sign as the first. */
function aCharacter(interval: number, positive: boolean): number {
  const bits = (interval + (positive ? 128 : 0)).toString(2).padStart(8, '0');
  return Number.parseInt(
    Array.from(bits, (bit, index) => (index % 2 === 1 ? String(1 - Number(bit)) : bit)).join(''),
    2,
  );
}

const laws: ReadonlyArray<{
  codec: G711Codec;
  stairs: Staircase;
  character: (interval: number, positive: boolean) => number;
}> = [
  { codec: 'PCMU', stairs: muStairs, character: muCharacter },
  { codec: 'PCMA', stairs: aStairs, character: aCharacter },
];

describe('G.711', () => {
  it('has the full scale values the tables end with', () => {
    assert.equal(muStairs.decisions.at(-1), 8159 * 4);
    assert.equal(muStairs.outputs.at(-1), 8031 * 4);
    assert.equal(aStairs.decisions.at(-1), 4096 * 8);
    assert.equal(aStairs.outputs.at(-1), 4032 * 8);
  });

  for (const { codec, stairs, character } of laws) {
    it(`encodes every 16 bit sample in ${codec} as the tables say`, () => {
      const table = g711EncodeTable(codec);
      for (let sample = -32768; sample <= 32767; sample += 1) {
        const positive = sample >= 0;
        const expected = character(intervalOf(stairs, Math.abs(sample), positive), positive);
        if (table[sample & 0xffff] !== expected) {
          assert.fail(`sample ${sample}: got ${table[sample & 0xffff]}, expected ${expected}`);
        }
      }
    });

    it(`decodes every ${codec} character as the tables say`, () => {
      const table = g711DecodeTable(codec);
      for (let interval = 0; interval < 128; interval += 1) {
        const output = stairs.outputs[interval] ?? Number.NaN;
        assert.equal(table[character(interval, true)], output);
        assert.equal((table[character(interval, false)] ?? Number.NaN) + output, 0);
      }
    });

    it(`gives back every ${codec} character after decoding and encoding, but for the second zero`, () => {
      for (let value = 0; value < 256; value += 1) {
        const again = encodeG711(codec, decodeG711(codec, Uint8Array.of(value)))[0];
        assert.equal(again, codec === 'PCMU' && value === 0x7f ? 0xff : value);
      }
    });
  }

  it('names the silence characters phones send', () => {
    assert.equal(g711Silence('PCMU'), 0xff);
    assert.equal(g711Silence('PCMA'), 0xd5);
  });

  it('stays within half a step of the sample, so a sine keeps 33 dB and more above the noise', () => {
    for (const codec of ['PCMU', 'PCMA'] as const) {
      const sine = Int16Array.from({ length: 8000 }, (_, n) => Math.round(12_000 * Math.sin(n * 0.8)));
      const heard = decodeG711(codec, encodeG711(codec, sine));
      let signal = 0;
      let noise = 0;
      sine.forEach((sample, n) => {
        signal += sample ** 2;
        noise += (sample - (heard[n] ?? 0)) ** 2;
      });
      assert.ok(10 * Math.log10(signal / noise) > 33);
    }
  });
});
