import type { Activity } from './activity.ts';
import { g711EncodeTable, type G711Codec } from './g711.ts';
import { SAMPLES_PER_TICK, TICK_MS } from './limits.ts';
import type { AudioSource, RtpSender } from './rtp-sender.ts';
import { TelephoneEventSender } from './telephone-event-sender.ts';

/** Digits waiting to be sent back; more are pressed by nobody within the time it takes to send them. */
const MAX_WAITING_DIGITS = 32;

/** Between two digits sent back, so that both are heard. */
const DIGIT_GAP_MS = 60;

/** A phone must be able to recognise a digit however short it was pressed. */
const MIN_DIGIT_MS = 60;

/** Sends back what the leg hears; digits too, each once it has ended (when the peer takes telephone-events). */
export class Echo implements Activity, AudioSource {
  readonly play: string;
  readonly #durationMs: number;
  /** The 20 ms heard in this tick, written by the leg before it asks for them. */
  readonly #heard: Int16Array;
  readonly #events = new TelephoneEventSender(DIGIT_GAP_MS);
  #encode = g711EncodeTable('PCMU');
  #position = 0;
  #ticks = 0;

  constructor(play: string, durationMs: number, heard: Int16Array) {
    this.play = play;
    this.#durationMs = durationMs;
    this.#heard = heard;
  }

  get playedMs(): number {
    return Math.min(this.#ticks * TICK_MS, this.#durationMs);
  }

  get done(): boolean {
    return this.#ticks * TICK_MS >= this.#durationMs;
  }

  setCodec(codec: G711Codec): void {
    this.#encode = g711EncodeTable(codec);
  }

  /** A digit was heard. */
  repeatDigit(digit: string, durationMs: number): void {
    if (this.#events.waiting < MAX_WAITING_DIGITS)
      this.#events.queue(digit, Math.max(MIN_DIGIT_MS, durationMs));
  }

  tick(sender: RtpSender): void {
    this.#ticks += 1;
    this.#position = 0;
    if (this.#events.tick(sender)) sender.advance();
    else sender.sendAudio(this);
    if (this.done) this.stop(sender);
  }

  stop(sender: RtpSender): void {
    this.#events.stop(sender);
  }

  fill(target: Uint8Array, at: number, length: number): void {
    for (let n = 0; n < length; n += 1) {
      const sample = this.#heard[(this.#position + n) % SAMPLES_PER_TICK] ?? 0;
      target[at + n] = this.#encode[sample & 0xffff] ?? 0;
    }
    this.#position += length;
  }
}
