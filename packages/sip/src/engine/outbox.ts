import type { SipOutput } from './output.ts';

/** Outputs in order, until the owner fetches them. */
export class Outbox {
  #queue: SipOutput[] = [];
  #head = 0;
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get size(): number {
    return this.#queue.length - this.#head;
  }

  /** New input must wait or be dropped; what live calls still have to say is always taken. */
  get full(): boolean {
    return this.size >= this.#limit;
  }

  push(output: SipOutput): void {
    this.#queue.push(output);
  }

  next(): SipOutput | undefined {
    const output = this.#queue[this.#head];
    if (output === undefined) return undefined;
    this.#head += 1;
    if (this.#head === this.#queue.length) {
      this.#queue = [];
      this.#head = 0;
    } else if (this.#head >= 1024 && this.#head * 2 >= this.#queue.length) {
      this.#queue = this.#queue.slice(this.#head);
      this.#head = 0;
    }
    return output;
  }
}
