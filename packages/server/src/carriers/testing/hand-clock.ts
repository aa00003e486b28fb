import type { Instant } from '@parley/contract';
import type { Moment, Monotonic } from '@parley/core';
import type { Clock } from '../../clock.ts';

interface Timer {
  readonly at: number;
  readonly ring: () => void;
}

/** A clock that a test moves by hand. */
export class HandClock implements Clock {
  #ms = 0;
  readonly #timers = new Set<Timer>();

  now(): Moment {
    return { mono: this.#ms as Monotonic, wall: (1_700_000_000_000_000 + this.#ms * 1000) as Instant };
  }

  after(ms: number, callback: () => void): () => void {
    const timer = { at: this.#ms + Math.max(0, ms), ring: callback };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  /** Timers that wait. */
  get waiting(): number {
    return this.#timers.size;
  }

  /** Time passes; what is due rings in its order, and what follows from it without waiting happens in between. */
  async pass(ms: number): Promise<void> {
    const end = this.#ms + ms;
    for (;;) {
      const [next] = [...this.#timers].filter(({ at }) => at <= end).sort((one, other) => one.at - other.at);
      if (next === undefined) break;
      this.#timers.delete(next);
      this.#ms = Math.max(this.#ms, next.at);
      next.ring();
      await settled();
    }
    this.#ms = end;
    await settled();
  }
}

/** Lets all that has begun go on until it waits for something else. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}
