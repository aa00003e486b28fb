import type { Instant } from '@parley/contract';
import type { Moment, Monotonic } from '@parley/core';
import type { Clock } from '../clock.ts';

interface Appointment {
  readonly at: number;
  /** Appointments of the same time are kept in the order in which they were made. */
  readonly order: number;
  readonly callback: () => void;
  readonly quiet: boolean;
  cancelled: boolean;
}

/** Any day will do. */
const someDay = 1_649_636_634_000_000 as Instant;

/** Time that passes only when it is told to, straight to the next thing that is due. */
export class VirtualClock implements Clock {
  readonly #heap: Appointment[] = [];
  readonly #epoch: Instant;
  #now = 0;
  #made = 0;
  #quiet = false;

  /** `epoch`: the wall time at which its milliseconds begin. */
  constructor(epoch: Instant = someDay) {
    this.#epoch = epoch;
  }

  now(): Moment {
    return { mono: this.#now as Monotonic, wall: (this.#epoch + Math.round(this.#now * 1000)) as Instant };
  }

  get ms(): number {
    return this.#now;
  }

  after(ms: number, callback: () => void): () => void {
    return this.#make(ms, callback, false);
  }

  /** The same for what no promise waits for, such as packets of sound: after such a step nothing has to settle. */
  afterQuietly(ms: number, callback: () => void): () => void {
    return this.#make(ms, callback, true);
  }

  /** Whether the last step was made `afterQuietly`. */
  get wasQuiet(): boolean {
    return this.#quiet;
  }

  /** When the next thing is due, if anything is. */
  next(): number | undefined {
    while (this.#heap[0]?.cancelled === true) pop(this.#heap);
    return this.#heap[0]?.at;
  }

  /** Goes to the next thing that is due and does it; false when there is none before `limit`. */
  step(limit: number): boolean {
    const at = this.next();
    if (at === undefined || at > limit) return false;
    const due = pop(this.#heap);
    this.#now = at;
    this.#quiet = due?.quiet === true;
    due?.callback();
    return true;
  }

  /** Goes to a time before which nothing is due. */
  passTo(at: number): void {
    const next = this.next();
    if (next !== undefined && next <= at) throw new Error('something is due before that');
    this.#now = Math.max(this.#now, at);
  }

  #make(ms: number, callback: () => void, quiet: boolean): () => void {
    const at = this.#now + Math.max(0, ms);
    const appointment = { at, order: (this.#made += 1), callback, quiet, cancelled: false };
    push(this.#heap, appointment);
    return () => {
      appointment.cancelled = true;
    };
  }
}

function before(a: Appointment, b: Appointment): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}

function push(heap: Appointment[], entry: Appointment): void {
  let at = heap.length;
  heap.push(entry);
  while (at > 0) {
    const up = (at - 1) >> 1;
    const parent = heap[up];
    if (parent === undefined || !before(entry, parent)) break;
    heap[at] = parent;
    at = up;
  }
  heap[at] = entry;
}

function pop(heap: Appointment[]): Appointment | undefined {
  const top = heap[0];
  const last = heap.pop();
  if (last === undefined || heap.length === 0) return top;
  let at = 0;
  for (;;) {
    const left = 2 * at + 1;
    const [a, b] = [heap[left], heap[left + 1]];
    const smaller = a !== undefined && b !== undefined && before(b, a) ? left + 1 : left;
    const child = heap[smaller];
    if (child === undefined || !before(child, last)) break;
    heap[at] = child;
    at = smaller;
  }
  heap[at] = last;
  return top;
}
