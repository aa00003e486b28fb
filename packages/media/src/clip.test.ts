import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { clipDurationMs, clipFromWav, createClip } from './clip.ts';
import { tone } from './tone.ts';
import { printWav } from './wav-writer.ts';

describe('clips', () => {
  it('hold a copy of their samples in shared memory', () => {
    const samples = Int16Array.of(1, 2, 3);
    const clip = createClip(samples);
    samples[0] = 9;
    assert.deepEqual([...clip.samples], [1, 2, 3]);
    assert.ok(clip.samples.buffer instanceof SharedArrayBuffer);
    assert.equal(clipDurationMs(clip), 0.375);
  });

  it('come from WAV files of any rate', () => {
    const clip = clipFromWav(printWav({ sampleRate: 16_000, channels: 1 }, tone([500], 100)));
    assert.ok(clip.ok);
    assert.equal(clip.value.samples.length, 400);
    assert.equal(clipDurationMs(clip.value), 50);
  });

  it('do not come from files that hold no audio, or are none', () => {
    const empty = printWav({ sampleRate: 8000, channels: 1 }, new Int16Array(0));
    assert.deepEqual(clipFromWav(empty), { ok: false, error: 'the WAV file holds no audio' });
    const parsed = clipFromWav(Uint8Array.of(1, 2, 3));
    assert.equal(parsed.ok, false);
  });

  it('are at most half an hour long', () => {
    assert.throws(() => createClip(new Int16Array(30 * 60 * 8000 + 1)), RangeError);
  });
});
