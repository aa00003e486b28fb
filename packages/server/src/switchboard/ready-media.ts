/** Media that is open before there is a call: the call gets its id from it. */
export interface ReadyLeg {
  readonly callId: string;
  readonly port: number;
}

export interface ReadyMediaDeps {
  readonly newId: () => string;
  /** Answered, sooner or later, by `opened` or `gone`. */
  readonly open: (callId: string) => void;
  /** Legs to have ready; 0 = none. */
  readonly legs: number;
}

/**
 * A few legs whose media is open already, so that a call is answered without asking another thread and waiting for it,
 * and with the transaction that makes the call. Filled up as they are taken; a burst that empties it opens its own.
 */
export class ReadyMedia {
  readonly #deps: ReadyMediaDeps;
  readonly #ready: ReadyLeg[] = [];
  readonly #opening = new Set<string>();

  constructor(deps: ReadyMediaDeps) {
    this.#deps = deps;
  }

  /** A leg for a call, which is the call's from now on. What is missing is opened. */
  take(): ReadyLeg | undefined {
    const leg = this.#ready.shift();
    this.fill();
    return leg;
  }

  fill(): void {
    while (this.#ready.length + this.#opening.size < this.#deps.legs) {
      const callId = this.#deps.newId();
      this.#opening.add(callId);
      this.#deps.open(callId);
    }
  }

  /** True: it was opened for no call yet, and is kept. */
  opened(callId: string, port: number): boolean {
    if (!this.#opening.delete(callId)) return false;
    this.#ready.push({ callId, port });
    return true;
  }

  /** It could not be opened, or has broken. True: it was no call's. The next call has it replaced. */
  gone(callId: string): boolean {
    if (this.#opening.delete(callId)) return true;
    const at = this.#ready.findIndex((leg) => leg.callId === callId);
    if (at === -1) return false;
    this.#ready.splice(at, 1);
    return true;
  }
}
