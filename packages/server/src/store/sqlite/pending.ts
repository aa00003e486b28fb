import type { Kind } from '@parley/core';
import type { TableRow } from './row-tables.ts';

/** A row as it is to stand. */
export interface PendingRow extends TableRow {
  readonly kind: Kind;
  /** Position of the event of which `body` is the data; 0: of none. */
  readonly bodyAt: number;
}

/** What happens to a delivery. The attempts and the time of one that is settled mean nothing. */
export interface PendingDelivery {
  readonly op: 'owe' | 'postpone' | 'settle';
  readonly endpointId: string;
  readonly position: number;
  readonly attempts: number;
  readonly nextAttemptAt: number;
}

/** What one transaction adds, in order. */
export interface Batch {
  readonly rows: PendingRow[];
  readonly deliveries: PendingDelivery[];
}

export interface FoldedRow {
  readonly row: PendingRow;
  /** Puts since the last fold: by so much its version grows. */
  readonly puts: number;
}

/**
 * What is durable in the journal and not yet in the tables, each row and delivery once, in its last state. A call that
 * comes and goes between two folds is written to its table once; a delivery that does is never written there at all.
 */
export class Pending {
  readonly #rows = new Map<Kind, Map<string, FoldedRow>>();
  readonly #deliveries = new Map<string, Map<number, PendingDelivery>>();
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

  *deliveries(): Iterable<PendingDelivery> {
    for (const deliveries of this.#deliveries.values()) yield* deliveries.values();
  }

  add(batch: Batch): void {
    for (const row of batch.rows) this.#put(row);
    for (const delivery of batch.deliveries) this.#change(delivery);
    this.#writes += batch.rows.length + batch.deliveries.length;
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

  #change(delivery: PendingDelivery): void {
    const deliveries = this.#of(delivery);
    const before = deliveries.get(delivery.position)?.op;
    if (delivery.op === 'settle' && before === 'owe') {
      // The table has never seen it.
      deliveries.delete(delivery.position);
    } else if (delivery.op !== 'postpone' || before === undefined) {
      deliveries.set(delivery.position, delivery);
    } else {
      // What the table does not have yet, or is to lose, a delay does not change.
      deliveries.set(delivery.position, { ...delivery, op: before });
    }
  }

  #of({ endpointId }: PendingDelivery): Map<number, PendingDelivery> {
    let deliveries = this.#deliveries.get(endpointId);
    if (deliveries === undefined) this.#deliveries.set(endpointId, (deliveries = new Map()));
    return deliveries;
  }
}
