import type { G711Codec } from '../g711.ts';

/**
 * Ears for tests that owe nothing to the code they judge: G.711 by its defining formula (ITU-T G.711), tones by the
 * algorithm of Goertzel.
 */

export function linearOf(codec: G711Codec, characters: Uint8Array): number[] {
  return Array.from(characters, codec === 'PCMU' ? muLaw : aLaw);
}

/** Amplitude of a frequency in 8 kHz samples: a full-scale sine has 32,767. */
export function amplitudeAt(samples: readonly number[] | Int16Array, hz: number): number {
  const coefficient = 2 * Math.cos((2 * Math.PI * hz) / 8000);
  let before = 0;
  let last = 0;
  for (const sample of samples) [before, last] = [last, sample + coefficient * last - before];
  const power = before * before + last * last - coefficient * before * last;
  return samples.length === 0 ? 0 : (2 * Math.sqrt(Math.max(0, power))) / samples.length;
}

function muLaw(character: number): number {
  const bits = 255 - character;
  const [exponent, mantissa] = [Math.floor(bits / 16) % 8, bits % 16];
  const magnitude = (2 * mantissa + 33) * 2 ** exponent - 33;
  return 4 * (bits >= 128 ? -magnitude : magnitude);
}

function aLaw(character: number): number {
  const bits = character ^ 0b0101_0101;
  const [exponent, mantissa] = [Math.floor(bits / 16) % 8, bits % 16];
  const magnitude = exponent === 0 ? 2 * mantissa + 1 : (2 * mantissa + 33) * 2 ** (exponent - 1);
  return 8 * (bits >= 128 ? magnitude : -magnitude);
}
