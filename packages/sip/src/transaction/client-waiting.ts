/** What the two client transactions share (RFC 3261 section 17.1): their words, and the wait for a first response. */
import { deadline, never } from './step.ts';
import { transactionLifeMs, type TimerValues } from './timer-values.ts';

export type ClientInput =
  | { readonly kind: 'response'; readonly status: number }
  | { readonly kind: 'timer' }
  | { readonly kind: 'transportError' };

/** `send`: the request; `ack`: the ACK of a non-2xx; `deliver`: the response to the user; the rest are reports to it. */
export type ClientEffect = 'send' | 'ack' | 'deliver' | 'timeout' | 'transportError';

/** The request is repeated until something comes back. */
export interface Waiting {
  readonly reliable: boolean;
  readonly intervalMs: number;
  readonly retransmitAt: number;
  readonly timeoutAt: number;
}

/** Timers A and B of an INVITE, E and F of others: retransmission over unreliable transports only, and the time-out. */
export function beginWaiting(reliable: boolean, now: number, timers: TimerValues): Waiting {
  return {
    reliable,
    intervalMs: timers.t1Ms,
    retransmitAt: reliable ? never : now + timers.t1Ms,
    timeoutAt: now + transactionLifeMs(timers),
  };
}

export function waitingWakeAt(waiting: Waiting): number | undefined {
  return deadline(Math.min(waiting.retransmitAt, waiting.timeoutAt));
}
