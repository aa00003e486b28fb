import type { CallId } from '@parley/sip';
import type { SeededChance } from '../seeded-chance.ts';
import type { VirtualClock } from '../virtual-clock.ts';
import type { Endpoint } from '../virtual-network.ts';
import type { PhoneLoss, SimPhone } from './sim-phone.ts';

/** What a caller is going to do; times in milliseconds from the call's beginning, or from its answer. */
export interface CallerPlan {
  readonly dial: string;
  readonly startMs: number;
  /** Gives up if nobody has answered by then. */
  readonly patienceMs: number;
  /** When the phone itself gives up. */
  readonly timeoutMs: number;
  /** Keys, each with the time after the answer. */
  readonly keys: readonly { readonly atMs: number; readonly digits: string }[];
  /** Hangs up so long after the answer. */
  readonly hangupMs: number;
  /** What fails, so long after dialling or, undefined, as the answer arrives; undefined: nothing ever. */
  readonly loss: { readonly what: PhoneLoss; readonly atMs: number | undefined } | undefined;
}

/** Mostly something short, now and then minutes. */
export function drawMs(chance: SeededChance, min: number, usual: number, longest: number): number {
  return chance.happens(0.85) ? chance.between(min, usual) : chance.between(usual, longest);
}

export const longestWaitMs = 300_000;

/** Whoever calls a hotline stays on the line for an agent, mostly. */
export function drawWaitingPlan(chance: SeededChance, hotlines: readonly string[]): CallerPlan {
  const plan = drawCallerPlan(chance, hotlines);
  if (chance.happens(0.3)) return plan;
  return { ...plan, hangupMs: drawMs(chance, 6_000, 30_000, 120_000), keys: plan.keys.slice(0, 1) };
}

export function drawCallerPlan(chance: SeededChance, numbers: readonly string[]): CallerPlan {
  const keys = Array.from({ length: chance.between(0, 3) }, () => ({
    atMs: drawMs(chance, 100, 6000, longestWaitMs),
    digits: chance.pick(['1', '2', '12', '#', '9#']),
  }));
  return {
    dial: chance.pick(numbers),
    startMs: drawMs(chance, 0, 6000, 120_000),
    patienceMs: chance.happens(0.2) ? chance.between(1, 500) : drawMs(chance, 1000, 30_000, longestWaitMs),
    timeoutMs: chance.pick([20_000, 60_000, 180_000]),
    keys,
    hangupMs: drawMs(chance, 1, 20_000, longestWaitMs),
    loss: chance.happens(0.2) ? drawLoss(chance) : undefined,
  };
}

function drawLoss(chance: SeededChance): NonNullable<CallerPlan['loss']> {
  return {
    what: chance.pick(['power', 'power', 'signalling', 'sound']),
    atMs: chance.happens(0.2) ? undefined : drawMs(chance, 1, 8000, 120_000),
  };
}

/** Lives a plan through: one call, unless the phone is in use when it is to be made. */
export class SimCaller {
  readonly phone: SimPhone;
  readonly #clock: VirtualClock;
  readonly #plan: CallerPlan;
  #begun = false;

  constructor(clock: VirtualClock, phone: SimPhone, plan: CallerPlan, server: Endpoint) {
    this.phone = phone;
    this.#clock = clock;
    this.#plan = plan;
    clock.after(plan.startMs, () => this.#begin(server));
  }

  /** Its time has come. */
  get hasBegun(): boolean {
    return this.#begun;
  }

  #begin(server: Endpoint): void {
    const { dial, timeoutMs, patienceMs, loss } = this.#plan;
    this.#begun = true;
    // Somebody else talks on it, or it rings.
    if (this.phone.state.kind !== 'idle') return;
    this.phone.user = { ...this.phone.user, answered: (call) => this.#answered(call) };
    this.phone.dial({ number: dial, at: server, timeoutMs });
    this.#clock.after(patienceMs, () => {
      if (this.phone.state.kind === 'dialling') this.phone.hangup();
    });
    if (loss?.atMs !== undefined) this.#clock.after(loss.atMs, () => this.phone.lose(loss.what));
  }

  #answered(call: CallId): void {
    const { loss, keys, hangupMs } = this.#plan;
    if (loss !== undefined && loss.atMs === undefined) this.phone.lose(loss.what);
    for (const { atMs, digits } of keys)
      this.#during(call, atMs, () => {
        this.phone.press(digits);
      });
    this.#during(call, hangupMs, () => this.phone.hangup());
  }

  #during(call: CallId, afterMs: number, act: () => void): void {
    this.#clock.after(afterMs, () => {
      const { state } = this.phone;
      if (state.kind === 'talking' && state.call === call) act();
    });
  }
}
