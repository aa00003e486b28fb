import type { LogEntry } from '@parley/core';
import type { Send } from '@parley/server';
import type { SeededChance } from '../seeded-chance.ts';
import type { VirtualClock } from '../virtual-clock.ts';
import type { Violations } from './violations.ts';

/** A customer's webhook receiver: slow and faulty until it is told to be well. */
export class Receiver {
  readonly acknowledged = new Map<string, number>();
  readonly #clock: VirtualClock;
  readonly #chance: SeededChance;
  readonly #violations: Violations;
  readonly #failing: number;
  readonly #lanes = new Map<string, number>();
  #well = false;

  constructor(clock: VirtualClock, chance: SeededChance, violations: Violations, failing: number) {
    this.#clock = clock;
    this.#chance = chance;
    this.#violations = violations;
    this.#failing = failing;
  }

  recover(): void {
    this.#well = true;
  }

  readonly send: Send = async ({ event }) => {
    const fails = !this.#well && this.#chance.happens(this.#failing);
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
