/**
 * From a provider's audio to what a call plays: 8,000 Hz, an even level, and no more silence at the edges than asked.
 */
import { resample } from '@parley/media';
import type { SpeechAudio, SpeechNote } from './provider.ts';
import type { SpeechOutline } from './speech-document.ts';

/** Ready to be played. The samples lie in shared memory, so that the media thread reads them without a copy. */
export interface Clip {
  readonly samples: Int16Array<SharedArrayBuffer>;
  /** Hertz; every clip has the rate of G.711. */
  readonly sampleRate: 8_000;
  readonly durationMs: number;
  /** What went otherwise than asked, such as a language that fell back. */
  readonly notes: readonly SpeechNote[];
}

export const clipRate = 8_000;

/** Samples below this (-54 dBFS) are silence: less than the quantisation of G.711 leaves of them. */
const silenceLevel = 64;
/** Kept of the silence around the words, so that soft first and last sounds survive. */
const edgeMs = 50;
/** Level of the words, -20 dBFS RMS: about what people's own voices have on the telephone network. */
const targetRms = 3_277;
/** -1 dBFS; nothing may clip. */
const peakLimit = 29_204;
/** A voice this quiet is meant to be, or is noise: no more than +20 dB. */
const maxGain = 10;
/** Frames quieter than the loudest by this factor (26 dB) are pauses and do not count for the level. */
const pauseFactor = 0.05;
const frameLength = clipRate / 50;
/** 4 ms of fading keep a cut through a sound from clicking. */
const fadeLength = clipRate / 250;

export function createClip(samples: Int16Array<SharedArrayBuffer>, notes: readonly SpeechNote[]): Clip {
  return { samples, sampleRate: clipRate, durationMs: (samples.length / clipRate) * 1_000, notes };
}

/** `outline` restores what the markup wants to be heard: pauses at the edges, and words softer or louder than normal. */
export function clipFrom(audio: SpeechAudio, outline: SpeechOutline): Clip {
  const { samples, sampleRate } = audio;
  const resampled = sampleRate === clipRate ? samples : resample(samples, sampleRate, clipRate);
  const words = trimmed(resampled);
  const leading = samplesOf(outline.leadingMs);
  const clip = sharedSamples(leading + words.length + samplesOf(outline.trailingMs));
  clip.set(words, leading);
  scale(clip.subarray(leading, leading + words.length), gainFor(words, outline.loudest));
  return createClip(clip, audio.notes ?? []);
}

export function sharedSamples(length: number): Int16Array<SharedArrayBuffer> {
  return new Int16Array(new SharedArrayBuffer(length * Int16Array.BYTES_PER_ELEMENT));
}

function samplesOf(ms: number): number {
  return Math.round((ms / 1_000) * clipRate);
}

function trimmed(samples: Int16Array): Int16Array {
  const isSound = (sample: number): boolean => Math.abs(sample) >= silenceLevel;
  const first = samples.findIndex(isSound);
  if (first < 0) return samples.subarray(0, 0);
  const last = samples.findLastIndex(isSound);
  const edge = samplesOf(edgeMs);
  return samples.subarray(Math.max(0, first - edge), Math.min(samples.length, last + 1 + edge));
}

function scale(samples: Int16Array, gain: number): void {
  const { length } = samples;
  for (let index = 0; index < length; index += 1) samples[index] = Math.round((samples[index] ?? 0) * gain);
  for (let index = 0; index < Math.min(fadeLength, length); index += 1) {
    const part = (index + 1) / fadeLength;
    samples[index] = Math.round((samples[index] ?? 0) * part);
    samples[length - 1 - index] = Math.round((samples[length - 1 - index] ?? 0) * part);
  }
}

function gainFor(samples: Int16Array, loudest: number): number {
  const { rms, peak } = levelOf(samples);
  if (peak === 0) return 1;
  return Math.min((targetRms * loudest) / rms, peakLimit / peak, maxGain);
}

/** RMS of the frames that are speech, and the greatest magnitude. */
function levelOf(samples: Int16Array): { rms: number; peak: number } {
  const powers: number[] = [];
  let peak = 0;
  for (let start = 0; start < samples.length; start += frameLength) {
    const end = Math.min(samples.length, start + frameLength);
    let sum = 0;
    for (let index = start; index < end; index += 1) {
      const sample = samples[index] ?? 0;
      sum += sample * sample;
      peak = Math.max(peak, Math.abs(sample));
    }
    powers.push(sum / (end - start));
  }
  const loudest = powers.reduce((most, power) => Math.max(most, power), 0);
  const spoken = powers.filter((power) => power >= loudest * pauseFactor ** 2);
  const mean = spoken.reduce((sum, power) => sum + power, 0) / Math.max(1, spoken.length);
  return { rms: Math.sqrt(mean), peak };
}
