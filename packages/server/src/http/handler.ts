import type { OperationId, OperationReply, OperationRequest, operations } from '@parley/contract';
import type { Caller, KeyCaller } from './authentication.ts';
import type { Change } from './change.ts';
import type { HttpDeps } from './deps.ts';
import type { EventWaiters } from './event-waiters.ts';
import type { LoginGuard } from './login-guard.ts';
import type { Outcome } from './outcome.ts';

/** Who may do an operation: an access key, and an agent only where the contract says so. */
type CallerOf<O> = O extends { readonly auth: 'key' }
  ? O extends { readonly agents: true }
    ? Caller
    : KeyCaller
  : undefined;

/** A checked request; `caller` is there wherever the contract asks for a key. */
export type HandlerRequest<K extends OperationId> = OperationRequest<K> & {
  readonly caller: CallerOf<(typeof operations)[K]>;
  /** Where it comes from. */
  readonly address: string;
  /** The `Range` header; only files have parts. */
  readonly range: string | undefined;
  /** Aborted when the client has gone, or when the server closes. */
  readonly signal: AbortSignal;
};

export type Handler<K extends OperationId> = (
  request: HandlerRequest<K>,
) => Promise<Outcome<OperationReply<K>>>;

/** One handler for each operation of the contract; the compiler sees to it that none is missing. */
export type Handlers = { readonly [K in OperationId]: Handler<K> };

/** What handlers work with. */
export interface HandlerContext {
  readonly deps: HttpDeps;
  readonly change: Change;
  readonly waiters: EventWaiters;
  readonly logins: LoginGuard;
}
