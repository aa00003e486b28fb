import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { EventPosition } from '@parley/core';
import { type Database, openDatabase } from './database.ts';
import type { Answers } from './protocol.ts';
import { openSqliteStore } from './sqlite-store.ts';
import { tapeOf } from './tape.ts';
import { callIdOf, crashCommit, crashEndpoint, type CrashNote } from './testing/crash-plan.ts';
import { inScratchDirectory } from './testing/scratch-directory.ts';

const beginning = 0 as EventPosition;

/** What a power cut leaves: the database as it is, and the log up to `bytes`. */
function cutOff(from: string, to: string, bytes: number): void {
  mkdirSync(to);
  for (const file of ['parley.db', 'parley.db-wal']) copyFileSync(join(from, file), join(to, file));
  truncateSync(join(to, 'parley.db-wal'), bytes);
}

/** How many commits are there, having checked that these are the first ones and that each is there wholly. */
async function commitsIn(directory: string): Promise<number> {
  const store = await openSqliteStore({ directory });
  const log = await store.events({ customerId: undefined, after: beginning, limit: 1_000 });
  const notes = log.map(({ id }) => JSON.parse(id) as CrashNote);
  assert.deepEqual(
    notes.map(({ n }) => n),
    notes.map((_, index) => index + 1),
  );
  for (const { n } of notes) {
    assert.equal((await store.get('call', callIdOf(n)))?.version, 1);
    assert.equal((await store.get('call', callIdOf(n)))?.row.flow_id, String(n));
  }
  assert.equal((await store.live('call')).length, notes.length);
  const settled = notes.filter(({ settles }) => settles !== undefined).length;
  const owed = await store.owed({ endpointId: crashEndpoint, after: beginning, limit: 1_000 });
  assert.equal(owed.length, notes.length - settled);
  await store.close();
  return notes.length;
}

describe('A store after a power cut', () => {
  it('has the commits up to some point, each wholly: wherever its log breaks off', async () => {
    await inScratchDirectory(async (scratch) => {
      const directory = join(scratch, 'data');
      await (await openSqliteStore({ directory })).close();
      const database = openDatabase(join(directory, 'parley.db'));
      database.answer({ ask: 'recover' });
      const sizes = writeAll(database, directory);
      const whole = sizes.at(-1) ?? 0;
      const cuts = Array.from({ length: 25 }, () => Math.floor(Math.random() * whole));
      for (const [index, bytes] of [...cuts, whole].entries()) {
        const copy = join(scratch, `copy ${index}`);
        cutOff(directory, copy, bytes);
        // What was acknowledged when the log had that size is there, and nothing else.
        assert.equal(await commitsIn(copy), sizes.filter((size) => size <= bytes).length, `${bytes} bytes`);
      }
      database.answer({ ask: 'close' });
    });
  });

  it('has been flushing with every commit, also after a fold, which alone does without', async () => {
    await inScratchDirectory(async (directory) => {
      await (await openSqliteStore({ directory })).close();
      const database = openDatabase(join(directory, 'parley.db'));
      database.answer({ ask: 'recover' });
      const sql = 'SELECT synchronous FROM pragma_synchronous WHERE synchronous = 2';
      const isFull = () =>
        assert.equal((database.answer({ ask: 'query', sql, parameters: [] }) as Answers['query']).length, 1);
      isFull();
      database.answer({ ask: 'commit', tape: tapeOf([crashCommit(1, undefined)]) });
      database.answer({ ask: 'query', sql: 'SELECT id FROM "call"', parameters: [] });
      isFull();
      database.answer({ ask: 'close' });
    });
  });
});

/** Makes commits, and folds them into the tables twice in between; answers the size of the log after each. */
function writeAll(database: Database, directory: string): number[] {
  const commits = 60;
  return Array.from({ length: commits }, (_, index) => {
    const n = index + 1;
    const settles = n > 10 && n % 2 === 0 ? ((n - 9) as EventPosition) : undefined;
    database.answer({ ask: 'commit', tape: tapeOf([crashCommit(n, settles)]) });
    const { size } = statSync(join(directory, 'parley.db-wal'));
    if (n % 25 === 0) database.answer({ ask: 'query', sql: 'SELECT id FROM "call" LIMIT 1', parameters: [] });
    return size;
  });
}
