import { formatTimestamp, type Instant, notYet, parseTimestamp } from '@parley/contract';

/** What a key or a token of an agent says about how long it is good for. */
export interface Validity {
  readonly tm_expire: string;
  readonly tm_delete: string;
}

/** Whether it opens anything at `now`: neither deleted nor expired. */
export function isInForce({ tm_delete: end, tm_expire: expiry }: Validity, now: Instant): boolean {
  return end === notYet && !isPast(expiry, now);
}

/** The time `seconds` from now on; 0: never. */
export function expiryAfter(now: Instant, seconds: number): string {
  return seconds === 0 ? notYet : formatTimestamp((now + seconds * 1_000_000) as Instant);
}

function isPast(timestamp: string, now: Instant): boolean {
  if (timestamp === notYet) return false;
  const instant = parseTimestamp(timestamp);
  return instant === undefined || instant <= now;
}
