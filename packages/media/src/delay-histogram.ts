/** Upper ends of the buckets, in milliseconds; what is longer counts in the last. */
const bounds = [
  0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1, 1.5, 2, 3, 5, 7.5, 10, 15, 20, 30, 40, 50, 60, 80, 100, 150, 200, 500,
];

/** How long things took, in a bounded number of buckets. */
export class DelayHistogram {
  readonly #counts = new Uint32Array(bounds.length);
  #total = 0;

  note(ms: number): void {
    let bucket = 0;
    while (bucket < bounds.length - 1 && ms > (bounds[bucket] ?? Infinity)) bucket += 1;
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1;
    this.#total += 1;
  }

  /** The upper end of the bucket that the share (0..1) of all is in or below; null while there is nothing. */
  percentile(share: number): number | null {
    if (this.#total === 0) return null;
    let left = Math.ceil(share * this.#total);
    for (const [bucket, count] of this.#counts.entries()) {
      left -= count;
      if (left <= 0) return bounds[bucket] ?? null;
    }
    return bounds.at(-1) ?? null;
  }
}
