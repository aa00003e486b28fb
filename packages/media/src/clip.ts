import { MAX_CLIP_SAMPLES, SAMPLE_RATE } from './limits.ts';
import { resample } from './resample.ts';
import { fail, succeed, type Result } from './result.ts';
import { parseWav } from './wav.ts';

/**
 * Audio to be played: 8 kHz, mono. Its samples lie in shared memory, so that handing a clip to the media worker copies
 * nothing, and must not be changed any more: what was encoded once is played from then on.
 */
export interface Clip {
  readonly samples: Int16Array;
}

/** A clip with these samples (copied). Throws on more than 30 minutes of them. */
export function createClip(samples: Int16Array): Clip {
  if (samples.length > MAX_CLIP_SAMPLES)
    throw new RangeError(`a clip of ${samples.length} samples is too long`);
  const shared = new Int16Array(new SharedArrayBuffer(samples.byteLength));
  shared.set(samples);
  return { samples: shared };
}

/** A clip from a WAV file of any supported kind; the error says what is wrong with the file. */
export function clipFromWav(bytes: Uint8Array): Result<Clip> {
  const parsed = parseWav(bytes);
  if (!parsed.ok) return parsed;
  const { sampleRate, samples } = parsed.value;
  const atTelephoneRate = resample(samples, sampleRate, SAMPLE_RATE);
  if (atTelephoneRate.length === 0) return fail('the WAV file holds no audio');
  return succeed(createClip(atTelephoneRate.subarray(0, MAX_CLIP_SAMPLES)));
}

/** Length of a clip in milliseconds. */
export function clipDurationMs(clip: Clip): number {
  return (clip.samples.length * 1000) / SAMPLE_RATE;
}
