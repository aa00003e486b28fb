import { DatabaseSync, type StatementSync } from 'node:sqlite';
import type { Answers, Request } from './protocol.ts';
import type { Cell } from './tape-reader.ts';
import { Writer } from './writer.ts';

/** How long to wait for a lock: long enough for a process that is just letting go of it. */
const busyMs = 500;

/** Of a new database: holds several events and rows, so that a transaction writes fewer of them than of smaller ones. */
const pageBytes = 8_192;

/** Pages in memory, in kilobytes: the ends of the tables and the upper levels of the indexes of a few million calls. */
const cacheKb = 16_384;

/** Pages in the write-ahead log before they are copied into the database: 6 MB, some milliseconds of copying. */
const checkpointPages = 768;

/** Requests between two looks at how long the log is. */
const lookEvery = 16;

/** The database of one data directory, held exclusively. Every method is one step of the worker. */
export interface Database {
  /** Throws what went wrong; then nothing of it was stored. */
  answer(request: Request): Answers[Request['ask']];
  /** What is better done while nobody waits. */
  tidy(): void;
}

/** Opens the database and takes its lock, which the system gives back however this process ends. */
export function openDatabase(file: string): Database {
  const db = new DatabaseSync(file, { timeout: busyMs });
  try {
    // Exclusive first: then SQLite keeps the index of its log in memory, and locks nothing again.
    db.exec(`PRAGMA page_size = ${pageBytes}; PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL`);
    db.exec(`PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0; PRAGMA cache_size = -${cacheKb}`);
    db.exec('BEGIN IMMEDIATE; COMMIT');
    return new SqliteDatabase(db);
  } catch (error) {
    db.close();
    throw error;
  }
}

interface Query {
  readonly statement: StatementSync;
  /** Every name in it that may be a table's. */
  readonly tables: readonly string[];
}

class SqliteDatabase implements Database {
  readonly #db: DatabaseSync;
  /** There are few, because values are parameters. */
  readonly #queries = new Map<string, Query>();
  readonly #logLength: StatementSync;
  readonly #checkpoint: StatementSync;
  #writer: Writer | undefined;
  #untilLook = lookEvery;

  constructor(db: DatabaseSync) {
    this.#db = db;
    this.#logLength = db.prepare('PRAGMA wal_checkpoint(NOOP)');
    this.#checkpoint = db.prepare('PRAGMA wal_checkpoint(PASSIVE)');
  }

  answer(request: Request): Answers[Request['ask']] {
    switch (request.ask) {
      case 'query':
        return this.#query(request.sql, request.parameters);
      case 'recover':
        this.#writer = new Writer(this.#db);
        return undefined;
      case 'commit':
        return this.#ready().commit(request.tape);
      case 'prune':
        return this.#ready().prune(request.query);
      case 'close':
        return this.#close();
    }
  }

  tidy(): void {
    if (this.#writer?.isFoldDue === true) this.#writer.fold();
    this.#untilLook -= 1;
    if (this.#untilLook > 0) return;
    this.#untilLook = lookEvery;
    const pages = this.#logLength.get()?.['log'] as number;
    if (pages >= checkpointPages) this.#checkpoint.get();
  }

  #ready(): Writer {
    if (this.#writer === undefined) throw new Error('a commit before the tables were there');
    return this.#writer;
  }

  #query(sql: string, parameters: readonly Cell[]): Answers['query'] {
    const { statement, tables } = this.#prepare(sql);
    if (tables.some((table) => this.#writer?.isBehind(table) === true)) this.#writer?.fold();
    return statement.all(...parameters) as Answers['query'];
  }

  #prepare(sql: string): Query {
    let query = this.#queries.get(sql);
    if (query === undefined) {
      const tables = [...new Set([...sql.matchAll(/"(\w+)"/g)].map((match) => match[1] ?? ''))];
      query = { statement: this.#db.prepare(sql), tables };
      this.#queries.set(sql, query);
    }
    return query;
  }

  /** What a full disk keeps out of the tables stays in the journal. */
  #close(): undefined {
    try {
      this.#writer?.fold();
    } finally {
      this.#db.close();
    }
  }
}
