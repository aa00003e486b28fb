import { MAX_CATCH_UP_TICKS, TICK_MS } from './limits.ts';

/** Ticks to run now; `skipped` came due before them and are left out. */
export interface DueTicks {
  readonly skipped: number;
  readonly ticks: number;
}

const none: DueTicks = { skipped: 0, ticks: 0 };

/**
 * Says how many ticks are due by a monotonic clock: always whole multiples of 20 ms after the start, so that a late
 * timer never adds up. After a stall only a few are made up for; the rest is left out.
 */
export class TickPacer {
  /** Ticks left out since the start while legs waited for them. */
  skipped = 0;
  #nextAt: number;
  #lateness = { sum: 0, max: 0, count: 0 };

  constructor(now: number) {
    this.#nextAt = now + TICK_MS;
  }

  /** When the next tick is due. */
  get nextAt(): number {
    return this.#nextAt;
  }

  /** The time of the first tick at or after `at`. */
  tickAt(at: number): number {
    return this.#nextAt + Math.max(0, Math.ceil((at - this.#nextAt) / TICK_MS)) * TICK_MS;
  }

  due(now: number): DueTicks {
    const late = now - this.#nextAt;
    if (late < 0) return none;
    const count = Math.floor(late / TICK_MS) + 1;
    this.#nextAt += count * TICK_MS;
    const skipped = Math.max(0, count - MAX_CATCH_UP_TICKS);
    return { skipped, ticks: count - skipped };
  }

  /** Takes note that legs waited since `wantedAt` for the ticks run now. */
  noteWork(wantedAt: number, now: number): void {
    const late = now - wantedAt;
    this.skipped += Math.max(0, Math.floor(late / TICK_MS) + 1 - MAX_CATCH_UP_TICKS);
    this.#lateness.sum += late;
    this.#lateness.max = Math.max(this.#lateness.max, late);
    this.#lateness.count += 1;
  }

  /** Lateness since the last call. */
  takeLateness(): { mean: number; max: number } {
    const { sum, max, count } = this.#lateness;
    this.#lateness = { sum: 0, max: 0, count: 0 };
    return { mean: count === 0 ? 0 : sum / count, max };
  }
}
