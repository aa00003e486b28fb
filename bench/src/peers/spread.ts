import { type Summary, summarize } from '../statistics.ts';

/** Steps of 10 us up to a second. */
const stepsPerMs = 100;
const stepCount = 1000 * stepsPerMs;

/** How milliseconds are spread, counted in steps of 10 us up to a second: a long measurement has millions of them. */
export class Spread {
  readonly #steps = new Uint32Array(stepCount);

  note(ms: number): void {
    const step = Math.min(stepCount - 1, Math.max(0, Math.round(ms * stepsPerMs)));
    this.#steps[step] = (this.#steps[step] ?? 0) + 1;
  }

  reset(): void {
    this.#steps.fill(0);
  }

  summary(): Summary {
    const count = this.#steps.reduce((sum, each) => sum + each, 0);
    if (count === 0) return summarize([]);
    const at = (share: number): number => {
      let left = Math.ceil(share * count);
      return this.#steps.findIndex((each) => (left -= each) <= 0) / stepsPerMs;
    };
    return { count, p50: at(0.5), p90: at(0.9), p95: at(0.95), p99: at(0.99), max: at(1) };
  }
}
