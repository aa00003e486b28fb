import type { DatabaseSync } from 'node:sqlite';

/** Runs work in a transaction: all of it happens, or, when it throws, nothing. */
export type Transact = <T>(work: () => T) => T;

export function createTransact(db: DatabaseSync): Transact {
  const begin = db.prepare('BEGIN IMMEDIATE');
  const commit = db.prepare('COMMIT');
  return (work) => {
    begin.run();
    try {
      const result = work();
      commit.run();
      return result;
    } catch (error) {
      // A full disk and some errors of it end the transaction by themselves.
      if (db.isTransaction) db.exec('ROLLBACK');
      throw error;
    }
  };
}

/** Runs work that may turn out to have been in vain: undefined from it is success, anything else takes it back. */
export function attempt<T>(db: DatabaseSync, work: () => T | undefined): T | undefined {
  db.exec('SAVEPOINT attempt');
  const failure = work();
  db.exec(failure === undefined ? 'RELEASE attempt' : 'ROLLBACK TO attempt; RELEASE attempt');
  return failure;
}
