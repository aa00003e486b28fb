import { type Instant, parseTimestamp } from '@parley/contract';

/** What is kept: quarters of an hour, and days of UTC, which are their sums. Milliseconds since 1970. */
export const intervalMs = { quarter: 900_000, day: 86_400_000 } as const;
export type KeptInterval = keyof typeof intervalMs;

/** The start of the interval of that length in which a moment lies. */
export function intervalStart(ms: number, lengthMs: number): number {
  return Math.floor(ms / lengthMs) * lengthMs;
}

export interface Piece {
  /** Where its interval starts. */
  readonly start: number;
  readonly ms: number;
}

/** A span of time cut at the borders of intervals. One that runs backwards takes away what it would have added. */
export function* pieces(from: number, to: number, lengthMs: number): Generator<Piece> {
  if (to < from) {
    for (const { start, ms } of pieces(to, from, lengthMs)) yield { start, ms: -ms };
    return;
  }
  for (let at = from; at < to; ) {
    const start = intervalStart(at, lengthMs);
    const end = Math.min(to, start + lengthMs);
    yield { start, ms: end - at };
    at = end;
  }
}

/** A time of the contract in whole milliseconds: spans between such times add up without rounding. */
export function millisecondsOf(timestamp: string): number {
  const instant = parseTimestamp(timestamp);
  if (instant === undefined) throw new Error(`"${timestamp}" is not a time`);
  return Math.floor(instant / 1000);
}

export function instantOf(ms: number): Instant {
  return (ms * 1000) as Instant;
}
