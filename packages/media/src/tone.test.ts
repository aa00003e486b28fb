import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { beep, dtmfFrequencies, dtmfTones, silence, tone } from './tone.ts';

/** Share of the samples' power that is at a frequency (Goertzel). */
function shareAt(samples: Int16Array, hz: number): number {
  const coefficient = 2 * Math.cos((2 * Math.PI * hz) / 8000);
  let [previous, beforeThat, power] = [0, 0, 0];
  for (const sample of samples) {
    power += sample ** 2;
    [previous, beforeThat] = [sample + coefficient * previous - beforeThat, previous];
  }
  const atHz = previous ** 2 + beforeThat ** 2 - coefficient * previous * beforeThat;
  return (2 * atHz) / (samples.length * power);
}

describe('tones', () => {
  it('are as long as asked and hold only their frequencies', () => {
    const samples = tone([1000], 200);
    assert.equal(samples.length, 1600);
    assert.ok(shareAt(samples, 1000) > 0.95);
    assert.ok(shareAt(samples, 1100) < 0.01);
  });

  it('do not click at either end', () => {
    const samples = tone([440, 620], 100);
    let step = 0;
    samples.subarray(0, 8).forEach((sample) => {
      step = Math.max(step, Math.abs(sample));
    });
    assert.ok(step < 3000);
    assert.ok(Math.abs(samples.at(-1) ?? 0) < 1000);
  });

  it('make a beep of a quarter of a second at 1 kHz', () => {
    assert.equal(beep().length, 2000);
    assert.ok(shareAt(beep(), 1000) > 0.95);
  });

  it('clip rather than wrap when many are added', () => {
    const samples = tone([400, 400, 400, 400, 400, 400], 50);
    assert.ok(samples.includes(32_767) && samples.includes(-32_768));
  });

  it('are nothing at no length', () => {
    assert.equal(tone([1000], 0).length, 0);
    assert.equal(silence(0).length, 0);
    assert.ok(silence(10).every((sample) => sample === 0));
  });

  it('pair the frequencies of the key pad', () => {
    assert.deepEqual(dtmfFrequencies('1'), [697, 1209]);
    assert.deepEqual(dtmfFrequencies('0'), [941, 1336]);
    assert.deepEqual(dtmfFrequencies('#'), [941, 1477]);
    assert.deepEqual(dtmfFrequencies('d'), [941, 1633]);
    assert.equal(dtmfFrequencies('x'), undefined);
    assert.equal(dtmfFrequencies(''), undefined);
    assert.equal(dtmfFrequencies('12'), undefined);
    const pairs = new Set(Array.from('0123456789*#ABCD', (digit) => String(dtmfFrequencies(digit))));
    assert.equal(pairs.size, 16);
  });

  it('spell digits with silence between them', () => {
    const samples = dtmfTones('5x9', 100, 50);
    assert.equal(samples.length, 2000);
    const [five, gap, nine] = [samples.subarray(0, 800), samples.subarray(800, 1200), samples.subarray(1200)];
    assert.ok(shareAt(five, 770) > 0.4 && shareAt(five, 1336) > 0.4);
    assert.ok(gap.every((sample) => sample === 0));
    assert.ok(shareAt(nine, 852) > 0.4 && shareAt(nine, 1477) > 0.4);
    assert.equal(dtmfTones('', 100, 50).length, 0);
  });
});
