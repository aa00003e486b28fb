import type { Monotonic } from '@parley/core';

/** A bucket that holds `burst` and refills by `perSecond`. */
export interface Rate {
  readonly perSecond: number;
  readonly burst: number;
}

export interface RateLimit {
  /** Takes one from the bucket of `key`. 0: there was one; else milliseconds until there will be. */
  take(key: string, now: Monotonic): number;
  /** Undoes one `take`. */
  giveBack(key: string): void;
  /** The same as `take` without taking. */
  peek(key: string, now: Monotonic): number;
}

interface Bucket {
  tokens: number;
  at: Monotonic;
}

/**
 * A token bucket per key, time passed in. The table is bounded: a key that is new to a full table takes the place of
 * the one longest unused, so a flood from many addresses costs memory for `maxKeys` of them and no more.
 */
export function createRateLimit(rate: Rate, maxKeys: number): RateLimit {
  // A Map iterates in the order of insertion; every use inserts anew, so the first entry is the one longest unused.
  const buckets = new Map<string, Bucket>();

  const filled = (key: string, now: Monotonic): number => {
    const bucket = buckets.get(key);
    if (bucket === undefined) return rate.burst;
    return Math.min(rate.burst, bucket.tokens + ((now - bucket.at) / 1000) * rate.perSecond);
  };
  const wait = (tokens: number): number =>
    tokens >= 1 ? 0 : Math.ceil(((1 - tokens) / rate.perSecond) * 1000);
  const makeRoom = (): void => {
    const oldest = buckets.keys().next();
    if (buckets.size >= maxKeys && oldest.done !== true) buckets.delete(oldest.value);
  };

  return {
    take(key, now) {
      const tokens = filled(key, now);
      buckets.delete(key);
      makeRoom();
      buckets.set(key, { tokens: tokens >= 1 ? tokens - 1 : tokens, at: now });
      return wait(tokens);
    },
    giveBack(key) {
      const bucket = buckets.get(key);
      if (bucket !== undefined) bucket.tokens = Math.min(rate.burst, bucket.tokens + 1);
    },
    peek: (key, now) => wait(filled(key, now)),
  };
}
