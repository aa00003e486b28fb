import type { Monotonic } from '@parley/core';

/** The first of some times, of which any may be missing. */
export function earliest(times: readonly (Monotonic | undefined)[]): Monotonic | undefined {
  let first: Monotonic | undefined;
  for (const time of times) if (time !== undefined && (first === undefined || time < first)) first = time;
  return first;
}
