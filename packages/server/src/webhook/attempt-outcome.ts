import { deliveryLimits } from './delivery-limits.ts';

/** How an attempt ended. */
export type AttemptOutcome =
  | {
      readonly kind: 'answered';
      readonly status: number;
      /** What `Retry-After` asked for; undefined: nothing. */
      readonly retryAfterMs: number | undefined;
      /** The beginning of what the receiver said, for the log of attempts. */
      readonly body: string;
    }
  | {
      readonly kind: 'unanswered';
      readonly reason: 'timeout' | 'connection' | 'target' | 'secret';
      readonly message: string;
    };

export function isAcknowledged(outcome: AttemptOutcome): boolean {
  return outcome.kind === 'answered' && outcome.status >= 200 && outcome.status <= 299;
}

/** Statuses with which a receiver speaks for all of itself: too many requests, service unavailable. */
export function isAboutEndpoint(outcome: AttemptOutcome): boolean {
  return outcome.kind === 'answered' && (outcome.status === 429 || outcome.status === 503);
}

/** The pause that `Retry-After` asks for, as far as it is obeyed. */
export function pauseAskedBy(outcome: AttemptOutcome): number | undefined {
  if (outcome.kind !== 'answered' || outcome.retryAfterMs === undefined || outcome.retryAfterMs <= 0)
    return undefined;
  return Math.min(outcome.retryAfterMs, deliveryLimits.retryAfterMaxMs);
}
