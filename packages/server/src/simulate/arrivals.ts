import type { SeededChance } from './seeded-chance.ts';

const hourMs = 3_600_000;

/**
 * The times, in milliseconds of the day, at which callers come who know nothing of each other: a Poisson process whose
 * rate is that of the hour.
 */
export function* arrivals(
  callsPerHour: Readonly<Record<string, number>>,
  chance: SeededChance,
): Generator<number> {
  const hours = Object.entries(callsPerHour)
    .map(([hour, calls]) => ({ from: Number(hour) * hourMs, calls }))
    .sort((one, other) => one.from - other.from);
  for (const { from, calls } of hours) {
    if (calls <= 0) continue;
    // No process remembers: each hour may begin anew.
    for (let at = from; ; ) {
      at += (-Math.log(1 - chance.fraction()) / calls) * hourMs;
      if (at >= from + hourMs) break;
      yield Math.round(at);
    }
  }
}
