import type { Effect, Reply } from '@parley/core';

export type RequestEffect = Extract<Effect, { kind: 'request' }>;

/** Sends the request of a flow; never rejects. An aborted `signal`: nobody waits for the reply any more. */
export type SendRequest = (effect: RequestEffect, signal: AbortSignal | undefined) => Promise<Reply>;

export interface FlowRequestsDeps {
  readonly send: SendRequest;
  readonly replied: (effect: RequestEffect, reply: Reply) => void;
}

/**
 * HTTP requests of flows. One that its flow waits for ends with the flow: its answer could change nothing any more. One
 * that nobody waits for is a message to somebody, and is sent even when the caller is gone.
 */
export class FlowRequests {
  readonly #deps: FlowRequestsDeps;
  /** By call: a flow waits for one at a time. */
  readonly #awaited = new Map<string, AbortController>();

  constructor(deps: FlowRequestsDeps) {
    this.#deps = deps;
  }

  async start(effect: RequestEffect): Promise<void> {
    const { callId, request } = effect;
    if (request === '') return this.#deps.replied(effect, await this.#deps.send(effect, undefined));
    this.cancel(callId);
    const abort = new AbortController();
    this.#awaited.set(callId, abort);
    const reply = await this.#deps.send(effect, abort.signal);
    if (abort.signal.aborted) return;
    this.#awaited.delete(callId);
    this.#deps.replied(effect, reply);
  }

  /** The flow of that call waits for nothing any more. */
  cancel(callId: string): void {
    this.#awaited.get(callId)?.abort();
    this.#awaited.delete(callId);
  }
}
