import type { LoggedEvent } from '@parley/contract';
import type { ReadEvents } from '../api-client.ts';

export interface Caller {
  readonly from: string;
  readonly number: string;
}

/** Events that came just before the call's own and may turn out to be of it. */
const mostHeld = 100;

/** Picks out of the event log what one call causes: the call itself and everything that refers to it. */
export class CallFilter {
  readonly #caller: Caller;
  readonly #ids = new Set<string>();
  /** A flow's `activeflow_created` stands before the `call_created` that tells whose it is. */
  #held: LoggedEvent[] = [];
  #live = 0;

  constructor(caller: Caller) {
    this.#caller = caller;
  }

  /** The call's `call_created` was seen. */
  get begun(): boolean {
    return this.#ids.size > 0;
  }

  /** Its last events were seen. */
  get complete(): boolean {
    return this.begun && this.#live === 0;
  }

  /** To be given each event, in their order; answers those of the call, in the same order. */
  take(event: LoggedEvent): readonly LoggedEvent[] {
    if (this.begun) return this.#refers(event.data) ? [this.#note(event)] : [];
    if (event.type !== 'call_created' || !this.#isOurs(event.data)) {
      this.#held = [...this.#held, event].slice(-mostHeld);
      return [];
    }
    this.#ids.add(textOf(event.data['id']));
    const before = this.#held.filter(({ data }) => this.#refers(data));
    this.#held = [];
    return [...before, event].map((each) => this.#note(each));
  }

  #note(event: LoggedEvent): LoggedEvent {
    const { type, data } = event;
    this.#ids.add(textOf(data['id']));
    if (type === 'call_created' || type === 'activeflow_created') this.#live += 1;
    if (type === 'call_hungup' || type === 'activeflow_deleted') this.#live -= 1;
    return event;
  }

  #isOurs({ direction, source, destination }: LoggedEvent['data']): boolean {
    const { from, number } = this.#caller;
    return direction === 'incoming' && targetOf(source) === from && targetOf(destination) === number;
  }

  #refers(data: LoggedEvent['data']): boolean {
    return ['id', 'reference_id', 'master_call_id'].some((key) => this.#ids.has(textOf(data[key])));
  }
}

/** Shorter than a call, so that an end of the server is noticed. */
const pollSeconds = 20;

export interface CallWatchDeps {
  readonly read: ReadEvents;
  readonly show: (event: LoggedEvent) => void;
  /** The log cannot be read any more. */
  readonly onTrouble: (problem: string) => void;
}

/** Shows the events of one call as they happen. */
export class CallWatch {
  readonly #deps: CallWatchDeps;
  readonly #filter: CallFilter;
  readonly #stop = new AbortController();
  #cursor = 'latest';
  #running: Promise<void> = Promise.resolve();

  constructor(caller: Caller, deps: CallWatchDeps) {
    this.#deps = deps;
    this.#filter = new CallFilter(caller);
  }

  /** Finds the end of the log, before the call is made. False when the log cannot be read. */
  async begin(): Promise<boolean> {
    try {
      const wanted = { after: this.#cursor, waitSeconds: 0 };
      this.#cursor = (await this.#deps.read(wanted, this.#stop.signal)).next_cursor;
    } catch (error) {
      this.#trouble(error);
      return false;
    }
    this.#running = this.#follow();
    return true;
  }

  /** Waits for the last events of the call, if it came to be, but not for ever. */
  async end(graceMs: number): Promise<void> {
    const stop = setTimeout(() => this.#stop.abort(), this.#filter.begun ? graceMs : 0);
    await this.#running;
    clearTimeout(stop);
  }

  async #follow(): Promise<void> {
    try {
      while (!this.#filter.complete) {
        const wanted = { after: this.#cursor, waitSeconds: pollSeconds };
        const feed = await this.#deps.read(wanted, this.#stop.signal);
        for (const event of feed.result.flatMap((each) => this.#filter.take(each))) this.#deps.show(event);
        this.#cursor = feed.next_cursor;
      }
    } catch (error) {
      this.#trouble(error);
    }
  }

  #trouble(error: unknown): void {
    if (this.#stop.signal.aborted) return;
    this.#deps.onTrouble(error instanceof Error ? error.message : String(error));
  }
}

function targetOf(address: unknown): unknown {
  return (address as { target?: unknown } | undefined)?.target;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
