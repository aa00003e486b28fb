import type { CallId } from '@parley/sip';
import type { SeededChance } from '../seeded-chance.ts';
import type { VirtualClock } from '../virtual-clock.ts';
import { drawMs, longestWaitMs } from './sim-caller.ts';
import type { PhoneLoss, SimPhone } from './sim-phone.ts';

/** What somebody does who is called; times in milliseconds from the first ring, or from the answer. */
export interface CalleePlan {
  readonly reaction:
    | { readonly kind: 'answer'; readonly afterMs: number }
    | { readonly kind: 'refuse'; readonly status: number; readonly afterMs: number }
    /** Rings until the caller gives up. */
    | { readonly kind: 'ignore' };
  /** Is heard so long after the first ring, before the answer; undefined: not. */
  readonly announcesAtMs: number | undefined;
  /** Puts the other on hold. */
  readonly holds: readonly {
    readonly atMs: number;
    readonly forMs: number;
    readonly how: 'sendonly' | 'inactive';
  }[];
  /** An agent who is asked for a key presses the right one or another; it is pressed in other talks too. */
  readonly keys: { readonly atMs: number; readonly digits: string } | undefined;
  readonly hangupMs: number;
  readonly loss: { readonly what: PhoneLoss; readonly atMs: number } | undefined;
}

export function drawCalleePlan(chance: SeededChance): CalleePlan {
  return {
    reaction: drawReaction(chance),
    announcesAtMs: chance.happens(0.25) ? chance.between(10, 2_000) : undefined,
    holds: Array.from({ length: chance.happens(0.25) ? chance.between(1, 2) : 0 }, () => ({
      atMs: chance.between(100, 6_000),
      forMs: chance.between(50, 4_000),
      how: chance.pick(['sendonly', 'inactive'] as const),
    })),
    keys: chance.happens(0.85)
      ? { atMs: chance.between(100, 3_500), digits: chance.happens(0.85) ? '1' : '5' }
      : undefined,
    hangupMs: drawMs(chance, chance.happens(0.2) ? 1 : 3_000, 15_000, longestWaitMs),
    loss: chance.happens(0.1)
      ? { what: chance.pick(['power', 'signalling', 'sound']), atMs: drawMs(chance, 1, 8_000, 60_000) }
      : undefined,
  };
}

function drawReaction(chance: SeededChance): CalleePlan['reaction'] {
  if (chance.happens(0.75))
    return { kind: 'answer', afterMs: chance.happens(0.3) ? 0 : drawMs(chance, 1, 4_000, 70_000) };
  if (chance.happens(0.3)) return { kind: 'ignore' };
  const status = chance.pick([486, 603, 404, 480, 500, 503, 600]);
  return { kind: 'refuse', status, afterMs: chance.happens(0.4) ? 0 : drawMs(chance, 1, 3_000, 30_000) };
}

/** Holds a phone and lives through the calls that come in, each by a plan of its own. */
export class SimCallee {
  readonly #clock: VirtualClock;
  readonly #phone: SimPhone;
  readonly #chance: SeededChance;
  #plan: CalleePlan | undefined;

  constructor(clock: VirtualClock, phone: SimPhone, chance: SeededChance) {
    this.#clock = clock;
    this.#phone = phone;
    this.#chance = chance;
    phone.user = {
      ...phone.user,
      called: (call) => this.#called(call),
      accepted: (call) => this.#accepted(call),
    };
  }

  #called(call: CallId): void {
    const plan = drawCalleePlan(this.#chance);
    const phone = this.#phone;
    this.#plan = plan;
    if (plan.announcesAtMs !== undefined) this.#during(call, plan.announcesAtMs, () => phone.announce());
    const { reaction } = plan;
    if (reaction.kind === 'answer') this.#during(call, reaction.afterMs, () => this.#accept(call));
    if (reaction.kind === 'refuse') this.#during(call, reaction.afterMs, () => phone.refuse(reaction.status));
  }

  /** Its early media may just be on the way. */
  #accept(call: CallId): void {
    if (this.#phone.state.kind === 'announcing') this.#during(call, 20, () => this.#accept(call));
    else this.#phone.accept();
  }

  #accepted(call: CallId): void {
    const plan = this.#plan;
    const phone = this.#phone;
    if (plan === undefined) return;
    for (const { atMs, forMs, how } of plan.holds) {
      this.#during(call, atMs, () => phone.hold(how));
      this.#during(call, atMs + forMs, () => phone.resume());
    }
    const { keys, loss } = plan;
    if (keys !== undefined) this.#during(call, keys.atMs, () => phone.press(keys.digits));
    this.#during(call, plan.hangupMs, () => phone.hangup());
    if (loss !== undefined) this.#during(call, loss.atMs, () => phone.lose(loss.what));
  }

  #during(call: CallId, afterMs: number, act: () => void): void {
    this.#clock.after(afterMs, () => {
      const { state } = this.#phone;
      if ('call' in state && state.call === call) act();
    });
  }
}
