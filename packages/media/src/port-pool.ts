import { MAX_POOLED_PAIRS, PAIR_IDLE_MS, PAIR_REST_MS } from './limits.ts';

/** What the pool needs of a pair: to be ended for good when it is not needed any more. */
export interface PooledPair {
  destroy(): void;
}

interface Resting<Pair> {
  readonly pair: Pair;
  /** From when on it may be used again. */
  readonly restedAt: number;
}

/**
 * Bound ports nobody uses, per place (an address and a range). What was used rests for some seconds, so that late packets
 * of the last call do not reach the next; what rested longest is handed out first.
 */
export class PortPool<Pair extends PooledPair> {
  readonly #size: number;
  /** By place; in each the one that is rested first comes first. */
  readonly #places = new Map<string, Resting<Pair>[]>();
  #count = 0;

  constructor(size: number = MAX_POOLED_PAIRS) {
    this.#size = size;
  }

  /** Pairs held. */
  get count(): number {
    return this.#count;
  }

  /** Are there at least so many that could be handed out now? */
  holds(place: string, wanted: number, now: number): boolean {
    const last = this.#places.get(place)?.[wanted - 1];
    return wanted <= 0 || (last !== undefined && last.restedAt <= now);
  }

  /** The pair that rested longest; with `tired` even if that was not long enough. */
  take(place: string, now: number, tired = false): Pair | undefined {
    const resting = this.#places.get(place);
    const first = resting?.[0];
    if (resting === undefined || first === undefined || (!tired && first.restedAt > now)) return undefined;
    resting.shift();
    this.#count -= 1;
    return first.pair;
  }

  /** A pair nobody used yet. */
  addFresh(place: string, pair: Pair): void {
    if (this.#isFull(pair)) return;
    this.#at(place).unshift({ pair, restedAt: -Infinity });
    this.#count += 1;
  }

  /** A pair somebody is done with; ended when there are enough. */
  addUsed(place: string, pair: Pair, now: number): void {
    this.#dropIdle(place, now);
    if (this.#isFull(pair)) return;
    this.#at(place).push({ pair, restedAt: now + PAIR_REST_MS });
    this.#count += 1;
  }

  /** Ends all of them. */
  clear(): void {
    for (const resting of this.#places.values()) for (const { pair } of resting) pair.destroy();
    this.#places.clear();
    this.#count = 0;
  }

  #isFull(pair: Pair): boolean {
    if (this.#count < this.#size) return false;
    pair.destroy();
    return true;
  }

  #at(place: string): Resting<Pair>[] {
    const known = this.#places.get(place) ?? [];
    this.#places.set(place, known);
    return known;
  }

  /** After a rush ports are given back one with each call that ends: never many at once. */
  #dropIdle(place: string, now: number): void {
    const first = this.#places.get(place)?.[0];
    if (first === undefined || first.restedAt + PAIR_IDLE_MS > now || first.restedAt === -Infinity) return;
    this.take(place, now)?.destroy();
  }
}
