import { dataOf } from './envelope.ts';
import type { EventRow } from './log-tables.ts';
import type { PendingDelivery, PendingRow } from './pending.ts';
import { settled, type TapeReader } from './tape-reader.ts';

/** One commit as it comes off the tape, its events at the positions they get. */
export interface CommitRequest {
  readonly events: readonly EventRow[];
  readonly rows: readonly PendingRow[];
  readonly deliveries: readonly PendingDelivery[];
}

export interface Counts {
  readonly events: number;
  readonly puts: number;
  readonly deliveries: number;
}

/** Reads what follows the preconditions. */
export function readRequest(tape: TapeReader, counts: Counts, nextPosition: number): CommitRequest {
  const events: EventRow[] = [];
  const deliveries: PendingDelivery[] = [];
  for (let n = 0; n < counts.events; n += 1) events.push(readEvent(tape, nextPosition + n, deliveries));
  const rows: PendingRow[] = [];
  for (let n = 0; n < counts.puts; n += 1) rows.push(readRow(tape, events));
  for (let n = 0; n < counts.deliveries; n += 1) deliveries.push(readChange(tape));
  return { events, rows, deliveries };
}

function readEvent(tape: TapeReader, position: number, deliveries: PendingDelivery[]): EventRow {
  const event = {
    position,
    id: tape.text(),
    type: tape.text(),
    customerId: tape.text(),
    lane: tape.text(),
    resourceId: tape.text(),
    at: tape.number(),
    body: tape.text(),
  };
  for (let recipients = tape.number(); recipients > 0; recipients -= 1) {
    deliveries.push({ op: 'owe', endpointId: tape.text(), position, attempts: 0, nextAttemptAt: event.at });
  }
  return event;
}

function readRow(tape: TapeReader, events: readonly EventRow[]): PendingRow {
  const row = {
    kind: tape.kind(),
    id: tape.text(),
    customerId: tape.text(),
    createdAt: tape.text(),
    deleted: tape.number(),
    live: tape.number(),
    lookup: tape.textOrNull(),
    parent: tape.textOrNull(),
    otherParent: tape.textOrNull(),
  };
  const body = tape.cell();
  if (typeof body === 'string') return { ...row, body, bodyAt: 0 };
  const event = events[Number(body)];
  if (event === undefined) throw new Error('a row names an event that its commit does not have');
  return { ...row, body: dataOf(event), bodyAt: event.position };
}

function readChange(tape: TapeReader): PendingDelivery {
  const [endpointId, position, attempts, nextAttemptAt] = [
    tape.text(),
    tape.number(),
    tape.number(),
    tape.number(),
  ];
  return { op: attempts === settled ? 'settle' : 'postpone', endpointId, position, attempts, nextAttemptAt };
}
