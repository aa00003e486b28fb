import type { Activity } from './activity.ts';
import type { DigitPlan } from './digit-run.ts';
import { encodeG711, type G711Codec } from './g711.ts';
import { SAMPLES_PER_MS } from './limits.ts';
import type { AudioSource, RtpSender } from './rtp-sender.ts';
import { dtmfTones } from './tone.ts';

/** Sends digits as tones, for a peer that takes no telephone-events, with what the leg would say anyway between them. */
export class ToneRun implements Activity, AudioSource {
  readonly play: string;
  readonly #plan: DigitPlan;
  #tones: Uint8Array = new Uint8Array(0);
  #background: AudioSource | undefined;
  #position = 0;

  constructor(play: string, plan: DigitPlan) {
    this.play = play;
    this.#plan = plan;
  }

  get playedMs(): number {
    return Math.min(this.#position, this.#tones.length) / SAMPLES_PER_MS;
  }

  get done(): boolean {
    return this.#position >= this.#tones.length;
  }

  setCodec(codec: G711Codec): void {
    const { digits, durationMs, gapMs } = this.#plan;
    this.#tones = encodeG711(codec, dtmfTones(digits, durationMs, gapMs));
  }

  tick(sender: RtpSender, background: AudioSource): void {
    this.#background = background;
    sender.sendAudio(this);
  }

  stop(): void {
    this.#tones = new Uint8Array(0);
  }

  fill(target: Uint8Array, at: number, length: number): void {
    this.#background?.fill(target, at, length);
    const { durationMs, gapMs } = this.#plan;
    const toneSamples = durationMs * SAMPLES_PER_MS;
    const step = Math.round((durationMs + gapMs) * SAMPLES_PER_MS);
    for (let n = 0; n < length; n += 1) {
      const position = this.#position + n;
      const character = this.#tones[position];
      if (character !== undefined && position % step < toneSamples) target[at + n] = character;
    }
    this.#position += length;
  }
}
