import type { Instant } from '@parley/contract';
import type { Monotonic } from '@parley/core';
import type { Clock } from '../deliverer.ts';

/** The machine's clock in time lapse, with one timer that is always set to the time last asked for. */
export class FastClock implements Clock {
  readonly #factor: number;
  readonly #startedAt = performance.now();
  readonly #wallAtStart = Date.now();
  #timer: NodeJS.Timeout | undefined;

  constructor(factor: number) {
    this.#factor = factor;
  }

  mono(): Monotonic {
    return ((performance.now() - this.#startedAt) * this.#factor) as Monotonic;
  }

  wall(): Instant {
    return Math.round((this.#wallAtStart + this.mono()) * 1_000) as Instant;
  }

  wakeAt(at: Monotonic | undefined, wake: () => void): void {
    clearTimeout(this.#timer);
    if (at === undefined) return;
    this.#timer = setTimeout(wake, Math.max(0, (at - this.mono()) / this.#factor));
  }
}
