/** A text with its length before it, `3:abc,`: how some programs talk over TCP. */
export function netstring(text: string): string {
  return `${Buffer.byteLength(text)}:${text},`;
}

/** Cuts what comes over TCP into the texts that were sent. */
export class NetstringCutter {
  readonly #take: (text: string) => void;
  #pending: Buffer = Buffer.alloc(0);

  constructor(take: (text: string) => void) {
    this.#take = take;
  }

  take(chunk: Buffer): void {
    this.#pending = Buffer.concat([this.#pending, chunk]);
    for (;;) {
      const colon = this.#pending.indexOf(':');
      if (colon < 0) return;
      const end = colon + 1 + Number(this.#pending.toString('latin1', 0, colon));
      if (Number.isNaN(end)) throw new Error(`no netstring: ${this.#pending.toString('latin1')}`);
      if (this.#pending.length <= end) return;
      const text = this.#pending.toString('utf8', colon + 1, end);
      this.#pending = this.#pending.subarray(end + 1);
      this.#take(text);
    }
  }
}
