import { SAMPLES_PER_MS, SAMPLES_PER_TICK } from './limits.ts';

/** Recorded audio is handed on in pieces of this length. */
const CHUNK_SAMPLES = 200 * SAMPLES_PER_MS;

/** Collects what a leg hears and hands it on in chunks of 200 ms, the last one shorter. */
export class Recorder {
  readonly #maxSamples: number;
  readonly #onChunk: (samples: Int16Array) => void;
  #chunk = new Int16Array(CHUNK_SAMPLES);
  #filled = 0;
  #recorded = 0;

  constructor(maxMs: number, onChunk: (samples: Int16Array) => void) {
    this.#maxSamples = Math.round(maxMs * SAMPLES_PER_MS);
    this.#onChunk = onChunk;
  }

  get recordedMs(): number {
    return this.#recorded / SAMPLES_PER_MS;
  }

  get done(): boolean {
    return this.#recorded >= this.#maxSamples;
  }

  /** 20 ms. */
  push(frame: Int16Array): void {
    const count = Math.min(SAMPLES_PER_TICK, this.#maxSamples - this.#recorded);
    for (let n = 0; n < count; n += 1) {
      this.#chunk[this.#filled] = frame[n] ?? 0;
      this.#filled += 1;
      if (this.#filled === CHUNK_SAMPLES) this.flush();
    }
    this.#recorded += count;
  }

  /** Hands on what was collected since the last chunk. */
  flush(): void {
    if (this.#filled === 0) return;
    this.#onChunk(this.#chunk.subarray(0, this.#filled));
    this.#chunk = new Int16Array(CHUNK_SAMPLES);
    this.#filled = 0;
  }
}
