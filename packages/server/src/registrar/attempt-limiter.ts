import { isIPv6 } from 'node:net';
import type { Monotonic } from '@parley/core';

export interface AttemptLimits {
  /** Failures in a row that are told so: a whole office with a mistyped password finds out. */
  readonly burst: number;
  /** How soon another one is forgiven: 12 guesses a minute do not find a password in this universe. */
  readonly forgiveMs: number;
  /** Sources remembered; beyond it those that failed longest ago are forgotten. */
  readonly sources: number;
}

export const defaultAttemptLimits: AttemptLimits = { burst: 20, forgiveMs: 5_000, sources: 10_000 };

interface Bucket {
  failures: number;
  at: Monotonic;
}

/** Failed log-ins by source address: a bucket that each failure fills and time empties. */
export class AttemptLimiter {
  readonly #limits: AttemptLimits;
  /** The one that failed last is at the end. */
  readonly #buckets = new Map<string, Bucket>();

  constructor(limits: AttemptLimits = defaultAttemptLimits) {
    this.#limits = limits;
  }

  get size(): number {
    return this.#buckets.size;
  }

  /** Whether that source is still worth an answer. */
  allows(address: string, now: Monotonic): boolean {
    const bucket = this.#buckets.get(sourceOf(address));
    return bucket === undefined || this.#failuresOf(bucket, now) < this.#limits.burst;
  }

  failed(address: string, now: Monotonic): void {
    const source = sourceOf(address);
    const bucket = this.#buckets.get(source);
    const before = bucket === undefined ? 0 : this.#failuresOf(bucket, now);
    this.#buckets.delete(source);
    const oldest = this.#buckets.keys().next();
    if (this.#buckets.size >= this.#limits.sources && oldest.done !== true)
      this.#buckets.delete(oldest.value);
    this.#buckets.set(source, { failures: Math.min(before + 1, this.#limits.burst), at: now });
  }

  #failuresOf({ failures, at }: Bucket, now: Monotonic): number {
    return Math.max(0, failures - (now - at) / this.#limits.forgiveMs);
  }
}

/** Who has one IPv6 address has 2^64 of them. */
function sourceOf(address: string): string {
  if (!isIPv6(address)) return address;
  const [head = '', tail] = address.split('::');
  const groups = head === '' ? [] : head.split(':');
  const missing =
    tail === undefined ? 0 : 8 - groups.length - tail.split(':').filter((group) => group !== '').length;
  const padded = [...groups, ...Array.from({ length: Math.max(0, missing) }, () => '0')];
  return padded.slice(0, 4).join(':');
}
