import { formatTimestamp } from '@parley/contract';
import {
  addTally,
  emptyTally,
  instantOf,
  intervalMs,
  intervalStart,
  type KeptInterval,
  type Ledger,
  millisecondsOf,
  statisticKey,
  type StatisticRow,
  type Store,
  type Subject,
  type Tallies,
} from '@parley/core';
import { storeLimits } from '../store/limits.ts';

export interface TallyQuery<S extends Subject = Subject> {
  readonly subject: S;
  readonly id: string;
  /** Full quarters of an hour, or full intervals. Milliseconds since 1970. */
  readonly fromMs: number;
  readonly toMs: number;
  /** A number of full quarters; undefined: the total alone. */
  readonly intervalMs: number | undefined;
}

export interface KeptTallies<S extends Subject = Subject> {
  readonly total: Tallies[S];
  /** Oldest first, empty ones too. */
  readonly intervals: readonly { readonly start: number; readonly tally: Tallies[S] }[];
}

/** What was counted, from the store and from what is in memory; what is in memory is newer. */
export async function readTallies<S extends Subject>(
  store: Pick<Store, 'findBetween'>,
  ledger: Ledger,
  query: TallyQuery<S>,
): Promise<KeptTallies<S>> {
  const { subject, fromMs, toMs, intervalMs: length } = query;
  const spans = length === undefined ? wholeDays(fromMs, toMs) : [spanOf(fromMs, toMs, length)];
  const found: Found<S>[] = [];
  for (const span of spans) found.push(...(await readSpan(store, ledger, query, span)));
  const total = emptyTally[subject]();
  for (const { tally } of found) addTally[subject](total, tally);
  return { total, intervals: length === undefined ? [] : intervalsOf(query, length, found) };
}

interface Span {
  readonly from: number;
  readonly to: number;
  readonly interval: KeptInterval;
}

interface Found<S extends Subject> {
  readonly start: number;
  readonly tally: Readonly<Tallies[S]>;
}

function spanOf(from: number, to: number, length: number): Span {
  return { from, to, interval: length % intervalMs.day === 0 ? 'day' : 'quarter' };
}

/** A long time is a few quarters, many days, and a few quarters. */
function wholeDays(from: number, to: number): readonly Span[] {
  const firstDay = intervalStart(from + intervalMs.day - 1, intervalMs.day);
  const lastDay = intervalStart(to, intervalMs.day);
  if (firstDay >= lastDay) return [{ from, to, interval: 'quarter' }];
  return [
    { from, to: firstDay, interval: 'quarter' },
    { from: firstDay, to: lastDay, interval: 'day' },
    { from: lastDay, to, interval: 'quarter' },
  ];
}

async function readSpan<S extends Subject>(
  store: Pick<Store, 'findBetween'>,
  ledger: Ledger,
  { subject, id }: TallyQuery<S>,
  { from, to, interval }: Span,
): Promise<readonly Found<S>[]> {
  const found = new Map<number, Found<S>>();
  // First what is in memory: what leaves it while the store is read is durable by then.
  for (const { start, tally } of ledger.intervals(subject, id, interval))
    if (start >= from && start < to) found.set(start, { start, tally: addedTo(subject, tally) });
  const parentId = statisticKey(interval, id);
  for (let next = from; next < to; ) {
    const span = { from: stamp(next), before: stamp(to), limit: storeLimits.read };
    const rows = await store.findBetween('statistic', { parentId, ...span });
    for (const { row } of rows) keep(found, subject, row);
    const last = rows.length < storeLimits.read ? undefined : rows.at(-1);
    next = last === undefined ? to : millisecondsOf(last.row.tm_create) + intervalMs[interval];
  }
  return [...found.values()];
}

function keep<S extends Subject>(found: Map<number, Found<S>>, subject: S, row: StatisticRow): void {
  const start = millisecondsOf(row.tm_create);
  // The id of a subject belongs to one kind of subject.
  if (row.subject === subject && !found.has(start))
    found.set(start, { start, tally: row.tally as Tallies[S] });
}

/** What is in memory is counted on. */
function addedTo<S extends Subject>(subject: S, tally: Readonly<Tallies[S]>): Tallies[S] {
  const copy = emptyTally[subject]();
  addTally[subject](copy, tally);
  return copy;
}

function intervalsOf<S extends Subject>(
  { subject, fromMs, toMs }: TallyQuery<S>,
  length: number,
  found: readonly Found<S>[],
): KeptTallies<S>['intervals'] {
  const intervals = Array.from({ length: Math.ceil((toMs - fromMs) / length) }, (_, index) => ({
    start: fromMs + index * length,
    tally: emptyTally[subject](),
  }));
  for (const { start, tally } of found) {
    const into = intervals[Math.floor((start - fromMs) / length)];
    if (into !== undefined) addTally[subject](into.tally, tally);
  }
  return intervals;
}

function stamp(ms: number): string {
  return formatTimestamp(instantOf(ms));
}
