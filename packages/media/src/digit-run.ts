import type { Activity } from './activity.ts';
import { TICK_MS } from './limits.ts';
import type { AudioSource, RtpSender } from './rtp-sender.ts';
import { TelephoneEventSender } from './telephone-event-sender.ts';

/** Digits to be sent one after the other. */
export interface DigitPlan {
  /** `0-9 * # A-D` */
  readonly digits: string;
  readonly durationMs: number;
  readonly gapMs: number;
}

/** Sends digits as telephone-events, with what the leg would say anyway between them. */
export class DigitRun implements Activity {
  readonly play: string;
  readonly plan: DigitPlan;
  readonly #events: TelephoneEventSender;
  readonly #totalMs: number;
  #ticks = 0;

  constructor(play: string, plan: DigitPlan) {
    this.play = play;
    this.plan = plan;
    this.#events = new TelephoneEventSender(plan.gapMs);
    for (const digit of plan.digits) this.#events.queue(digit, plan.durationMs);
    const count = this.#events.waiting;
    this.#totalMs = count * plan.durationMs + Math.max(0, count - 1) * plan.gapMs;
  }

  get playedMs(): number {
    return Math.min(this.#ticks * TICK_MS, this.#totalMs);
  }

  get done(): boolean {
    return this.#events.idle;
  }

  /** Events are the same in every codec. */
  setCodec(): void {}

  tick(sender: RtpSender, background: AudioSource): void {
    this.#ticks += 1;
    if (this.#events.tick(sender)) sender.advance();
    else sender.sendAudio(background);
  }

  stop(sender: RtpSender): void {
    this.#events.stop(sender);
  }
}
