import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { clipFrom } from './clip.ts';

const plain = { leadingMs: 0, trailingMs: 0, loudest: 1 };

/** `ms` of silence, a tone of 400 Hz and silence again. */
function tone(
  sampleRate: number,
  amplitude: number,
  beforeMs: number,
  toneMs: number,
  afterMs: number,
): Int16Array {
  const at = (ms: number): number => Math.round((ms * sampleRate) / 1_000);
  const samples = new Int16Array(at(beforeMs) + at(toneMs) + at(afterMs));
  for (let index = 0; index < at(toneMs); index += 1) {
    samples[at(beforeMs) + index] = Math.round(
      amplitude * Math.sin((2 * Math.PI * 400 * index) / sampleRate),
    );
  }
  return samples;
}

function peakOf(samples: Int16Array): number {
  return samples.reduce((peak, sample) => Math.max(peak, Math.abs(sample)), 0);
}

function rmsOf(samples: Int16Array): number {
  return Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length);
}

/** Milliseconds of silence at both ends. */
function edgesOf(samples: Int16Array): { before: number; after: number } {
  const isSound = (sample: number): boolean => Math.abs(sample) > 300;
  const first = samples.findIndex(isSound);
  const last = samples.findLastIndex(isSound);
  return { before: first / 8, after: (samples.length - 1 - last) / 8 };
}

describe('A clip', () => {
  it('has 8,000 Hz and shared memory whatever the rate of the voice', () => {
    for (const sampleRate of [8_000, 16_000, 22_050, 24_000, 48_000]) {
      const clip = clipFrom({ samples: tone(sampleRate, 8_000, 0, 1_000, 0), sampleRate }, plain);
      assert.equal(clip.sampleRate, 8_000);
      assert.ok(clip.samples.buffer instanceof SharedArrayBuffer);
      assert.ok(Math.abs(clip.durationMs - 1_000) < 20, `${clip.durationMs} ms at ${sampleRate} Hz`);
    }
  });

  it('keeps at most 50 ms of silence at either edge', () => {
    const clip = clipFrom({ samples: tone(8_000, 8_000, 700, 500, 900), sampleRate: 8_000 }, plain);
    const { before, after } = edgesOf(clip.samples);
    assert.ok(before > 40 && before <= 52 && after > 40 && after <= 52, `${before} and ${after} ms`);
  });

  it('has the pauses that markup asks for at its edges', () => {
    const outline = { leadingMs: 1_000, trailingMs: 300, loudest: 1 };
    const clip = clipFrom({ samples: tone(8_000, 8_000, 700, 500, 900), sampleRate: 8_000 }, outline);
    const { before, after } = edgesOf(clip.samples);
    assert.ok(Math.abs(before - 1_050) < 5 && Math.abs(after - 350) < 5, `${before} and ${after} ms`);
  });

  it('brings quiet and loud voices to the same level', () => {
    for (const amplitude of [700, 4_000, 32_000]) {
      const { samples } = clipFrom(
        { samples: tone(8_000, amplitude, 0, 1_000, 0), sampleRate: 8_000 },
        plain,
      );
      assert.ok(Math.abs(rmsOf(samples) - 3_277) < 60, `${rmsOf(samples)} from ${amplitude}`);
    }
  });

  it('does not count pauses for the level', () => {
    const words = tone(8_000, 8_000, 0, 500, 3_000);
    const samples = new Int16Array([...words, ...words]);
    const clip = clipFrom({ samples, sampleRate: 8_000 }, plain);
    assert.ok(Math.abs(rmsOf(clip.samples.subarray(400, 3_600)) - 3_277) < 60);
  });

  it('never clips, even where a click stands out from quiet words or loud words are asked for', () => {
    const samples = tone(8_000, 1_000, 0, 1_000, 0);
    samples[4_000] = 20_000;
    assert.equal(peakOf(clipFrom({ samples, sampleRate: 8_000 }, plain).samples), 29_204);
    const loud = { samples: tone(8_000, 8_000, 0, 1_000, 0), sampleRate: 8_000 };
    assert.ok(peakOf(clipFrom(loud, { ...plain, loudest: 4 }).samples) <= 18_600);
    assert.ok(peakOf(clipFrom(loud, { ...plain, loudest: 9 }).samples) <= 29_204);
  });

  it('is softer where the markup wants it softer', () => {
    const audio = { samples: tone(8_000, 8_000, 0, 1_000, 0), sampleRate: 8_000 };
    const soft = rmsOf(clipFrom(audio, { ...plain, loudest: 0.5 }).samples);
    assert.ok(Math.abs(soft - 1_639) < 40, `${soft}`);
  });

  it('does not blow noise up', () => {
    const { samples } = clipFrom({ samples: tone(8_000, 80, 0, 1_000, 0), sampleRate: 8_000 }, plain);
    assert.ok(peakOf(samples) <= 800);
  });

  it('begins and ends without a click where a sound is cut off', () => {
    const { samples } = clipFrom({ samples: new Int16Array(800).fill(8_000), sampleRate: 8_000 }, plain);
    assert.ok(Math.abs(samples[0] ?? 0) < 300 && Math.abs(samples.at(-1) ?? 0) < 300);
  });

  it('of silence is empty but for the pauses asked for', () => {
    const silent = { samples: new Int16Array(8_000), sampleRate: 8_000 };
    assert.equal(clipFrom(silent, plain).durationMs, 0);
    assert.equal(clipFrom(silent, { ...plain, leadingMs: 500 }).durationMs, 500);
  });
});
