/**
 * Sample rate conversion by a windowed sinc, one filter phase for each position an output sample can have between two
 * input samples (polyphase). Whole files at once; not for the packet path.
 */

/** Beginning of the transition band, as part of half the lower rate: 3.4 kHz when the lower rate is 8 kHz. */
const PASS_BAND = 0.85;

/** Attenuation from half the lower rate on, in dB. */
const STOP_BAND_DB = 60;

/**
 * Phases kept at most. Rates whose ratio needs more (say 44,101 to 8,000) take the nearest phase, which puts an error
 * of less than -60 dB on the signal.
 */
const MAX_PHASES = 1024;

interface Filter {
  /** Output samples per `inputStep` input samples. */
  readonly outputStep: number;
  readonly inputStep: number;
  /** Taps before and behind the position; even. */
  readonly halfTaps: number;
  readonly phases: readonly Float64Array[];
}

/** The samples at another rate; the beginning stays where it is, the length is rounded up. */
export function resample(samples: Int16Array, fromRate: number, toRate: number): Int16Array {
  assertRate(fromRate);
  assertRate(toRate);
  if (fromRate === toRate) return samples.slice();
  const filter = designFilter(fromRate, toRate);
  // Silence around the samples, so that the filter need not look where they end.
  const padded = new Float64Array(samples.length + 4 * filter.halfTaps);
  padded.set(samples, 2 * filter.halfTaps);
  const output = new Int16Array(Math.ceil((samples.length * filter.outputStep) / filter.inputStep));
  for (let n = 0; n < output.length; n += 1) output[n] = sampleAt(padded, filter, n);
  return output;
}

function assertRate(rate: number): void {
  if (!Number.isInteger(rate) || rate <= 0) throw new RangeError(`${rate} is no sample rate`);
}

function sampleAt(padded: Float64Array, filter: Filter, n: number): number {
  const { outputStep, inputStep, halfTaps, phases } = filter;
  const position = n * inputStep;
  let whole = Math.floor(position / outputStep);
  let phase = Math.round(((position - whole * outputStep) * phases.length) / outputStep);
  if (phase === phases.length) {
    phase = 0;
    whole += 1;
  }
  const taps = phases[phase];
  if (taps === undefined) return 0;
  const sum = convolve(taps, padded, whole + halfTaps + 1);
  return Math.max(-32_768, Math.min(32_767, Math.round(sum)));
}

/** Four sums side by side, which the processor adds up at once; the taps are a multiple of four. */
function convolve(taps: Float64Array, input: Float64Array, at: number): number {
  let [a, b, c, d] = [0, 0, 0, 0];
  for (let tap = 0; tap < taps.length; tap += 4) {
    a += (taps[tap] ?? 0) * (input[at + tap] ?? 0);
    b += (taps[tap + 1] ?? 0) * (input[at + tap + 1] ?? 0);
    c += (taps[tap + 2] ?? 0) * (input[at + tap + 2] ?? 0);
    d += (taps[tap + 3] ?? 0) * (input[at + tap + 3] ?? 0);
  }
  return a + b + c + d;
}

function designFilter(fromRate: number, toRate: number): Filter {
  const divisor = greatestCommonDivisor(fromRate, toRate);
  const outputStep = toRate / divisor;
  const stopEdge = Math.min(fromRate, toRate) / 2;
  const passEdge = stopEdge * PASS_BAND;
  const halfTaps = Math.ceil(tapsFor((stopEdge - passEdge) / fromRate) / 4) * 2;
  const cutOff = (passEdge + stopEdge) / 2 / fromRate;
  const count = Math.min(outputStep, MAX_PHASES);
  const phases = Array.from({ length: count }, (_, phase) => designPhase(phase / count, halfTaps, cutOff));
  return { outputStep, inputStep: fromRate / divisor, halfTaps, phases };
}

/** Kaiser's estimate of the taps a transition band takes, its width given as part of the sample rate. */
function tapsFor(transition: number): number {
  return (STOP_BAND_DB - 7.95) / (2.285 * 2 * Math.PI * transition);
}

/** Taps for a position `offset` (0..1) behind an input sample, scaled so that level is kept. */
function designPhase(offset: number, halfTaps: number, cutOff: number): Float64Array {
  const taps = new Float64Array(2 * halfTaps);
  let sum = 0;
  for (let tap = 0; tap < taps.length; tap += 1) {
    const distance = tap - halfTaps + 1 - offset;
    const value = sinc(2 * cutOff * distance) * kaiser(distance / halfTaps);
    taps[tap] = value;
    sum += value;
  }
  return taps.map((value) => value / sum);
}

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
}

/** Kaiser's window over -1..1, its shape set by the attenuation wanted. */
function kaiser(x: number): number {
  if (Math.abs(x) > 1) return 0;
  const beta = 0.1102 * (STOP_BAND_DB - 8.7);
  return bessel(beta * Math.sqrt(1 - x * x)) / bessel(beta);
}

/** Modified Bessel function of the first kind, order 0. */
function bessel(x: number): number {
  let sum = 1;
  let term = 1;
  for (let k = 1; term > sum * 1e-12; k += 1) {
    term *= (x / (2 * k)) ** 2;
    sum += term;
  }
  return sum;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
