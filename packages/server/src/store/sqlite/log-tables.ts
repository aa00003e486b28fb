import type { DatabaseSync } from 'node:sqlite';
import type { PendingDelivery } from './pending.ts';

/** An event that has its position. */
export interface EventRow {
  readonly position: number;
  readonly id: string;
  readonly type: string;
  readonly customerId: string;
  readonly lane: string;
  readonly resourceId: string;
  readonly at: number;
  readonly body: string;
}

/** The fixed statements that write events and deliveries. */
export interface LogTables {
  /** 0: the log is empty. */
  lastPosition(): number;
  append(event: EventRow): void;
  change(delivery: PendingDelivery): void;
  /** Looks at up to `limit` events after a position and removes those that are old and owed to nobody. */
  prune(query: Pruning): Pruned;
}

export interface Pruning {
  /** Microseconds since 1970. */
  readonly before: number;
  readonly after: number;
  readonly limit: number;
  /** The newest event: it stays. */
  readonly newest: number;
}

export interface Pruned {
  readonly removed: number;
  /** Go on after it; undefined: nothing that is old enough follows. */
  readonly next: number | undefined;
}

export function createLogTables(db: DatabaseSync): LogTables {
  const last = db.prepare('SELECT max(position) AS position FROM event');
  const append = db.prepare('INSERT INTO event VALUES (?, ?, ?, ?, ?, ?, ?, ?)');
  const owe = db.prepare('INSERT INTO delivery VALUES (?, ?, ?, ?)');
  const postpone = db.prepare(
    'UPDATE delivery SET attempts = ?3, next_attempt_at = ?4 WHERE endpoint_id = ?1 AND position = ?2',
  );
  const settle = db.prepare('DELETE FROM delivery WHERE endpoint_id = ? AND position = ?');
  const prune = createPrune(db);
  return {
    prune,
    lastPosition: () => (last.get()?.['position'] as number | null | undefined) ?? 0,
    append({ position, id, type, customerId, lane, resourceId, at, body }) {
      append.run(position, id, type, customerId, lane, resourceId, at, body);
    },
    change({ op, endpointId, position, attempts, nextAttemptAt }) {
      if (op === 'settle') settle.run(endpointId, position);
      else (op === 'owe' ? owe : postpone).run(endpointId, position, attempts, nextAttemptAt);
    },
  };
}

/** The end of the walk is found by the time of an event, not by an index on it: that would cost every commit. */
function createPrune(db: DatabaseSync): LogTables['prune'] {
  const old = db.prepare(
    'SELECT position, customer_id, at FROM event WHERE position > ? AND position < ? ORDER BY position LIMIT ?',
  );
  const owed = db.prepare('SELECT 1 FROM delivery WHERE position = ? LIMIT 1');
  const remove = db.prepare('DELETE FROM event WHERE position = ?');
  const note = db.prepare(
    `INSERT INTO pruned (customer_id, position) VALUES (?, ?)
     ON CONFLICT (customer_id) DO UPDATE SET position = max(position, excluded.position)`,
  );
  return ({ before, after, limit, newest }) => {
    const rows = old.all(after, newest, limit) as { position: number; customer_id: string; at: number }[];
    const young = rows.findIndex(({ at }) => at >= before);
    const gone = (young < 0 ? rows : rows.slice(0, young)).filter(
      ({ position }) => owed.get(position) === undefined,
    );
    for (const { position } of gone) remove.run(position);
    const furthest = new Map(gone.map(({ customer_id: customer, position }) => [customer, position]));
    for (const [customer, position] of furthest) note.run(customer, position);
    const last = young < 0 && rows.length === limit ? rows.at(-1) : undefined;
    return { removed: gone.length, next: last?.position };
  };
}
