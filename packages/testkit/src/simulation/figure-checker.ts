import assert from 'node:assert/strict';
import type { Queue } from '@parley/contract';
import {
  assertAddsUp,
  type CountedEvent,
  Ledger,
  type Put,
  type Recounted,
  type Store,
  type Subject,
} from '@parley/core';
import type { Exchange } from '@parley/server';
import type { Violations } from './violations.ts';

/** The figures of each queue add up in every row that becomes durable. */
export function checkQueueRows(puts: readonly Put[], violations: Violations): void {
  for (const put of puts) if (put.kind === 'queue') checkQueue(put.row, violations);
}

function checkQueue(queue: Queue, violations: Violations): void {
  try {
    assertAddsUp(queue);
  } catch (error) {
    violations.add(String(error));
  }
}

export interface Figures {
  readonly exchange: Pick<Exchange, 'statistics'>;
  readonly store: Pick<Store, 'recount'>;
  readonly log: readonly CountedEvent[];
  /** Milliseconds since 1970. */
  readonly nowMs: number;
}

/**
 * What the server has counted while it lived, and died, and lived on; what the store counts anew from its rows and log; and
 * what is counted from the whole log in one go: all the same, in every quarter of an hour.
 */
export async function checkFigures(
  { exchange, store, log, nowMs }: Figures,
  violations: Violations,
): Promise<void> {
  const recounted = await store.recount(nowMs);
  const ledger = new Ledger();
  for (const event of log) ledger.add(event);
  ledger.advance(nowMs);
  const subjects = new Map(recounted.map(({ subject, subjectId }) => [subjectId, subject]));
  for (const [id, subject] of subjects) {
    const stored = sorted(recounted.filter(({ subjectId }) => subjectId === id));
    compare(`replayed of ${subject} ${id}`, sorted(replayed(ledger, subject, id)), stored, violations);
    compare(`live of ${subject} ${id}`, await live(exchange, subject, id, stored), stored, violations);
  }
}

type Quarter = Pick<Recounted, 'start' | 'tally'>;

function replayed(ledger: Ledger, subject: Subject, id: string): readonly Quarter[] {
  return [...ledger.intervals(subject, id, 'quarter')];
}

async function live(
  { statistics }: Figures['exchange'],
  subject: Subject,
  id: string,
  stored: readonly Quarter[],
): Promise<readonly Quarter[]> {
  const fromMs = stored[0]?.start ?? 0;
  const toMs = (stored.at(-1)?.start ?? 0) + quarterMs;
  const { intervals } = await statistics.tallies({ subject, id, fromMs, toMs, intervalMs: quarterMs });
  const starts = new Set(stored.map(({ start }) => start));
  // Quarters in which nothing was are told too; whoever counts anew does not know of them.
  return intervals.filter(({ start, tally }) => starts.has(start) || sumOf(tally) > 0);
}

const quarterMs = 900_000;

function sumOf(tally: object): number {
  return Object.values(tally).reduce(
    (sum: number, each: unknown) => sum + (typeof each === 'number' ? each : 0),
    0,
  );
}

function sorted(quarters: readonly Quarter[]): readonly Quarter[] {
  return quarters
    .map(({ start, tally }) => ({ start, tally }))
    .toSorted((one, other) => one.start - other.start);
}

function compare(
  what: string,
  found: readonly Quarter[],
  expected: readonly Quarter[],
  violations: Violations,
): void {
  try {
    assert.deepEqual(found, expected);
  } catch (error) {
    violations.add(`the figures ${what} are not those of the store: ${String(error)}`);
  }
}
