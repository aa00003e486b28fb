import type { DatabaseSync } from 'node:sqlite';
import type { Kind } from '@parley/core';
import { hasLookup } from '../schema.ts';
import { createJournal, type Journal } from './journal.ts';
import { createLogTables, type LogTables, type Pruned, type Pruning } from './log-tables.ts';
import { type Batch, Pending, type PendingRow } from './pending.ts';
import { type CommitRequest, readRequest } from './request.ts';
import { createRowTables, type RowTables } from './row-tables.ts';
import { type Cell, type Lost, type OutcomeCell, TapeReader } from './tape-reader.ts';
import { attempt, createTransact, type Transact } from './transaction.ts';

/**
 * When the journal is folded into the tables: after that many rows, which take some milliseconds, or that many writes,
 * which bound the journal while a few rows change again and again.
 */
const foldAt = { rows: 1_024, writes: 8_192 };

/** Beyond so many writes (a fold that keeps failing: the disk is full) a commit waits for its fold, and fails with it. */
const mostPending = 4 * foldAt.writes;

/** SQLite's result codes for too large, against a constraint, and of the wrong type. */
const inputFaults: readonly number[] = [18, 19, 20];

/**
 * The only one who writes. A transaction appends its events to the log and everything else to a journal, so that it
 * touches a few pages at the ends of two tables and no index but one; the rows and deliveries themselves are folded
 * into their tables many at once. Rows with a lookup key are rare and go straight to theirs, which knows who is first.
 */
export class Writer {
  readonly #db: DatabaseSync;
  readonly #transact: Transact;
  readonly #rowTables: RowTables;
  readonly #log: LogTables;
  readonly #journal: Journal;
  readonly #pending = new Pending();
  #last: number;

  /** Takes up what an earlier process left in the journal. */
  constructor(db: DatabaseSync) {
    this.#db = db;
    this.#transact = createTransact(db);
    this.#rowTables = createRowTables(db);
    this.#log = createLogTables(db);
    this.#journal = createJournal(db);
    this.#last = this.#log.lastPosition();
    for (const batch of this.#journal.read()) this.#pending.add(batch);
    this.fold();
  }

  /** One transaction. Throws when nothing was stored. */
  commit(tape: readonly Cell[]): OutcomeCell[] {
    if (this.#pending.writes > mostPending) this.#foldFirst();
    const batch: Batch = { rows: [], deliveries: [] };
    const last = this.#last;
    try {
      const outcomes = this.#transact(() => this.#store(tape, batch));
      this.#pending.add(batch);
      return outcomes;
    } catch (error) {
      this.#last = last;
      throw error;
    }
  }

  /** What the tables refuse of earlier commits must not be taken for a fault of this one, which may be dropped for it. */
  #foldFirst(): void {
    try {
      this.fold();
    } catch (error) {
      const code = error instanceof Error && 'errcode' in error ? Number(error.errcode) & 0xff : 0;
      if (!inputFaults.includes(code)) throw error;
      throw new Error(`the journal cannot be folded: ${String(error)}`, { cause: error });
    }
  }

  /** Whether it is time to fold. */
  get isFoldDue(): boolean {
    return this.#pending.rowCount >= foldAt.rows || this.#pending.writes >= foldAt.writes;
  }

  /** Whether a table is behind the journal. */
  isBehind(table: string): boolean {
    return this.#pending.concerns(table);
  }

  /**
   * Writes what is pending into its tables. Its transaction needs no flush of its own: until the next one has made it
   * durable, the journal that it clears is there after a crash.
   */
  fold(): void {
    if (this.#pending.writes === 0) return;
    this.#transactUnflushed(() => this.#foldAll());
    this.#pending.clear();
  }

  /** Folds first: what is in the journal may name an event for its body, and may still make one owed. */
  prune(query: Omit<Pruning, 'newest'>): Pruned {
    this.fold();
    return this.#transactUnflushed(() => this.#log.prune({ ...query, newest: this.#last }));
  }

  #transactUnflushed<T>(work: () => T): T {
    this.#db.exec('PRAGMA synchronous = NORMAL');
    try {
      return this.#transact(work);
    } finally {
      this.#db.exec('PRAGMA synchronous = FULL');
    }
  }

  #foldAll(): void {
    for (const { row, puts } of this.#pending.rows()) this.#rowTables.put(row.kind, row, puts);
    for (const delivery of this.#pending.deliveries()) this.#log.change(delivery);
    this.#journal.clear();
  }

  #store(cells: readonly Cell[], batch: Batch): OutcomeCell[] {
    const tape = new TapeReader(cells);
    const outcomes: OutcomeCell[] = [];
    while (!tape.ended) outcomes.push(this.#storeOne(tape, batch));
    if (batch.rows.length + batch.deliveries.length > 0) this.#journal.append(batch);
    return outcomes;
  }

  #storeOne(tape: TapeReader, batch: Batch): OutcomeCell {
    const preconditions = tape.number();
    const counts = { events: tape.number(), puts: tape.number(), deliveries: tape.number() };
    const lost = this.#firstLost(tape, preconditions, batch);
    const request = readRequest(tape, counts, this.#last + 1);
    return lost ?? this.#putLookups(request.rows) ?? this.#add(request, batch);
  }

  /** All preconditions are read off the tape, lost or not. */
  #firstLost(tape: TapeReader, preconditions: number, batch: Batch): Lost | undefined {
    let lost: Lost | undefined;
    for (let n = 0; n < preconditions; n += 1) {
      const [kind, id, version] = [tape.kind(), tape.text(), tape.number()];
      if (this.#versionOf(kind, id, batch) !== version) lost ??= { kind, id, why: 'version' };
    }
    return lost;
  }

  #versionOf(kind: Kind, id: string, batch: Batch): number {
    const puts = batch.rows.filter((row) => row.id === id && row.kind === kind).length;
    return this.#rowTables.versionOf(kind, id) + this.#pending.putsOf(kind, id) + puts;
  }

  /** The rows of a commit that have a lookup key: all of them are stored, or none and the loser is named. */
  #putLookups(rows: readonly PendingRow[]): Lost | undefined {
    const direct = rows.filter(({ kind }) => hasLookup(kind));
    if (direct.length === 0) return undefined;
    return attempt(this.#db, () => {
      for (const row of direct) {
        if (this.#isTaken(row)) return { kind: row.kind, id: row.id, why: 'taken' as const };
        this.#rowTables.put(row.kind, row, 1);
      }
      return undefined;
    });
  }

  #isTaken({ kind, id, deleted, lookup }: PendingRow): boolean {
    if (deleted === 1 || lookup === null) return false;
    const holder = this.#rowTables.holderOf(kind, lookup);
    return holder !== undefined && holder !== id;
  }

  /** Answers the position of the first event, 0 when there is none. */
  #add({ events, rows, deliveries }: CommitRequest, batch: Batch): number {
    for (const event of events) this.#log.append(event);
    for (const row of rows) if (!hasLookup(row.kind)) batch.rows.push(row);
    batch.deliveries.push(...deliveries);
    this.#last += events.length;
    return events[0]?.position ?? 0;
  }
}
