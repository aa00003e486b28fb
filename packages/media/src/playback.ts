import type { Activity } from './activity.ts';
import type { EncodedClips, KeyedClip } from './encoded-clips.ts';
import { g711Silence, type G711Codec } from './g711.ts';
import { SAMPLES_PER_MS } from './limits.ts';
import type { AudioSource, RtpSender } from './rtp-sender.ts';

/** Plays clips one after the other without a gap between them; the last packet is filled up with silence. */
export class Playback implements Activity, AudioSource {
  readonly play: string;
  readonly #clips: readonly KeyedClip[];
  readonly #cache: EncodedClips;
  readonly #repeat: boolean;
  #encoded: readonly Uint8Array[] = [];
  #silence = 0;
  /** Clip being played, and position in it. */
  #index = 0;
  #position = 0;
  #playedSamples = 0;

  /** With `repeat` it begins again after the last clip, until it is stopped. */
  constructor(play: string, clips: readonly KeyedClip[], cache: EncodedClips, repeat = false) {
    this.play = play;
    this.#clips = clips.filter((clip) => clip.samples.length > 0);
    this.#cache = cache;
    this.#repeat = repeat;
  }

  get playedMs(): number {
    return this.#playedSamples / SAMPLES_PER_MS;
  }

  get done(): boolean {
    return this.#index >= this.#clips.length;
  }

  setCodec(codec: G711Codec): void {
    this.#silence = g711Silence(codec);
    this.#encoded = this.#clips.map((clip) => this.#cache.get(clip, codec));
  }

  tick(sender: RtpSender): void {
    sender.sendAudio(this);
  }

  stop(): void {
    this.#index = this.#clips.length;
  }

  fill(target: Uint8Array, at: number, length: number): void {
    let left = length;
    for (
      let clip = this.#encoded[this.#index];
      clip !== undefined && left > 0;
      clip = this.#encoded[this.#index]
    ) {
      const count = Math.min(left, clip.length - this.#position);
      const offset = at + length - left;
      // A loop, because `set(subarray())` would allocate a view for each packet.
      for (let n = 0; n < count; n += 1) target[offset + n] = clip[this.#position + n] ?? 0;
      left -= count;
      this.#advance(count, clip.length);
    }
    target.fill(this.#silence, at + length - left, at + length);
  }

  #advance(count: number, clipLength: number): void {
    this.#playedSamples += count;
    this.#position += count;
    if (this.#position < clipLength) return;
    this.#position = 0;
    this.#index += 1;
    if (this.#repeat && this.done) this.#index = 0;
  }
}
