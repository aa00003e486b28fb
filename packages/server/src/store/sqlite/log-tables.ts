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
}

export function createLogTables(db: DatabaseSync): LogTables {
  const last = db.prepare('SELECT max(position) AS position FROM event');
  const append = db.prepare('INSERT INTO event VALUES (?, ?, ?, ?, ?, ?, ?, ?)');
  const owe = db.prepare('INSERT INTO delivery VALUES (?, ?, ?, ?)');
  const postpone = db.prepare(
    'UPDATE delivery SET attempts = ?3, next_attempt_at = ?4 WHERE endpoint_id = ?1 AND position = ?2',
  );
  const settle = db.prepare('DELETE FROM delivery WHERE endpoint_id = ? AND position = ?');
  return {
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
