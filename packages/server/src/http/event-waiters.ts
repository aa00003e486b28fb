import type { HttpDeps } from './deps.ts';

/** Requests that wait for the event log to grow. */
export interface EventWaiters {
  /** How often the log has grown. Take it before reading, so that nothing can come between reading and waiting. */
  growth(): number;
  /**
   * Resolves `grown` when the log has grown since `growth` was `seen`, `ended` after `ms`, on `signal`, or when the
   * server closes. `full`: too many wait already.
   */
  wait(seen: number, ms: number, signal: AbortSignal): Promise<'grown' | 'ended' | 'full'>;
  /** How many wait now. */
  count(): number;
  /** Ends all waits, and each one after. Idempotent. */
  close(): void;
}

/**
 * A busy log grows thousands of times a second and each waiter reads the store when it is woken: after one waking, the
 * next comes this much later at the earliest.
 */
const wakingPauseMs = 10;

export function createEventWaiters(
  deps: Pick<HttpDeps, 'events' | 'clock'>,
  maxWaiters: number,
): EventWaiters {
  const waiting = new Set<(outcome: 'grown' | 'ended') => void>();
  let pause: (() => void) | undefined;
  let grownMeanwhile = false;
  let growth = 0;
  let closed = false;

  const wake = (): void => {
    for (const end of waiting) end('grown');
    pause = deps.clock.after(wakingPauseMs, () => {
      pause = undefined;
      if (grownMeanwhile) wake();
    });
    grownMeanwhile = false;
  };
  const wakeSoon = (): void => {
    if (pause === undefined) wake();
    else grownMeanwhile = true;
  };
  const unsubscribe = deps.events.changed(() => {
    growth += 1;
    if (waiting.size > 0) wakeSoon();
  });

  return {
    growth: () => growth,
    async wait(seen, ms, signal) {
      if (closed || signal.aborted || ms <= 0) return 'ended';
      if (waiting.size >= maxWaiters) return 'full';
      return await new Promise((resolve) => {
        const end = (outcome: 'grown' | 'ended'): void => {
          waiting.delete(end);
          cancelTimer();
          signal.removeEventListener('abort', abort);
          resolve(outcome);
        };
        const abort = (): void => end('ended');
        const cancelTimer = deps.clock.after(ms, abort);
        signal.addEventListener('abort', abort);
        waiting.add(end);
        if (growth !== seen) wakeSoon();
      });
    },
    count: () => waiting.size,
    close() {
      closed = true;
      unsubscribe();
      pause?.();
      for (const end of waiting) end('ended');
    },
  };
}
