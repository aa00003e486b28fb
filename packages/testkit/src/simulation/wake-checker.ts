import type { Violations } from './violations.ts';

/** An alarm rings at whole milliseconds after it was set, so it may be late by less than one. */
const roundingMs = 1;
/** Steps of the world at one and the same time before what is due then has to have been seen to. */
const stepsAtOneTime = 50;

/** What wants to be woken: each with the time it says, undefined when it waits for nothing. */
export type Deadlines = Readonly<Record<string, number | undefined>>;

/** Whatever says that it wants to be woken is woken then, and does not want it again at once, over and over. */
export class DeadlineChecker {
  readonly #violations: Violations;
  /** What each said the last time. */
  readonly #said = new Map<string, number>();
  /** Those that are due, with the steps since, and the time by which they have to be woken. */
  readonly #due = new Map<string, { readonly steps: number; readonly by: number }>();
  /** Reported once is enough. */
  readonly #reported = new Set<string>();

  constructor(violations: Violations) {
    this.#violations = violations;
  }

  /** After each step of the world. */
  check(now: number, deadlines: Deadlines): void {
    for (const [who, at] of Object.entries(deadlines)) {
      const isNew = at !== this.#said.get(who);
      if (at === undefined) this.#said.delete(who);
      else this.#said.set(who, at);
      if (at === undefined || at > now) {
        this.#due.delete(who);
        continue;
      }
      // What comes up when it is due already, as with a packet that finds the ticks at rest, is due from now on.
      const before = this.#due.get(who) ?? { steps: 0, by: isNew ? Math.max(at, now) : at };
      const steps = before.steps + 1;
      const { by } = before;
      this.#due.set(who, { steps, by });
      if (by + roundingMs < now) this.#report(who, `was not woken at ${at.toFixed(1)} ms as it wanted`);
      else if (steps > stepsAtOneTime)
        this.#report(who, `was woken at ${at.toFixed(1)} ms and still wants to be`);
    }
  }

  /** The process is gone, and with it what it wanted. */
  forget(): void {
    this.#said.clear();
    this.#due.clear();
  }

  #report(who: string, what: string): void {
    if (this.#reported.has(who)) return;
    this.#reported.add(who);
    this.#violations.add(`${who} ${what}`);
  }
}

/** Wake-ups that may come within one second of virtual time. */
export interface WakeBudget {
  /** Sound is 50 ticks a second for all legs together; what rests is not ticked at all. */
  readonly media: number;
  /** SIP, calls, webhooks and the retries of the store, together. */
  readonly exchange: number;
}

/** Counts how often a server wakes by itself in each second of virtual time. */
export class WakeCounter {
  readonly #violations: Violations;
  readonly #counts = { media: 0, exchange: 0 };
  /** The most that was allowed in this second: work may have ended since. */
  readonly #allowed = { media: 0, exchange: 0 };
  #second = 0;
  /** The most seen in one second. */
  readonly most = { media: 0, exchange: 0 };
  /** All of them. */
  total = 0;

  constructor(violations: Violations) {
    this.#violations = violations;
  }

  woke(who: keyof WakeBudget, now: number, budget: WakeBudget): void {
    const second = Math.floor(now / 1000);
    if (second !== this.#second) {
      this.#second = second;
      for (const each of ['media', 'exchange'] as const) {
        this.#counts[each] = 0;
        this.#allowed[each] = 0;
      }
    }
    this.total += 1;
    this.#counts[who] += 1;
    this.most[who] = Math.max(this.most[who], this.#counts[who]);
    this.#allowed[who] = Math.max(this.#allowed[who], Math.floor(budget[who]));
    if (this.#counts[who] === this.#allowed[who] + 1)
      this.#violations.add(`${who} woke more than ${this.#allowed[who]} times within a second`);
  }
}
