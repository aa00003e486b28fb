import { SAMPLE_RATE } from './limits.ts';

/** One beat is a broken chord of eight notes; each sounds on while the next ones begin. */
const NOTE_SAMPLES = 0.25 * SAMPLE_RATE;
const NOTES_PER_CHORD = 8;

/** A plucked string is all but gone after two seconds; the pad below it swells and fades with its chord. */
const RING_SAMPLES = 2 * SAMPLE_RATE;
const DECAY_PER_SECOND = 2.6;
const ATTACK_SAMPLES = 0.012 * SAMPLE_RATE;

/** Loud enough to be heard, well below speech: about -20 dB on the whole. */
const NOTE_LEVEL = 2300;
const PAD_LEVEL = 700;

/** Half-tones above A of 110 Hz: F, C, D minor, B flat, F, A minor, G minor, C; root first. */
const chords: readonly (readonly number[])[] = [
  [8, 12, 15],
  [3, 7, 10],
  [5, 8, 12],
  [1, 5, 8],
  [8, 12, 15],
  [0, 3, 7],
  [-2, 1, 5],
  [3, 7, 10],
];

/** Which tone of the chord each note is, and how many octaves up: two ways, taken in turn. */
const figures: readonly (readonly (readonly [tone: number, octave: number])[])[] = [
  [
    [0, 0],
    [1, 1],
    [2, 1],
    [0, 2],
    [2, 1],
    [1, 1],
    [2, 0],
    [1, 1],
  ],
  [
    [0, 0],
    [2, 0],
    [1, 1],
    [2, 1],
    [0, 2],
    [2, 1],
    [1, 1],
    [2, 0],
  ],
];

/**
 * Thirty-two seconds of soft broken chords, made by arithmetic alone and so free of anybody's rights. What still sounds at
 * the end goes on at the beginning: played with `repeat` it has no seam. Always the same samples.
 */
export function musicOnHold(): Int16Array {
  const chordSamples = NOTES_PER_CHORD * NOTE_SAMPLES;
  const rounds = 2;
  const sum = new Float64Array(rounds * chords.length * chordSamples);
  for (let n = 0; n < rounds * chords.length; n += 1) {
    const chord = chords[n % chords.length] ?? [];
    const figure = figures[n % figures.length] ?? [];
    figure.forEach(([toneOfChord, octave], note) => {
      const hz = hzOf((chord[toneOfChord] ?? 0) + 12 * octave);
      pluck(sum, n * chordSamples + note * NOTE_SAMPLES, hz, note === 0 ? 1 : 0.75);
    });
    for (const halfTones of chord) swell(sum, n * chordSamples, chordSamples, hzOf(halfTones + 12));
  }
  return Int16Array.from(sum, Math.round);
}

function hzOf(halfTones: number): number {
  return 110 * 2 ** (halfTones / 12);
}

/** A string: three overtones, the higher the weaker and the sooner gone. */
function pluck(sum: Float64Array, at: number, hz: number, accent: number): void {
  for (let overtone = 1; overtone <= 3; overtone += 1) {
    const level = (NOTE_LEVEL * accent) / overtone ** 2;
    const turn = (2 * Math.PI * hz * overtone) / SAMPLE_RATE;
    const decay = (DECAY_PER_SECOND * overtone) / SAMPLE_RATE;
    for (let n = 0; n < RING_SAMPLES; n += 1) {
      const attack = Math.min(1, n / ATTACK_SAMPLES);
      const tail = 1 - n / RING_SAMPLES;
      addAt(sum, at + n, level * attack * tail * Math.exp(-decay * n) * Math.sin(turn * n));
    }
  }
}

function swell(sum: Float64Array, at: number, length: number, hz: number): void {
  const turn = (2 * Math.PI * hz) / SAMPLE_RATE;
  for (let n = 0; n < length; n += 1) {
    addAt(sum, at + n, PAD_LEVEL * Math.sin((Math.PI * n) / length) ** 2 * Math.sin(turn * n));
  }
}

/** Past the end is the beginning. */
function addAt(sum: Float64Array, at: number, value: number): void {
  const index = at % sum.length;
  sum[index] = (sum[index] ?? 0) + value;
}
