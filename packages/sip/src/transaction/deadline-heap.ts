/** Something that wants to be woken. The heap keeps its place in the two fields; nobody else writes them. */
export interface Sleeper {
  heapIndex: number;
  heapAt: number;
  wake(now: number): void;
}

/** Place of a sleeper that is not in the heap. */
export const asleep = -1;

/** All deadlines of one engine: a binary heap whose members know their place, so moving one costs O(log n). */
export class DeadlineHeap {
  readonly #heap: Sleeper[] = [];

  get size(): number {
    return this.#heap.length;
  }

  /** The next deadline, in the engine's monotonic milliseconds. */
  next(): number | undefined {
    return this.#heap[0]?.heapAt;
  }

  /** Sets, moves or (with `undefined`) takes away the one deadline of a sleeper. */
  set(sleeper: Sleeper, at: number | undefined): void {
    if (at === undefined) {
      this.#remove(sleeper);
      return;
    }
    const before = sleeper.heapAt;
    sleeper.heapAt = at;
    if (sleeper.heapIndex === asleep) this.#lift(sleeper, this.#heap.length);
    else if (at < before) this.#lift(sleeper, sleeper.heapIndex);
    else if (at > before) this.#sink(sleeper, sleeper.heapIndex);
  }

  /** Wakes everything due, earliest first; each sleeper sets its next deadline itself. */
  wakeDue(now: number): void {
    for (;;) {
      const first = this.#heap[0];
      if (first === undefined || first.heapAt > now) return;
      this.#remove(first);
      first.wake(now);
    }
  }

  #remove(sleeper: Sleeper): void {
    const index = sleeper.heapIndex;
    if (index === asleep) return;
    sleeper.heapIndex = asleep;
    const last = this.#heap.pop();
    if (last === undefined || last === sleeper) return;
    if (last.heapAt < sleeper.heapAt) this.#lift(last, index);
    else this.#sink(last, index);
  }

  /** Puts the sleeper at `from` or above, where its parent is not later. */
  #lift(sleeper: Sleeper, from: number): void {
    let index = from;
    while (index > 0) {
      const parentIndex = (index - 1) >> 1;
      const parent = this.#heap[parentIndex];
      if (parent === undefined || parent.heapAt <= sleeper.heapAt) break;
      this.#place(parent, index);
      index = parentIndex;
    }
    this.#place(sleeper, index);
  }

  /** Puts the sleeper at `from` or below, where no child is earlier. */
  #sink(sleeper: Sleeper, from: number): void {
    let index = from;
    for (;;) {
      const childIndex = this.#earlierChild(index);
      const child = this.#heap[childIndex];
      if (child === undefined || child.heapAt >= sleeper.heapAt) break;
      this.#place(child, index);
      index = childIndex;
    }
    this.#place(sleeper, index);
  }

  #earlierChild(index: number): number {
    const left = this.#heap[index * 2 + 1];
    const right = this.#heap[index * 2 + 2];
    return left !== undefined && right !== undefined && right.heapAt < left.heapAt
      ? index * 2 + 2
      : index * 2 + 1;
  }

  #place(sleeper: Sleeper, index: number): void {
    this.#heap[index] = sleeper;
    sleeper.heapIndex = index;
  }
}
