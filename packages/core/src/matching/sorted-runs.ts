/** A run is split in two when it gets longer, and joined with the next when both are short. */
const longestRun = 128;
const shortRun = longestRun / 4;

/**
 * Items in an order, kept in short sorted runs: adding and taking out move at most `longestRun` items, and finding
 * halves the runs, then one of them. Each item weighs something, and the one at a weight can be looked up. What is read
 * from it depends on the items alone, never on when they came.
 */
export class SortedRuns<T> {
  readonly #compare: (a: T, b: T) => number;
  readonly #weigh: (item: T) => number;
  readonly #runs: T[][] = [];
  readonly #weights: number[] = [];
  #size = 0;
  #weight = 0;

  /** `compare` is never 0 for two items that may both be in it; a weight is a whole number and does not change. */
  constructor(compare: (a: T, b: T) => number, weigh: (item: T) => number = () => 1) {
    this.#compare = compare;
    this.#weigh = weigh;
  }

  get size(): number {
    return this.#size;
  }

  /** Of all items. */
  get weight(): number {
    return this.#weight;
  }

  add(item: T): void {
    const at = Math.min(this.#runOf(item), Math.max(this.#runs.length - 1, 0));
    const run = this.#runs[at];
    if (run === undefined) {
      this.#runs.push([item]);
      this.#weights.push(0);
    } else {
      run.splice(this.#placeIn(run, item), 0, item);
    }
    this.#count(at, 1, this.#weigh(item));
    if (run !== undefined && run.length > longestRun) this.#split(at, run);
  }

  /** Whether it was in. */
  delete(item: T): boolean {
    const at = this.#runOf(item);
    const run = this.#runs[at];
    if (run === undefined) return false;
    const place = this.#placeIn(run, item);
    const found = run[place];
    if (found === undefined || this.#compare(found, item) !== 0) return false;
    run.splice(place, 1);
    this.#count(at, -1, -this.#weigh(found));
    this.#join(at, run);
    return true;
  }

  first(): T | undefined {
    return this.#runs[0]?.[0];
  }

  /** In order. */
  *[Symbol.iterator](): Generator<T> {
    for (const run of this.#runs) yield* run;
  }

  /** The first `most`, in order. */
  head(most: number): T[] {
    const items: T[] = [];
    for (const run of this.#runs) {
      if (items.length >= most) break;
      items.push(...run.slice(0, most - items.length));
    }
    return items;
  }

  /** How many are before an item, which need not be in. */
  countBefore(item: T): number {
    const at = this.#runOf(item);
    let before = 0;
    for (let index = 0; index < at; index++) before += this.#runs[index]?.length ?? 0;
    const run = this.#runs[at];
    return run === undefined ? before : before + this.#placeIn(run, item);
  }

  /** The item in whose share a weight lies, and the weight of all before it. Undefined: out of 0 ≤ at < weight. */
  atWeight(at: number): { readonly item: T; readonly before: number } | undefined {
    let before = 0;
    for (const [index, run] of this.#runs.entries()) {
      const weight = this.#weights[index] ?? 0;
      if (at < before + weight) return this.#atWeightIn(run, at, before);
      before += weight;
    }
    return undefined;
  }

  #atWeightIn(run: readonly T[], at: number, weightBefore: number): { item: T; before: number } | undefined {
    let before = weightBefore;
    for (const item of run) {
      const weight = this.#weigh(item);
      if (at < before + weight) return at < before ? undefined : { item, before };
      before += weight;
    }
    return undefined;
  }

  /** The first run whose last item is not before this one; the number of runs when there is none. */
  #runOf(item: T): number {
    let [low, high] = [0, this.#runs.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      const last = this.#runs[middle]?.at(-1);
      if (last !== undefined && this.#compare(last, item) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #placeIn(run: readonly T[], item: T): number {
    let [low, high] = [0, run.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      const at = run[middle];
      if (at !== undefined && this.#compare(at, item) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #count(run: number, items: number, weight: number): void {
    this.#size += items;
    this.#weight += weight;
    this.#weights[run] = (this.#weights[run] ?? 0) + weight;
  }

  #split(at: number, run: T[]): void {
    const second = run.splice(run.length >> 1);
    const weight = second.reduce((sum, item) => sum + this.#weigh(item), 0);
    this.#runs.splice(at + 1, 0, second);
    this.#weights.splice(at, 1, (this.#weights[at] ?? 0) - weight, weight);
  }

  #join(at: number, run: T[]): void {
    const next = this.#runs[at + 1];
    if (run.length > 0 && (run.length > shortRun || next === undefined || next.length > shortRun)) return;
    const into = run.length === 0 ? undefined : next;
    if (into !== undefined) {
      into.unshift(...run);
      this.#weights[at + 1] = (this.#weights[at + 1] ?? 0) + (this.#weights[at] ?? 0);
    }
    this.#runs.splice(at, 1);
    this.#weights.splice(at, 1);
  }
}
