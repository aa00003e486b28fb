import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { StoreError } from '../store-error.ts';

/** Where the store has its files. */
export interface DataDirectory {
  /** The database. SQLite keeps its log beside it. */
  readonly file: string;
  /** Who has the directory, for people; what keeps others out is SQLite's lock. */
  readonly owner: string;
}

/** Makes the directory and an empty database for this user alone, unless they are there. Throws a StoreError. */
export function prepareDirectory(directory: string): DataDirectory {
  const file = join(directory, 'parley.db');
  try {
    makeDirectory(directory);
    // An existing database is never opened here: closing it again would give up the lock that this process may have.
    if (!existsSync(file)) closeSync(openSync(file, 'wx', 0o600));
  } catch (error) {
    throw notWritable(directory, error);
  }
  return { file, owner: join(directory, 'parley.pid') };
}

/** Step by step: Node's recursive way goes round in circles where nothing can be made, as under /proc. */
function makeDirectory(directory: string): void {
  if (existsSync(directory)) return;
  makeDirectory(dirname(directory));
  mkdirSync(directory, { mode: 0o700 });
}

/** To be called by whoever has the lock. */
export function noteOwner({ owner }: DataDirectory): void {
  try {
    writeFileSync(owner, `${process.pid}\n`, { mode: 0o600 });
  } catch (error) {
    throw notWritable(owner, error);
  }
}

/** To be called while the lock is still held. */
export function forgetOwner({ owner }: DataDirectory): void {
  rmSync(owner, { force: true });
}

/** The error of one who found the directory locked. */
export function inUse(directory: string, { owner }: DataDirectory): StoreError {
  const pid = existsSync(owner) ? readFileSync(owner, 'utf8').trim() : '';
  const whose = pid === '' ? 'another process' : `process ${pid}`;
  return new StoreError(
    'inUse',
    `the data directory ${directory} is in use by ${whose}. Stop that one first, or choose another data directory.`,
  );
}

function notWritable(path: string, error: unknown): StoreError {
  const reason = error instanceof Error ? error.message : String(error);
  return new StoreError('notWritable', `the data directory cannot be used: ${path} (${reason})`, error);
}
