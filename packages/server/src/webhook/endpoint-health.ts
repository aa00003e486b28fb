import { afterMs, type Monotonic } from '@parley/core';
import { deliveryLimits, probeDelayMs } from './delivery-limits.ts';

/**
 * `proving`: nothing is known yet, one attempt at a time. `well`: it works. `failing`: nothing gets through, one
 * attempt at a time with growing pauses, or none while `Retry-After` lasts. `disabled`: it answered 410, nothing is
 * sent until its settings are saved again.
 */
export type HealthState = 'proving' | 'well' | 'failing' | 'disabled';

/** Whether an endpoint as a whole works, and how many attempts may be under way to it. */
export class EndpointHealth {
  readonly #fraction: () => number;
  #state: HealthState = 'proving';
  #window = 1;
  #probeAt: Monotonic;
  /** No success counts before this: it belongs to an attempt from before the endpoint asked for the pause. */
  #pausedUntil: Monotonic;
  #probes = 0;
  #failures = 0;
  #failingSince: Monotonic;
  readonly #lanes = new Set<string>();

  constructor(fraction: () => number, now: Monotonic) {
    this.#fraction = fraction;
    this.#probeAt = now;
    this.#pausedUntil = now;
    this.#failingSince = now;
  }

  get state(): HealthState {
    return this.#state;
  }

  /** Attempts that may be under way at once. Grows by one with every success, so a fresh endpoint is not flooded. */
  get window(): number {
    return this.#window;
  }

  /** While it is `failing`: when the next attempt may be made. */
  get probeAt(): Monotonic {
    return this.#probeAt;
  }

  /** Whether an event of a lane in which nothing failed may be tried before `probeAt`. */
  mayTryFresh(now: Monotonic): boolean {
    return (
      this.#state === 'failing' && now >= this.#pausedUntil && this.#lanes.size < deliveryLimits.suspectLanes
    );
  }

  /** True when it had been failing until this. */
  succeeded(now: Monotonic): boolean {
    if (this.#state === 'disabled' || now < this.#pausedUntil) return false;
    const recovered = this.#state === 'failing';
    this.#state = 'well';
    this.#window = Math.min(deliveryLimits.attemptsAtOnce, this.#window + 1);
    this.#forgetFailures();
    return recovered;
  }

  /** Counts a failed attempt of an event in line; `probe`: it was made while the endpoint was not known to work. */
  failed(lane: string, probe: boolean, now: Monotonic): void {
    if (this.#state === 'disabled' || (this.#state === 'failing' && !probe)) return;
    if (this.#failures === 0) this.#failingSince = now;
    this.#failures += 1;
    if (this.#lanes.size < deliveryLimits.suspectLanes) this.#lanes.add(lane);
    if (this.#state !== 'well' || this.#failsWholly(now)) this.#fail(now);
  }

  /** The endpoint asked for a pause: nothing is sent to it until then. */
  paused(until: Monotonic): void {
    if (this.#state === 'disabled') return;
    this.#state = 'failing';
    this.#window = 1;
    this.#pausedUntil = Math.max(this.#pausedUntil, until) as Monotonic;
    this.#probeAt = Math.max(this.#probeAt, until) as Monotonic;
  }

  disable(): void {
    this.#state = 'disabled';
    this.#window = 1;
  }

  /** Its settings were saved: what was known about it does not count any more. */
  reset(now: Monotonic): void {
    this.#state = 'proving';
    this.#window = 1;
    this.#probeAt = now;
    this.#pausedUntil = now;
    this.#forgetFailures();
  }

  #failsWholly(now: Monotonic): boolean {
    const { atOnce, over, overMs } = deliveryLimits.failing;
    return this.#failures >= atOnce || (this.#failures >= over && now - this.#failingSince >= overMs);
  }

  #fail(now: Monotonic): void {
    this.#state = 'failing';
    this.#window = 1;
    this.#probes += 1;
    const probeAt = afterMs(now, probeDelayMs(this.#probes, this.#fraction()));
    this.#probeAt = Math.max(probeAt, this.#pausedUntil) as Monotonic;
  }

  #forgetFailures(): void {
    this.#probes = 0;
    this.#failures = 0;
    this.#lanes.clear();
  }
}
