import { dataOf } from './envelope.ts';
import type { EventRow } from './log-tables.ts';
import type { PendingDelivery, PendingRow } from './pending.ts';
import type { TapeReader } from './tape-reader.ts';

/** One commit as it comes off the tape, its events at the positions they get. */
export interface CommitRequest {
  readonly events: readonly EventRow[];
  readonly owed: readonly PendingDelivery[];
  readonly rows: readonly PendingRow[];
  readonly changes: readonly PendingDelivery[];
}

export interface Counts {
  readonly events: number;
  readonly puts: number;
  readonly deliveries: number;
}

/** Reads what follows the preconditions. */
export function readRequest(tape: TapeReader, counts: Counts, nextPosition: number): CommitRequest {
  const events: EventRow[] = [];
  const owed: PendingDelivery[] = [];
  for (let n = 0; n < counts.events; n += 1) events.push(readEvent(tape, nextPosition + n, owed));
  const rows: PendingRow[] = [];
  for (let n = 0; n < counts.puts; n += 1) rows.push(readRow(tape, events));
  const changes: PendingDelivery[] = [];
  for (let n = 0; n < counts.deliveries; n += 1) changes.push(readChange(tape));
  return { events, owed, rows, changes };
}

function readEvent(tape: TapeReader, position: number, owed: PendingDelivery[]): EventRow {
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
    owed.push({ endpointId: tape.text(), position, attempts: 0, nextAttemptAt: event.at });
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
  };
  const body = tape.cell();
  if (typeof body === 'string') return { ...row, body, bodyAt: 0 };
  const event = events[Number(body)];
  if (event === undefined) throw new Error('a row names an event that its commit does not have');
  return { ...row, body: dataOf(event), bodyAt: event.position };
}

function readChange(tape: TapeReader): PendingDelivery {
  return {
    endpointId: tape.text(),
    position: tape.number(),
    attempts: tape.number(),
    nextAttemptAt: tape.number(),
  };
}
