import type { DatabaseSync } from 'node:sqlite';
import type { Kind } from '@parley/core';
import { dataOf } from './envelope.ts';
import type { Batch, PendingDelivery, PendingRow } from './pending.ts';

/** Form of the entries. A new form gets another number, and entries of the old one are still read. */
const form = 1;

type RowEntry = [
  kind: Kind,
  id: string,
  customerId: string,
  createdAt: string,
  deleted: number,
  live: number,
  parent: string | null,
  body: string | number,
];
type DeliveryEntry = [
  op: PendingDelivery['op'],
  endpointId: string,
  position: number,
  attempts: number,
  nextAttemptAt: number,
];

interface Entry {
  readonly form: number;
  readonly rows: readonly RowEntry[];
  readonly deliveries: readonly DeliveryEntry[];
}

export interface Journal {
  /** Within the transaction that makes it durable. */
  append(batch: Batch): void;
  /** Everything appended since the last `clear`, oldest first. */
  read(): Batch[];
  clear(): void;
}

export function createJournal(db: DatabaseSync): Journal {
  const append = db.prepare('INSERT INTO journal (entry) VALUES (?)');
  const read = db.prepare('SELECT entry FROM journal ORDER BY sequence');
  const clear = db.prepare('DELETE FROM journal');
  const event = db.prepare('SELECT type, body FROM event WHERE position = ?');

  const bodyAt = (position: number): string => {
    const found = event.get(position);
    if (found === undefined) throw new Error(`the journal names event ${position}, which is not in the log`);
    return dataOf({ type: found['type'] as string, body: found['body'] as string });
  };
  const batchOf = (text: string): Batch => {
    const entry = JSON.parse(text) as Entry;
    if (entry.form !== form) throw new Error(`the journal has entries of an unknown form: ${entry.form}`);
    return {
      rows: entry.rows.map((row) => rowOf(row, bodyAt)),
      deliveries: entry.deliveries.map(deliveryOf),
    };
  };

  return {
    append: (batch) => void append.run(JSON.stringify(entryOf(batch))),
    read: () => read.all().map((row) => batchOf(row['entry'] as string)),
    clear: () => void clear.run(),
  };
}

function entryOf({ rows, deliveries }: Batch): Entry {
  return {
    form,
    rows: rows.map(rowEntry),
    deliveries: deliveries.map(deliveryEntry),
  };
}

/**
 * A body that the log has already is named, not repeated: it is most of a row. Rows with a lookup key, and so
 * those that point to two things, never wait here.
 */
function rowEntry(row: PendingRow): RowEntry {
  const { kind, id, customerId, createdAt, deleted, live, parent, body, bodyAt } = row;
  return [kind, id, customerId, createdAt, deleted, live, parent, bodyAt > 0 ? bodyAt : body];
}

function rowOf(entry: RowEntry, textAt: (position: number) => string): PendingRow {
  const [kind, id, customerId, createdAt, deleted, live, parent, told] = entry;
  const [body, bodyAt] = typeof told === 'number' ? [textAt(told), told] : [told, 0];
  const lookups = { lookup: null, otherParent: null };
  return { kind, id, customerId, createdAt, deleted, live, ...lookups, parent, body, bodyAt };
}

function deliveryEntry(delivery: PendingDelivery): DeliveryEntry {
  const { op, endpointId, position, attempts, nextAttemptAt } = delivery;
  return [op, endpointId, position, attempts, nextAttemptAt];
}

function deliveryOf([op, endpointId, position, attempts, nextAttemptAt]: DeliveryEntry): PendingDelivery {
  return { op, endpointId, position, attempts, nextAttemptAt };
}
