/**
 * Waiting for the ACK of a 2xx we sent (RFC 3261 section 13.3.1.4): the user agent, not the transaction, repeats the
 * 2xx from T1 up to T2, over every transport, and gives up after 64 * T1.
 */
import { transactionLifeMs, type TimerValues } from '../transaction/timer-values.ts';

export interface AckWait {
  readonly intervalMs: number;
  readonly repeatAt: number;
  readonly giveUpAt: number;
}

export function beginAckWait(now: number, timers: TimerValues): AckWait {
  const { t1Ms } = timers;
  return { intervalMs: t1Ms, repeatAt: now + t1Ms, giveUpAt: now + transactionLifeMs(timers) };
}

export function ackWaitWakeAt(wait: AckWait): number {
  return Math.min(wait.repeatAt, wait.giveUpAt);
}

/** What is due: nothing, one more 2xx (with the wait that follows), or the end of patience. */
export function passAckWait(wait: AckWait, now: number, timers: TimerValues): AckWait | 'early' | 'expired' {
  if (now >= wait.giveUpAt) return 'expired';
  if (now < wait.repeatAt) return 'early';
  const intervalMs = Math.min(wait.intervalMs * 2, timers.t2Ms);
  return { ...wait, intervalMs, repeatAt: now + intervalMs };
}
