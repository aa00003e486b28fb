import type { Kind } from '@parley/core';
import type { TableRow } from './row-tables.ts';
import { settled } from './tape-reader.ts';

/** A row as it is to stand. */
export interface PendingRow extends TableRow {
  readonly kind: Kind;
  /** Position of the event of which `body` is the data; 0: of none. */
  readonly bodyAt: number;
}

export interface PendingDelivery {
  readonly endpointId: string;
  readonly position: number;
  /** -1: settled */
  readonly attempts: number;
  readonly nextAttemptAt: number;
}

/** What one transaction adds. */
export interface Batch {
  readonly rows: PendingRow[];
  /** New deliveries. */
  readonly owed: PendingDelivery[];
  /** Changes of deliveries, after the new ones. */
  readonly changes: PendingDelivery[];
}

export interface FoldedRow {
  readonly row: PendingRow;
  /** Puts since the last fold: by so much its version grows. */
  readonly puts: number;
}

export interface FoldedDelivery {
  readonly op: 'insert' | 'update' | 'delete';
  readonly delivery: PendingDelivery;
}

/**
 * What is durable in the journal and not yet in the tables, each row and delivery once, in its last state. A call that
 * comes and goes between two folds is written to its table once; a delivery that does is never written there at all.
 */
export class Pending {
  readonly #rows = new Map<Kind, Map<string, FoldedRow>>();
  readonly #deliveries = new Map<string, Map<number, FoldedDelivery>>();
  #rowCount = 0;
  #writes = 0;

  /** Rows that a fold would write. */
  get rowCount(): number {
    return this.#rowCount;
  }

  /** Rows and deliveries that the journal holds. */
  get writes(): number {
    return this.#writes;
  }

  /** Whether a table is behind. */
  concerns(table: string): boolean {
    return table === 'delivery' ? this.#deliveries.size > 0 : this.#rows.has(table as Kind);
  }

  putsOf(kind: Kind, id: string): number {
    return this.#rows.get(kind)?.get(id)?.puts ?? 0;
  }

  *rows(): Iterable<FoldedRow> {
    for (const rows of this.#rows.values()) yield* rows.values();
  }

  *deliveries(): Iterable<FoldedDelivery> {
    for (const deliveries of this.#deliveries.values()) yield* deliveries.values();
  }

  add(batch: Batch): void {
    for (const row of batch.rows) this.#put(row);
    for (const delivery of batch.owed) this.#of(delivery).set(delivery.position, { op: 'insert', delivery });
    for (const change of batch.changes) {
      if (change.attempts === settled) this.#settle(change);
      else this.#postpone(change);
    }
    this.#writes += batch.rows.length + batch.owed.length + batch.changes.length;
  }

  clear(): void {
    this.#rows.clear();
    this.#deliveries.clear();
    this.#rowCount = 0;
    this.#writes = 0;
  }

  #put(row: PendingRow): void {
    let rows = this.#rows.get(row.kind);
    if (rows === undefined) this.#rows.set(row.kind, (rows = new Map()));
    const before = rows.get(row.id);
    if (before === undefined) this.#rowCount += 1;
    rows.set(row.id, { row, puts: (before?.puts ?? 0) + 1 });
  }

  #settle(delivery: PendingDelivery): void {
    const deliveries = this.#of(delivery);
    // The table has never seen it. It may be settled twice: then the second time deletes what is not there.
    if (deliveries.get(delivery.position)?.op === 'insert') deliveries.delete(delivery.position);
    else deliveries.set(delivery.position, { op: 'delete', delivery });
  }

  /** A delivery that is settled stays settled. */
  #postpone(delivery: PendingDelivery): void {
    const deliveries = this.#of(delivery);
    const op = deliveries.get(delivery.position)?.op ?? 'update';
    if (op !== 'delete') deliveries.set(delivery.position, { op, delivery });
  }

  #of({ endpointId }: PendingDelivery): Map<number, FoldedDelivery> {
    let deliveries = this.#deliveries.get(endpointId);
    if (deliveries === undefined) this.#deliveries.set(endpointId, (deliveries = new Map()));
    return deliveries;
  }
}
