const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;

/** Every number that decides when an event is sent, when again, and how much waits in memory; per endpoint. */
export const deliveryLimits = {
  /**
   * Attempts under way at once. Enough for 640 events/s to a receiver that takes 100 ms, few enough that a receiver
   * with a usual worker pool is not flooded, and that a thousand hanging endpoints still fit the file descriptors.
   */
  attemptsAtOnce: 64,
  /** Events waiting in memory; the rest wait in the store. Some seconds of a busy endpoint, about 2 MB. */
  waiting: 1_024,
  /**
   * While an endpoint is not known to work: so many untried events, and so many in all. Enough lanes to probe with,
   * more as probes fail lest the first ones are the trouble; and a thousand dead endpoints cost little.
   */
  waitingUnproven: { untried: 64, all: 256 },
  /** Text of those events, in UTF-16 units: bounds the memory when bodies are large. */
  waitingChars: 4_194_304,
  /** Events that were passed and wait in memory for their next attempt; the rest wait in the store. */
  stragglers: 512,
  /** Events asked of the store at once: some milliseconds of reading, so nothing else waits long for it. */
  page: 256,
  /**
   * How long a failing event holds back the later ones of its lane. Covers a receiver that restarts or deploys;
   * a caller's screen that lags longer than this is worse than one that learns of one event too late.
   */
  holdMs: minute,
  /** After that an event is given up: a failure on a Friday evening is repaired on Monday. */
  retentionMs: 72 * hour,
  /** Nothing is given up earlier than this after a start: the receivers may be starting too, after the same outage. */
  startGraceMs: hour,
  /** A failed event is sent again after a random part of base times 2 per failure, at most `max`. */
  retry: { baseMs: 2 * second, minMs: 500, maxMs: 6 * hour },
  /** The same for a failing endpoint, which is found working again within `max`. */
  probe: { baseMs: second, maxMs: minute },
  /**
   * An endpoint counts as failing after `atOnce` failures without a success between them, or after `over` of them that
   * span `overMs`. A receiver that refuses half of all events passes both; a dead one is recognised before the hold
   * of its first event ends.
   */
  failing: { atOnce: 20, over: 4, overMs: 10 * second },
  /** Until so many lanes have failed, a new lane's first event is tried at once: the trouble may be the other events. */
  suspectLanes: 5,
  /** Longest `Retry-After` that is obeyed. */
  retryAfterMaxMs: 6 * hour,
  /** Between two readings of the whole backlog for stragglers that had to be forgotten. */
  sweepGapMs: minute,
  /** Before the store is asked again after it failed. */
  rereadMs: second,
} as const;

/**
 * Exponential with full jitter: a random part of 2 s, 4 s, 8 s ... 6 h, so that events that failed together do not come
 * back together. Over three days that is about 35 attempts, six of them within the first minute.
 * `failures` from 1; `fraction` in [0, 1).
 */
export function retryDelayMs(failures: number, fraction: number): number {
  const { baseMs, minMs, maxMs } = deliveryLimits.retry;
  return Math.max(minMs, fraction * growing(baseMs, maxMs, failures));
}

/** Half of it certain, so that a dead endpoint is never hammered: 0.5..1 s, 1..2 s ... 30..60 s. */
export function probeDelayMs(probes: number, fraction: number): number {
  const { baseMs, maxMs } = deliveryLimits.probe;
  return growing(baseMs, maxMs, probes) * (0.5 + fraction / 2);
}

function growing(baseMs: number, maxMs: number, step: number): number {
  // 2^30 base units are beyond every maximum; the bound keeps large counts from overflowing.
  return Math.min(maxMs, baseMs * 2 ** Math.min(step - 1, 30));
}
