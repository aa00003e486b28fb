import type { KeyedClip } from './encoded-clips.ts';
import { SAMPLES_PER_MS, SAMPLES_PER_TICK } from './limits.ts';

/** What is played to a room, as samples: it is mixed with what is said. */
export class RoomPlayback {
  readonly #clips: readonly KeyedClip[];
  readonly #repeat: boolean;
  readonly #onFinish: (reason: 'end' | 'stopped', playedMs: number) => void;
  readonly #frame = new Int16Array(SAMPLES_PER_TICK);
  #index = 0;
  #position = 0;
  #played = 0;

  constructor(
    clips: readonly KeyedClip[],
    repeat: boolean,
    onFinish: (reason: 'end' | 'stopped', playedMs: number) => void,
  ) {
    this.#clips = clips.filter(({ samples }) => samples.length > 0);
    this.#repeat = repeat;
    this.#onFinish = onFinish;
  }

  get done(): boolean {
    return this.#index >= this.#clips.length;
  }

  /** The next 20 ms, silence after the end. */
  next(): Int16Array {
    this.#frame.fill(0);
    for (let n = 0; n < SAMPLES_PER_TICK; n += 1) {
      const clip = this.#clips[this.#index];
      if (clip === undefined) break;
      this.#frame[n] = clip.samples[this.#position] ?? 0;
      this.#advance(clip.samples.length);
    }
    return this.#frame;
  }

  finish(reason: 'end' | 'stopped'): void {
    this.#onFinish(reason, this.#played / SAMPLES_PER_MS);
  }

  #advance(length: number): void {
    this.#played += 1;
    this.#position += 1;
    if (this.#position < length) return;
    this.#position = 0;
    this.#index += 1;
    if (this.#repeat && this.done) this.#index = 0;
  }
}
