import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { busyTone, ringBackTone } from './call-progress.ts';
import { musicOnHold } from './music-on-hold.ts';
import { amplitudeAt } from './testing/hearing.ts';

const loudness = (samples: Int16Array): number =>
  Math.sqrt(samples.reduce((sum, sample) => sum + sample ** 2, 0) / samples.length);

describe('sounds for who waits', () => {
  it('ring for a second of every five, at 425 Hz', () => {
    const samples = ringBackTone();
    assert.equal(samples.length, 5 * 8000);
    assert.ok(amplitudeAt(samples.subarray(0, 8000), 425) > 7500);
    assert.ok(samples.subarray(8000).every((sample) => sample === 0));
  });

  it('say busy twice a second, half of the time', () => {
    const samples = busyTone();
    assert.equal(samples.length, 8000);
    assert.ok(amplitudeAt(samples.subarray(0, 4000), 425) > 7500);
    assert.ok(samples.subarray(4000).every((sample) => sample === 0));
  });

  it('play music that is soft, never silent, without a seam, and always the same', () => {
    const music = musicOnHold();
    assert.equal(music.length, 32 * 8000);
    assert.deepEqual(music, musicOnHold());
    const seconds = Array.from({ length: 32 }, (_, n) => music.subarray(n * 8000, (n + 1) * 8000));
    for (const second of seconds) {
      assert.ok(loudness(second) > 800 && loudness(second) < 3500, `${loudness(second)}`);
    }
    let peak = 0;
    let step = 0;
    music.forEach((sample, n) => {
      peak = Math.max(peak, Math.abs(sample));
      step = Math.max(step, Math.abs(sample - (music[n - 1] ?? sample)));
    });
    assert.ok(peak < 12_000, `${peak}`);
    const seam = Math.abs((music[0] ?? 0) - (music.at(-1) ?? 0));
    assert.ok(seam <= step, `${seam} at the seam, ${step} elsewhere`);
    // It begins in F: the root of the first chord, 174.6 Hz, is there, the half-tone beside it is not.
    const first = music.subarray(0, 16_000);
    assert.ok(amplitudeAt(first, 174.61) > 10 * amplitudeAt(first, 185));
  });
});
