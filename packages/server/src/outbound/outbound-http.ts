import type { IncomingHttpHeaders } from 'node:http';
import { Agent, type Dispatcher, errors } from 'undici';
import { createGuardedLookup, type Resolve, TargetRefusedError } from './guarded-lookup.ts';
import type { TargetPolicy } from './target-policy.ts';

export interface OutboundRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Sent with every method, GET and DELETE too; undefined or empty: no body. */
  readonly body: string | undefined;
  /** For all of it, from now until the last byte of the answer. */
  readonly timeoutMs: number;
  /** No more than this is read of the answer's body. */
  readonly maxBytes: number;
  /**
   * What an answer is worth whose head came, but not all of its body (too long, too slow, connection lost).
   * `required`: nothing, the request failed. `optional`: it answered; `bytes` is what there is of it. Default: required.
   */
  readonly answerBody?: 'required' | 'optional';
  /** Aborted: nobody wants the answer any more. It fails as `cancelled`, and is not sent if it has not been yet. */
  readonly signal?: AbortSignal;
}

export type OutboundResult =
  | {
      readonly ok: true;
      readonly status: number;
      readonly headers: IncomingHttpHeaders;
      readonly bytes: Uint8Array;
      /** The same read as UTF-8. */
      readonly body: string;
    }
  | { readonly ok: false; readonly error: OutboundError };

export interface OutboundError {
  /** `target`: the policy refuses it. `request`: it cannot be sent as asked. `connection`: refused, reset, no such name, TLS. */
  readonly reason: 'target' | 'request' | 'timeout' | 'connection' | 'too_large' | 'cancelled';
  /** For people. */
  readonly message: string;
}

export interface OutboundHttp {
  /** Never rejects. Redirects are not followed: they are answers. */
  request(request: OutboundRequest): Promise<OutboundResult>;
  /** Waits for what is under way. */
  close(): Promise<void>;
  /** Breaks off what is under way; those requests fail as `connection`. */
  destroy(): Promise<void>;
}

export interface OutboundHttpOptions {
  readonly policy: TargetPolicy;
  /** How long a connection, with TLS, may take to come about. */
  readonly connectTimeoutMs?: number;
  /** The system's resolver unless told otherwise. */
  readonly resolve?: Resolve;
}

/** A live peer on the other side of the world takes well under a second, even with one lost packet. */
const defaultConnectTimeoutMs = 5_000;

/**
 * HTTP to places that others named. Connections are kept alive per origin, and their number is not limited here: a
 * limit would let one slow user of an origin hold up another. The callers limit what they have under way.
 */
export function createOutboundHttp(options: OutboundHttpOptions): OutboundHttp {
  const { policy, connectTimeoutMs = defaultConnectTimeoutMs, resolve } = options;
  const agent = new Agent({
    connect: {
      lookup: createGuardedLookup((address) => policy.allows(address), resolve),
      timeout: connectTimeoutMs,
    },
    // One request has one time limit, kept below; the client's own would be timers on top of it.
    headersTimeout: 0,
    bodyTimeout: 0,
    // With HTTP/2 requests of all users share one connection and its fate.
    allowH2: false,
  });
  return {
    request: (request) => exchange(agent, policy, request),
    close: () => agent.close(),
    destroy: () => agent.destroy(),
  };
}

function exchange(agent: Agent, policy: TargetPolicy, request: OutboundRequest): Promise<OutboundResult> {
  const target = policy.parseTarget(request.url);
  if (!target.ok) return Promise.resolve(failure('target', target.error.message));
  if (request.signal?.aborted === true) return Promise.resolve(cancelled());
  const { origin, pathname, search } = target.value;
  return new Promise((resolve) => {
    const exchange = new Exchange(request, resolve);
    const { method, headers, body } = request;
    const options = { origin, path: pathname + search, method, headers };
    agent.dispatch(body === undefined ? options : { ...options, body }, exchange);
  });
}

/** One request and its answer; ends once, however many things go wrong. */
class Exchange implements Dispatcher.DispatchHandler {
  readonly #request: OutboundRequest;
  readonly #resolve: (result: OutboundResult) => void;
  readonly #timer: NodeJS.Timeout;
  #controller: Dispatcher.DispatchController | undefined;
  #status = 0;
  #headers: IncomingHttpHeaders = {};
  #chunks: Buffer[] = [];
  #bytes = 0;
  #ended = false;

  constructor(request: OutboundRequest, resolve: (result: OutboundResult) => void) {
    this.#request = request;
    this.#resolve = resolve;
    this.#timer = setTimeout(() => this.#timedOut(), request.timeoutMs);
    request.signal?.addEventListener('abort', this.#cancel, { once: true });
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    // It may have timed out, or been cancelled, while it waited for its connection; then it must not be sent any more.
    if (this.#ended) controller.abort(new Error('over before it was sent'));
  }

  onResponseStart(_: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders): void {
    if (status < 200) return;
    this.#status = status;
    this.#headers = headers;
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    const room = this.#request.maxBytes - this.#bytes;
    this.#bytes += chunk.length;
    this.#chunks.push(chunk.length > room ? chunk.subarray(0, room) : chunk);
    if (chunk.length <= room) return;
    this.#brokenOff('too_large', `the answer is longer than ${this.#request.maxBytes} bytes`);
    controller.abort(new Error('answer too long'));
  }

  onResponseEnd(): void {
    this.#answered();
  }

  onResponseError(_: Dispatcher.DispatchController | null, error: Error): void {
    const { reason, message } = describe(error);
    this.#brokenOff(reason, message);
  }

  #timedOut(): void {
    this.#brokenOff('timeout', `no answer within ${this.#request.timeoutMs} ms`);
    this.#controller?.abort(new Error('timed out'));
  }

  readonly #cancel = (): void => {
    this.#end(cancelled());
    this.#controller?.abort(new Error('cancelled'));
  };

  #brokenOff(reason: OutboundError['reason'], message: string): void {
    if (this.#status !== 0 && this.#request.answerBody === 'optional') this.#answered();
    else this.#end(failure(reason, message));
  }

  #answered(): void {
    const bytes = Buffer.concat(this.#chunks);
    this.#end({
      ok: true,
      status: this.#status,
      headers: this.#headers,
      bytes,
      // Sound files come this way too; they are never text.
      get body() {
        return bytes.toString('utf8');
      },
    });
  }

  #end(result: OutboundResult): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#chunks = [];
    clearTimeout(this.#timer);
    this.#request.signal?.removeEventListener('abort', this.#cancel);
    this.#resolve(result);
  }
}

function describe(error: Error): OutboundError {
  if (error instanceof TargetRefusedError) return { reason: 'target', message: error.message };
  if (error instanceof errors.ConnectTimeoutError)
    return { reason: 'timeout', message: 'no connection in time' };
  if (error instanceof errors.InvalidArgumentError) return { reason: 'request', message: error.message };
  return { reason: 'connection', message: messageOf(error) };
}

/** When all addresses of a name fail, the reasons are inside and the error itself says nothing. */
function messageOf(error: Error): string {
  const inner: unknown = error instanceof AggregateError ? error.errors[0] : undefined;
  const message = inner instanceof Error ? inner.message : error.message;
  return message === '' ? error.name : message;
}

function cancelled(): OutboundResult {
  return failure('cancelled', 'nobody wants the answer any more');
}

function failure(reason: OutboundError['reason'], message: string): OutboundResult {
  return { ok: false, error: { reason, message } };
}
