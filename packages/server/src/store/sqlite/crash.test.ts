import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { EventPosition, LogEntry, Store } from '@parley/core';
import { storeLimits } from '../limits.ts';
import { openSqliteStore } from './sqlite-store.ts';
import { callIdOf, type CrashNote, crashEndpoint, numberIdOf } from './testing/crash-plan.ts';
import { inScratchDirectory } from './testing/scratch-directory.ts';
import { WritingProcess } from './testing/writing-process.ts';

const beginning = 0 as EventPosition;

describe('A store whose process is killed in the middle of commits', () => {
  // Some dozen commits, some hundred, and so many that the journal was folded and the log copied several times.
  for (const most of [30, 300, 300, 1_500, 4_000]) {
    it(`has every commit that was acknowledged, and each commit wholly or not at all (up to ${most})`, async () => {
      await inScratchDirectory(async (directory) => {
        const acknowledged = await writeAndKill(directory, 1 + Math.floor(Math.random() * most));
        const store = await openSqliteStore({ directory });
        try {
          await check(store, acknowledged);
        } finally {
          await store.close();
        }
      });
    });
  }
});

/** Position of its event by the number of each commit that was acknowledged before the kill. */
async function writeAndKill(directory: string, count: number): Promise<ReadonlyMap<number, number>> {
  const child = new WritingProcess(directory);
  assert.equal(await child.line(), 'open');
  const lines: (string | undefined)[] = [];
  while (lines.length < count) lines.push(await child.line());
  lines.push(...(await child.kill()));
  // The last line may have been cut off by the kill.
  return new Map(
    lines.flatMap((line) => {
      const [, n, position] = /^(\d+) (\d+)$/.exec(line ?? '') ?? [];
      return n === undefined ? [] : [[Number(n), Number(position)] as const];
    }),
  );
}

async function check(store: Store, acknowledged: ReadonlyMap<number, number>): Promise<void> {
  const log = await readAll((after) =>
    store.events({ customerId: undefined, after, limit: storeLimits.read }),
  );
  const notes = log.map(({ id }) => JSON.parse(id) as CrashNote);
  const positionOf = new Map(notes.map(({ n }, index) => [n, log[index]?.position]));
  for (const [n, position] of acknowledged) assert.equal(positionOf.get(n), position, `commit ${n}`);
  await checkRows(store, notes);
  await checkDeliveries(store, log, notes);
}

/** Each row is as the last commit that is there has put it, and has counted them all. */
async function checkRows(store: Store, notes: readonly CrashNote[]): Promise<void> {
  const [calls, numbers] = [new Map<string, number[]>(), new Map<string, number[]>()];
  for (const { n } of notes) {
    calls.set(callIdOf(n), [...(calls.get(callIdOf(n)) ?? []), n]);
    numbers.set(numberIdOf(n), [...(numbers.get(numberIdOf(n)) ?? []), n]);
  }
  for (const [id, puts] of calls) {
    const stored = await store.get('call', id);
    assert.deepEqual([stored?.row.flow_id, stored?.version], [String(puts.at(-1)), puts.length], id);
  }
  for (const [id, puts] of numbers) {
    const stored = await store.find('number', id);
    assert.deepEqual([stored?.row.name, stored?.version], [String(puts.at(-1)), puts.length], id);
  }
  assert.equal((await store.live('call')).length, calls.size);
}

async function checkDeliveries(
  store: Store,
  log: readonly LogEntry[],
  notes: readonly CrashNote[],
): Promise<void> {
  const settled = new Set(notes.map(({ settles }) => settles));
  const expected = log.map(({ position }) => position).filter((position) => !settled.has(position));
  const owed = await readAll(async (after) => {
    const deliveries = await store.owed({ endpointId: crashEndpoint, after, limit: storeLimits.read });
    return deliveries.map(({ event }) => event);
  });
  assert.deepEqual(
    owed.map(({ position }) => position),
    expected,
  );
}

async function readAll(
  read: (after: EventPosition) => Promise<readonly LogEntry[]>,
): Promise<readonly LogEntry[]> {
  const all: LogEntry[] = [];
  for (;;) {
    const page = await read(all.at(-1)?.position ?? beginning);
    if (page.length === 0) return all;
    all.push(...page);
  }
}
