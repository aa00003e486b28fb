const sampleRate = 8000;
const frameSamples = 160;

/** Root mean square of a 16 bit sample: 46 dB below full scale, well above the noise of a quiet line. */
const soundLevel = 160;

/** How much was heard, and how much of it was more than silence. */
export interface Heard {
  readonly totalMs: number;
  readonly soundMs: number;
}

/** Tells sound from silence in what comes over the line, 20 ms at a time. */
export class Hearing {
  #samples = 0;
  #soundFrames = 0;

  get heard(): Heard {
    return { totalMs: (this.#samples * 1000) / sampleRate, soundMs: this.#soundFrames * 20 };
  }

  /** Answers how long before the end of this piece the last sound in it was, in milliseconds; undefined: none. */
  hear(samples: Int16Array): number | undefined {
    this.#samples += samples.length;
    let lastSound: number | undefined;
    for (let at = 0; at < samples.length; at += frameSamples) {
      if (levelOf(samples.subarray(at, at + frameSamples)) < soundLevel) continue;
      this.#soundFrames += 1;
      lastSound = Math.min(at + frameSamples, samples.length);
    }
    return lastSound === undefined ? undefined : ((samples.length - lastSound) * 1000) / sampleRate;
  }
}

function levelOf(frame: Int16Array): number {
  const energy = frame.reduce((sum, sample) => sum + sample * sample, 0);
  return Math.sqrt(energy / frame.length);
}
