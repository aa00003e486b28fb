import { SAMPLE_RATE, SAMPLES_PER_MS } from './limits.ts';

/** Tones fade in and out this long, so that they do not click. */
const FADE_SAMPLES = 5 * SAMPLES_PER_MS;

/** Level of tones as amplitude of each frequency: two of them stay 6 dB below the loudest sample. */
const AMPLITUDE = 8000;

const BEEP_HZ = 1000;
const BEEP_MS = 250;

/** The "after the beep" of a voicemail. */
export function beep(durationMs: number = BEEP_MS, frequencyHz: number = BEEP_HZ): Int16Array {
  return tone([frequencyHz], durationMs);
}

export function silence(durationMs: number): Int16Array {
  return new Int16Array(Math.round(durationMs * SAMPLES_PER_MS));
}

/** A sum of sines at 8 kHz, each at -12 dB below full scale. */
export function tone(frequenciesHz: readonly number[], durationMs: number): Int16Array {
  const samples = silence(durationMs);
  const fade = Math.min(FADE_SAMPLES, samples.length / 2);
  for (let n = 0; n < samples.length; n += 1) {
    const edge = Math.min(1, (n + 1) / (fade + 1), (samples.length - n) / (fade + 1));
    let sum = 0;
    for (const hz of frequenciesHz) sum += Math.sin((2 * Math.PI * hz * n) / SAMPLE_RATE);
    samples[n] = Math.max(-32_768, Math.min(32_767, Math.round(sum * AMPLITUDE * edge)));
  }
  return samples;
}

/** Low frequency of each row and high frequency of each column of the key pad (ITU-T Q.23). */
const rows = [697, 770, 852, 941];
const columns = [1209, 1336, 1477, 1633];
const keyPad = ['123A', '456B', '789C', '*0#D'];

/** The two frequencies of a digit (`0-9 * # A-D`, either case), or undefined for other text. */
export function dtmfFrequencies(digit: string): readonly [number, number] | undefined {
  if (digit.length !== 1) return undefined;
  for (const [row, keys] of keyPad.entries()) {
    const low = rows[row];
    const high = columns[keys.indexOf(digit.toUpperCase())];
    if (low !== undefined && high !== undefined) return [low, high];
  }
  return undefined;
}

/** Digits as tones, with silence between them; what is no digit is left out. */
export function dtmfTones(digits: string, durationMs: number, gapMs: number): Int16Array {
  const pairs = Array.from(digits, dtmfFrequencies).filter((pair) => pair !== undefined);
  const step = Math.round((durationMs + gapMs) * SAMPLES_PER_MS);
  const samples = silence(Math.max(0, pairs.length * (durationMs + gapMs) - gapMs));
  pairs.forEach((pair, n) => {
    samples.set(tone(pair, durationMs), n * step);
  });
  return samples;
}
