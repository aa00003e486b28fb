import { soonMs } from './journal.ts';

/** Between two looks: short against everything that is waited for, long against the look itself. */
const lookEveryMs = 20;

/**
 * Looks again and again until `look` finds something: only for what tells nobody when it changes, such as a gauge.
 * Rejects with `what` when it takes too long.
 */
export async function until<T>(
  what: string,
  look: () => Promise<T | undefined>,
  withinMs = soonMs,
): Promise<T> {
  const end = performance.now() + withinMs;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (performance.now() > end) throw new Error(`${what}: not within ${withinMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
  }
}
