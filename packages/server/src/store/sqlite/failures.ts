import { StoreError, type StoreErrorCode } from '../store-error.ts';
import type { Failure } from './protocol.ts';

/** SQLite's primary result codes (the low byte of an extended one) that mean something to an operator. */
const meanings: ReadonlyMap<number, readonly [code: StoreErrorCode, advice: string]> = new Map([
  [3, ['notWritable', 'may not be written. Give this user the right to write it']],
  [5, ['inUse', 'is in use by another process. Stop that one first, or choose another data directory']],
  [8, ['notWritable', 'may not be written. Give this user the right to write the directory and all in it']],
  [10, ['io', 'could not be read or written: the disk reports an error. Look at the system log']],
  [11, ['damaged', 'is damaged. Put a copy of the data directory in its place']],
  [13, ['full', 'cannot grow: the disk is full. Nothing was stored; make room, and it goes on by itself']],
  [14, ['notWritable', 'could not be opened. Give this user the right to write the directory and all in it']],
  [18, ['refused', 'does not take a row of this size: a bug, please report it']],
  [19, ['refused', 'does not take what is to be stored: a bug, please report it']],
  [20, ['refused', 'does not take what is to be stored: a bug, please report it']],
  [26, ['damaged', 'is not a database, or is damaged. Move it away, or put a copy in its place']],
]);

/** A flush failed. What the system has thrown away by then nobody knows; trying again would report a false success. */
const failedFlushes: readonly number[] = [1_034, 1_290];

/** The failure in the operator's words. `file` is the database. */
export function storeErrorOf(failure: Failure, file: string): StoreError {
  const [code, advice] = meanings.get((failure.sqlite ?? 0) & 0xff) ?? (['internal', 'failed'] as const);
  const cause =
    failure.sqlite === undefined ? failure.message : `SQLite ${failure.sqlite}: ${failure.message}`;
  return new StoreError(code, `${file} ${advice} (${cause}).`);
}

/** Whether the database is not to be used any more after this. */
export function isFatal({ sqlite }: Failure): boolean {
  if (sqlite === undefined) return false;
  return failedFlushes.includes(sqlite) || [11, 26].includes(sqlite & 0xff);
}
