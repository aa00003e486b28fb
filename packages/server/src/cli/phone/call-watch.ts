import type { LoggedEvent } from '@parley/contract';
import type { ReadEvents } from '../api-client.ts';

export interface Caller {
  readonly from: string;
  readonly number: string;
}

/** Picks out of the event log what one call causes: the call itself and everything that refers to it. */
export class CallFilter {
  readonly #caller: Caller;
  readonly #ids = new Set<string>();
  #callId: string | undefined;
  #live = 0;

  constructor(caller: Caller) {
    this.#caller = caller;
  }

  /** The call's id, once its `call_created` was seen. */
  get callId(): string | undefined {
    return this.#callId;
  }

  /** Its last events were seen. */
  get complete(): boolean {
    return this.#callId !== undefined && this.#live === 0;
  }

  /** To be asked for each event, in their order. */
  takes({ type, data }: LoggedEvent): boolean {
    if (this.#callId === undefined && type === 'call_created' && this.#isOurs(data))
      this.#callId = textOf(data['id']);
    if (!this.#refers(data)) return false;
    this.#ids.add(textOf(data['id']));
    if (type === 'call_created' || type === 'activeflow_created') this.#live += 1;
    if (type === 'call_hungup' || type === 'activeflow_deleted') this.#live -= 1;
    return true;
  }

  #isOurs({ direction, source, destination }: LoggedEvent['data']): boolean {
    const { from, number } = this.#caller;
    return direction === 'incoming' && targetOf(source) === from && targetOf(destination) === number;
  }

  #refers(data: LoggedEvent['data']): boolean {
    if (this.#callId === undefined) return false;
    const named = [data['id'], data['reference_id'], data['master_call_id'], data['activeflow_id']];
    return named.some((id) => id === this.#callId || this.#ids.has(textOf(id)));
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
    const stop = setTimeout(() => this.#stop.abort(), this.#filter.callId === undefined ? 0 : graceMs);
    await this.#running;
    clearTimeout(stop);
  }

  async #follow(): Promise<void> {
    try {
      while (!this.#filter.complete) {
        const wanted = { after: this.#cursor, waitSeconds: pollSeconds };
        const feed = await this.#deps.read(wanted, this.#stop.signal);
        for (const event of feed.result) if (this.#filter.takes(event)) this.#deps.show(event);
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
