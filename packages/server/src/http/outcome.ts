import {
  type ApiError,
  apiError,
  type ErrorDetail,
  type ErrorReason,
  type ErrorSlots,
} from '@parley/contract';

/** An API error that is about to be answered, with what HTTP needs beside the body. */
export interface Refusal {
  readonly error: ApiError;
  /** When trying again makes sense; becomes `Retry-After`. */
  readonly retryAfterMs?: number;
  /** What else HTTP wants said. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** What a handler comes to: the reply, or the reason why there is none. */
export type Outcome<T> = { readonly ok: true; readonly value: T } | ({ readonly ok: false } & Refusal);

export function answer<T>(value: T): Outcome<T> {
  return { ok: true, value };
}

export function refuse<R extends ErrorReason>(
  reason: R,
  slots: ErrorSlots<R>,
  details?: readonly ErrorDetail[],
): { readonly ok: false } & Refusal {
  return { ok: false, error: apiError(reason, slots, details) };
}

/** Refused for now: `retryAfterMs` from now it may be different. */
export function refuseForNow<R extends ErrorReason>(
  reason: R,
  slots: ErrorSlots<R>,
  retryAfterMs: number,
): { readonly ok: false } & Refusal {
  return { ok: false, error: apiError(reason, slots), retryAfterMs };
}
