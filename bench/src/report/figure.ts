import { median, pretty } from '../statistics.ts';

/** One measured quantity, perhaps measured several times. */
export interface Figure {
  /** Stable name, unique within its benchmark, such as `p99`. */
  readonly id: string;
  /** For readers of the table. */
  readonly what: string;
  readonly unit: string;
  /** One for each repeat; the median is the figure. */
  readonly values: readonly number[];
  readonly goal?: Goal;
  /** What is known of others, for comparison: who, how much, and from where. */
  readonly others?: string;
}

export interface Goal {
  /** The figure has to be at most, or at least, the limit. */
  readonly at: 'most' | 'least';
  readonly limit: number;
}

export function atMost(limit: number): Goal {
  return { at: 'most', limit };
}

export function atLeast(limit: number): Goal {
  return { at: 'least', limit };
}

export function isMet({ values, goal }: Figure): boolean | undefined {
  if (goal === undefined) return undefined;
  const value = median(values);
  return goal.at === 'most' ? value <= goal.limit : value >= goal.limit;
}

/** `12.3 ms (11.9 to 14.0, 10 times)` */
export function describe({ values, unit }: Figure): string {
  const value = `${pretty(median(values))}${unit === '' ? '' : ` ${unit}`}`;
  if (values.length < 2) return value;
  return `${value} (${pretty(Math.min(...values))} to ${pretty(Math.max(...values))}, ${values.length} times)`;
}

export function describeGoal({ goal, unit }: Figure): string {
  if (goal === undefined) return '';
  return `${goal.at === 'most' ? '≤' : '≥'} ${pretty(goal.limit)}${unit === '' ? '' : ` ${unit}`}`;
}
