import type { Instant } from '@parley/contract';
import type { Moment, Monotonic } from '@parley/core';
import type { Clock } from '../../../clock.ts';

/** Time that passes only when it is told to. */
export class ManualClock implements Clock {
  readonly #waiting = new Set<{ readonly at: number; readonly callback: () => void }>();
  #now = 0;

  get ms(): number {
    return this.#now;
  }

  now(): Moment {
    return { mono: this.#now as Monotonic, wall: (this.#now * 1000) as Instant };
  }

  after(ms: number, callback: () => void): () => void {
    const entry = { at: this.#now + ms, callback };
    this.#waiting.add(entry);
    return () => this.#waiting.delete(entry);
  }

  /** Timers that have not rung. */
  get pending(): number {
    return this.#waiting.size;
  }

  /** Goes on by so much, and rings what is due on the way, in order. */
  pass(ms: number): void {
    const until = this.#now + ms;
    for (let next = this.#next(until); next !== undefined; next = this.#next(until)) {
      this.#waiting.delete(next);
      this.#now = next.at;
      next.callback();
    }
    this.#now = until;
  }

  #next(until: number) {
    const due = [...this.#waiting].filter(({ at }) => at <= until);
    return due.sort((a, b) => a.at - b.at)[0];
  }
}
