import type { LogEntry } from '@parley/core';
import type { Send } from '@parley/server';
import type { SeededChance } from '../seeded-chance.ts';
import type { VirtualClock } from '../virtual-clock.ts';
import type { Violations } from './violations.ts';

export interface ReceiverFaults {
  /** Probability with which an attempt fails. */
  readonly failing: number;
  /** While it is down nothing gets through; times in milliseconds from the beginning. */
  readonly outages: readonly { readonly fromMs: number; readonly toMs: number }[];
}

/** A customer's webhook receiver: at times down; and slow and faulty until it is told to be well. */
export class Receiver {
  readonly acknowledged = new Map<string, number>();
  readonly #clock: VirtualClock;
  readonly #chance: SeededChance;
  readonly #violations: Violations;
  readonly #faults: ReceiverFaults;
  readonly #lanes = new Map<string, number>();
  #well = false;
  #lately = { second: 0, attempts: 0, before: 0 };

  constructor(clock: VirtualClock, chance: SeededChance, violations: Violations, faults: ReceiverFaults) {
    this.#clock = clock;
    this.#chance = chance;
    this.#violations = violations;
    this.#faults = faults;
  }

  recover(): void {
    this.#well = true;
  }

  /** Attempts in this second and the one before: what was acknowledged may be sent again after a death. */
  get attemptsLately(): number {
    const second = Math.floor(this.#clock.ms / 1000);
    const { second: last, attempts, before } = this.#lately;
    if (second === last) return attempts + before;
    return second === last + 1 ? attempts : 0;
  }

  readonly send: Send = async ({ event }) => {
    this.#noteAttempt();
    if (this.#isDown()) return await this.#nobody();
    const fails = !this.#well && this.#chance.happens(this.#faults.failing);
    await new Promise<void>((resolve) =>
      this.#clock.after(this.#chance.between(1, fails ? 500 : 60), resolve),
    );
    if (!fails) {
      this.#accept(event);
      // It may have been heard without its answer being.
      if (this.#well || !this.#chance.happens(0.02)) return answered(200);
    }
    return this.#chance.pick([
      answered(500),
      answered(404),
      answered(503),
      { kind: 'unanswered', reason: 'timeout', message: '' },
    ] as const);
  };

  #noteAttempt(): void {
    const second = Math.floor(this.#clock.ms / 1000);
    const { second: last, attempts, before } = this.#lately;
    if (second === last) this.#lately = { second, attempts: attempts + 1, before };
    else this.#lately = { second, attempts: 1, before: second === last + 1 ? attempts : 0 };
  }

  #isDown(): boolean {
    const now = this.#clock.ms;
    return this.#faults.outages.some(({ fromMs, toMs }) => now >= fromMs && now < toMs);
  }

  /** Either its host says so at once, or nobody says anything until the sender gives up. */
  async #nobody(): Promise<Awaited<ReturnType<Send>>> {
    const refused = this.#chance.happens(0.5);
    await new Promise<void>((resolve) => this.#clock.after(refused ? 2 : 10_000, resolve));
    return { kind: 'unanswered', reason: refused ? 'connection' : 'timeout', message: '' };
  }

  #accept(event: LogEntry): void {
    const known = this.acknowledged.get(event.id) ?? 0;
    this.acknowledged.set(event.id, known + 1);
    const last = this.#lanes.get(event.lane) ?? 0;
    if (known === 0 && event.position < last && !this.#violations.notes.has('passed')) {
      this.#violations.add(`${event.type} came after a later event of its lane`);
    }
    this.#lanes.set(event.lane, Math.max(last, event.position));
  }
}

function answered(status: number) {
  return { kind: 'answered', status, retryAfterMs: undefined, body: '' } as const;
}
