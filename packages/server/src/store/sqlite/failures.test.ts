import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, it } from 'node:test';
import { isBrokenCommit } from '../store-error.ts';
import { isFatal, storeErrorOf } from './failures.ts';
import type { Failure } from './protocol.ts';
import { inScratchDirectory } from './testing/scratch-directory.ts';

/** What SQLite itself says to this. */
function failureOf(work: () => unknown): Failure {
  try {
    work();
  } catch (error) {
    assert.ok(error instanceof Error && 'errcode' in error && typeof error.errcode === 'number');
    return { message: error.message, sqlite: error.errcode };
  }
  return assert.fail('nothing failed');
}

describe('A failure of SQLite', () => {
  it('to write a read-only file is told as: may not be written', async () => {
    await inScratchDirectory((directory) => {
      const file = join(directory, 'some.db');
      new DatabaseSync(file).close();
      const db = new DatabaseSync(file, { readOnly: true });
      const failure = failureOf(() => db.exec('CREATE TABLE t (a)'));
      db.close();
      const error = storeErrorOf(failure, file);
      assert.equal(error.code, 'notWritable');
      assert.match(
        error.message,
        /some\.db may not be written\. Give this user the right .*readonly database/,
      );
      assert.equal(isFatal(failure), false);
      return Promise.resolve();
    });
  });

  it('to make a file is told as: could not be opened', () => {
    const failure = failureOf(() => new DatabaseSync('/nowhere/at/all.db'));
    const error = storeErrorOf(failure, '/nowhere/at/all.db');
    assert.equal(error.code, 'notWritable');
    assert.match(error.message, /could not be opened/);
  });

  it('to get a lock is told as: in use', async () => {
    await inScratchDirectory((directory) => {
      const [one, other] = [1, 2].map(() => new DatabaseSync(join(directory, 'some.db')));
      one?.exec('BEGIN EXCLUSIVE');
      const failure = failureOf(() => other?.exec('BEGIN EXCLUSIVE'));
      one?.close();
      other?.close();
      assert.equal(storeErrorOf(failure, 'x').code, 'inUse');
      return Promise.resolve();
    });
  });

  it('to make sense of a file is fatal', async () => {
    await inScratchDirectory((directory) => {
      const file = join(directory, 'some.db');
      writeFileSync(file, 'not a database at all'.repeat(100));
      const db = new DatabaseSync(file);
      const failure = failureOf(() => db.exec('CREATE TABLE t (a)'));
      db.close();
      assert.equal(storeErrorOf(failure, file).code, 'damaged');
      assert.equal(isFatal(failure), true);
      return Promise.resolve();
    });
  });

  it('to flush is fatal: what was thrown away by then nobody knows', () => {
    const failure = { message: 'disk I/O error', sqlite: 1_034 };
    assert.equal(storeErrorOf(failure, 'x').code, 'io');
    assert.equal(isFatal(failure), true);
    assert.equal(isFatal({ message: 'disk I/O error', sqlite: 778 }), false);
  });

  it('to store what a constraint forbids is told as refused: trying again is no use', () => {
    const db = new DatabaseSync(':memory:');
    db.exec('CREATE TABLE t (a NOT NULL)');
    const error = storeErrorOf(
      failureOf(() => db.exec('INSERT INTO t VALUES (NULL)')),
      'x',
    );
    assert.equal(error.code, 'refused');
    assert.ok(isBrokenCommit(error));
    assert.ok(!isBrokenCommit(storeErrorOf({ message: 'full', sqlite: 13 }, 'x')));
  });

  it('of no kind that an operator could mend is told as it is', () => {
    const failure = failureOf(() => new DatabaseSync(':memory:').exec('SELECT nonsense'));
    const error = storeErrorOf(failure, 'x');
    assert.equal(error.code, 'internal');
    assert.match(error.message, /SQLite 1: .*nonsense/);
    assert.equal(storeErrorOf({ message: 'a bug', sqlite: undefined }, 'x').code, 'internal');
  });
});
