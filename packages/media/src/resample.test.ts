import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { resample } from './resample.ts';

const AMPLITUDE = 10_000;

function sine(frequency: number, rate: number, seconds: number): Int16Array {
  return Int16Array.from({ length: Math.round(rate * seconds) }, (_, n) =>
    Math.round(AMPLITUDE * Math.sin((2 * Math.PI * frequency * n) / rate)),
  );
}

/** The middle, where the filter has input on both sides. */
function steady(samples: Int16Array): Int16Array {
  return samples.subarray(Math.floor(samples.length / 4), Math.floor((samples.length * 3) / 4));
}

/** Level against the sine that went in, in dB. */
function levelDb(samples: Int16Array): number {
  const power = samples.reduce((sum, sample) => sum + sample ** 2, 0) / samples.length;
  return 10 * Math.log10(Math.max(power, 1e-9) / (AMPLITUDE ** 2 / 2));
}

/** What is left of the samples, in dB, when the sine of that frequency is taken out (least squares). */
function residueDb(samples: Int16Array, frequency: number, rate: number): number {
  let [cc, ss, cs, xc, xs] = [0, 0, 0, 0, 0];
  const angle = (n: number): number => (2 * Math.PI * frequency * n) / rate;
  samples.forEach((sample, n) => {
    const [c, s] = [Math.cos(angle(n)), Math.sin(angle(n))];
    cc += c * c;
    ss += s * s;
    cs += c * s;
    xc += sample * c;
    xs += sample * s;
  });
  const determinant = cc * ss - cs * cs;
  const a = (xc * ss - xs * cs) / determinant;
  const b = (xs * cc - xc * cs) / determinant;
  const residue = samples.map((sample, n) => sample - a * Math.cos(angle(n)) - b * Math.sin(angle(n)));
  return levelDb(residue);
}

const rates = [6000, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000, 44_101, 96_000];

describe('resampling to 8 kHz', () => {
  for (const rate of rates) {
    it(`keeps the frequency and level of a tone recorded at ${rate} Hz`, () => {
      for (const frequency of [300, 1004, Math.min(3300, rate * 0.42)]) {
        const heard = steady(resample(sine(frequency, rate, 0.5), rate, 8000));
        assert.ok(Math.abs(levelDb(heard)) < 0.1, `${frequency} Hz is at ${levelDb(heard)} dB`);
        const residue = residueDb(heard, frequency, 8000);
        assert.ok(residue < -50, `${frequency} Hz has a residue of ${residue} dB`);
      }
    });
  }

  for (const rate of rates.filter((rate) => rate > 9000)) {
    it(`lets nothing above 4 kHz through from ${rate} Hz`, () => {
      for (const frequency of [4010, 4500, 5300, 7000, 9000, 15_000].filter((hz) => hz < rate / 2)) {
        const level = levelDb(steady(resample(sine(frequency, rate, 0.5), rate, 8000)));
        assert.ok(level < -55, `${frequency} Hz is heard at ${level} dB`);
      }
    });
  }

  it('gives a length that fits the time, and leaves samples of the same rate as they are', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 3000 }),
        fc.integer({ min: 4000, max: 50_000 }),
        (length, rate) => {
          const output = resample(new Int16Array(length), rate, 8000);
          assert.equal(output.length, Math.ceil((length * 8000) / rate));
          assert.ok(output.every((sample) => sample === 0));
        },
      ),
      { numRuns: 20 },
    );
    const samples = Int16Array.of(1, -2, 3);
    const same = resample(samples, 8000, 8000);
    assert.deepEqual(same, samples);
    assert.notEqual(same, samples);
  });

  it('clips where the filter overshoots', () => {
    const square = Int16Array.from({ length: 480 }, (_, n) => (n % 96 < 48 ? 32_767 : -32_768));
    const output = resample(square, 48_000, 8000);
    assert.ok(output.includes(32_767) && output.includes(-32_768));
  });

  it('refuses what is no rate', () => {
    for (const rate of [0, -8000, 8000.5, Number.NaN]) {
      assert.throws(() => resample(new Int16Array(1), rate, 8000), RangeError);
    }
  });
});
