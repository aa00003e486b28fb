import type { Instant } from '@parley/contract';
import type { Moment, Monotonic } from '@parley/core';

/** The one source of time of a running server; the simulator has its own. */
export interface Clock {
  now(): Moment;
  /** Calls back once, that many milliseconds from now, unless the function returned is called before. */
  after(ms: number, callback: () => void): () => void;
}

/** The machine's clocks. Wall time follows the system's but never steps back, so that stamps keep their order. */
export function createSystemClock(): Clock {
  let latest = 0;
  return {
    now() {
      const wall = Math.floor((performance.timeOrigin + performance.now()) * 1000);
      const drift = Date.now() * 1000 - wall;
      // The process's own clock runs free of the system's adjustments; follow it once it is a second off.
      latest = Math.max(latest, Math.abs(drift) > 1_000_000 ? wall + drift : wall);
      return { mono: performance.now() as Monotonic, wall: latest as Instant };
    },
    after(ms, callback) {
      // Longer than setTimeout can count: woken early, whoever asked looks at the clock again.
      const timer = setTimeout(callback, Math.min(Math.max(0, ms), 2_000_000_000));
      return () => clearTimeout(timer);
    },
  };
}

/** Wakes one thing at the time it asks for: keeps a single timer in step with a deadline that moves. */
export class Alarm {
  readonly #clock: Clock;
  readonly #ring: () => void;
  #at: Monotonic | undefined;
  #cancel: (() => void) | undefined;

  constructor(clock: Clock, ring: () => void) {
    this.#clock = clock;
    this.#ring = ring;
  }

  /** Rings at that time instead of any time set before; undefined: not at all. */
  set(at: Monotonic | undefined): void {
    // An alarm that is early costs one look at the clock, setting it anew on every input would cost more.
    if (at !== undefined && this.#at !== undefined && at >= this.#at) return;
    this.#cancel?.();
    this.#cancel = undefined;
    this.#at = at;
    if (at === undefined) return;
    this.#cancel = this.#clock.after(Math.max(0, Math.ceil(at - this.#clock.now().mono)), () => {
      this.#at = undefined;
      this.#cancel = undefined;
      this.#ring();
    });
  }
}
