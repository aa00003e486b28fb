import type { Monotonic } from './ports/moment.ts';

interface Entry {
  readonly at: Monotonic;
  readonly key: string;
}

/** Outdated entries that may stay beside as many as count: so few that a small heap is not sorted over and over. */
const tolerated = 64;

/**
 * When which key wants to be woken; one time per key. A binary heap in which outdated entries stay until they
 * come to the top, so that setting a time again, the most frequent thing, costs one push. Those far in the future would
 * stay for hours (the longest duration of calls long gone): when most entries are outdated they are thrown out.
 */
export class Deadlines {
  readonly #heap: Entry[] = [];
  readonly #current = new Map<string, Monotonic>();

  get size(): number {
    return this.#current.size;
  }

  /** Entries kept, outdated ones included; at most about twice `size`. */
  get entries(): number {
    return this.#heap.length;
  }

  /** Sets, moves or (undefined) clears the time of a key. */
  set(key: string, at: Monotonic | undefined): void {
    if (this.#current.get(key) === at) return;
    if (at === undefined) {
      this.#current.delete(key);
    } else {
      this.#current.set(key, at);
      this.#push({ at, key });
    }
    if (this.#heap.length > 2 * this.#current.size + tolerated) this.#throwOutOutdated();
  }

  /** The earliest time set. */
  next(): Monotonic | undefined {
    return this.#top()?.at;
  }

  /** Takes out the earliest key that is due, or undefined. */
  takeDue(now: Monotonic): string | undefined {
    const top = this.#top();
    if (top === undefined || top.at > now) return undefined;
    this.#pop();
    this.#current.delete(top.key);
    return top.key;
  }

  /** The first entry that still counts; drops those that do not. */
  #top(): Entry | undefined {
    for (let top = this.#heap[0]; top !== undefined; top = this.#heap[0]) {
      if (this.#current.get(top.key) === top.at) return top;
      this.#pop();
    }
    return undefined;
  }

  /** What is sorted is a heap. */
  #throwOutOutdated(): void {
    const entries = [...this.#current].map(([key, at]) => ({ at, key })).sort((a, b) => a.at - b.at);
    this.#heap.length = 0;
    for (const entry of entries) this.#heap.push(entry);
  }

  #push(entry: Entry): void {
    const heap = this.#heap;
    let at = heap.length;
    heap.push(entry);
    while (at > 0) {
      const up = (at - 1) >> 1;
      const parent = heap[up];
      if (parent === undefined || parent.at <= entry.at) break;
      heap[at] = parent;
      at = up;
    }
    heap[at] = entry;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let at = 0;
    for (;;) {
      const smaller = this.#smallerChild(at);
      const child = heap[smaller];
      if (child === undefined || child.at >= last.at) break;
      heap[at] = child;
      at = smaller;
    }
    heap[at] = last;
  }

  #smallerChild(at: number): number {
    const left = 2 * at + 1;
    const [a, b] = [this.#heap[left], this.#heap[left + 1]];
    return a !== undefined && b !== undefined && b.at < a.at ? left + 1 : left;
  }
}
