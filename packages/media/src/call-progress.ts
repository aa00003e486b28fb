import { silence, tone } from './tone.ts';

/** The tone most of the world's networks use for ringing and busy; the others are understood by it too. */
const PROGRESS_HZ = 425;

/** What a caller hears while a phone rings: 1 s of tone, 4 s of silence. Play it with `repeat`. */
export function ringBackTone(): Int16Array {
  return followedBySilence(tone([PROGRESS_HZ], 1000), 4000);
}

/** Half a second of tone, half a second of silence. Play it with `repeat`. */
export function busyTone(): Int16Array {
  return followedBySilence(tone([PROGRESS_HZ], 500), 500);
}

function followedBySilence(samples: Int16Array, silenceMs: number): Int16Array {
  const pause = silence(silenceMs);
  const both = new Int16Array(samples.length + pause.length);
  both.set(samples);
  return both;
}
