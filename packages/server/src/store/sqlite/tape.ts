import type {
  Commit,
  CommitOutcome,
  DeliveryChange,
  EventPosition,
  Kind,
  NewEvent,
  Precondition,
  Put,
} from '@parley/core';
import { keysOf } from '../keys.ts';
import { storeKinds } from '../schema.ts';
import { dataOf } from './envelope.ts';
import { type Cell, type OutcomeCell, settled } from './tape-reader.ts';

/**
 * Commits as one flat list: copying it to the other thread costs a fraction of what the objects would. For each commit
 * four counts, then
 *
 *   precondition  kind, id, version
 *   event         id, type, customer, lane, resource, at, body, number of recipients, recipients
 *   put           kind, id, customer, created, deleted, live, lookup, parent, other parent, body
 *   delivery      endpoint, position, attempts (-1: settled), next attempt
 *
 * The body of a put is a number when it is the data of that event of the same commit, which is the usual case.
 */
export function tapeOf(commits: readonly Commit[]): Cell[] {
  const tape: Cell[] = [];
  for (const { preconditions, events, puts, deliveries } of commits) {
    tape.push(preconditions.length, events.length, puts.length, deliveries.length);
    for (const precondition of preconditions) writePrecondition(tape, precondition);
    for (const event of events) writeEvent(tape, event);
    for (const put of puts) writePut(tape, put, events);
    for (const delivery of deliveries) writeDelivery(tape, delivery);
  }
  return tape;
}

function writePrecondition(tape: Cell[], { kind, id, version }: Precondition): void {
  assertKind(kind);
  assertTexts('a precondition', id);
  assertWhole('a precondition', version);
  tape.push(kind, id, version);
}

function writeEvent(tape: Cell[], event: NewEvent): void {
  const { id, type, customerId, lane, resourceId, at, body, recipients } = event;
  assertTexts('an event', id, type, customerId, lane, resourceId, body, ...recipients);
  assertWhole('an event', at);
  tape.push(id, type, customerId, lane, resourceId, at, body, recipients.length);
  for (const recipient of recipients) tape.push(recipient);
}

function writePut(tape: Cell[], put: Put, events: readonly NewEvent[]): void {
  const { customerId, createdAt, deleted, live, lookup, parent, otherParent } = keysOf(put);
  assertKind(put.kind);
  const keys = [lookup, parent, otherParent].filter((key) => key !== null);
  assertTexts(`a ${put.kind}`, put.row.id, customerId, createdAt, ...keys);
  tape.push(put.kind, put.row.id, customerId, createdAt, Number(deleted), Number(live));
  tape.push(lookup, parent, otherParent);
  const body = JSON.stringify(put.row);
  const told = events.findIndex((event) => event.resourceId === put.row.id && dataOf(event) === body);
  tape.push(told < 0 ? body : told);
}

function writeDelivery(tape: Cell[], delivery: DeliveryChange): void {
  const { endpointId, position } = delivery;
  assertTexts('a delivery', endpointId);
  assertWhole('a delivery', position);
  if (delivery.change === 'settled') tape.push(endpointId, position, settled, 0);
  else {
    const { attempts, nextAttemptAt } = delivery;
    assertWhole('a delivery', nextAttemptAt);
    assertWhole('a delivery', attempts);
    if (attempts < 0) throw new TypeError(`a delivery cannot have ${attempts} attempts`);
    tape.push(endpointId, position, attempts, nextAttemptAt);
  }
}

/** A commit that the tables would refuse must not get as far as the journal: it could never leave it. */
function assertTexts(what: string, ...texts: readonly unknown[]): void {
  if (!texts.every((text) => typeof text === 'string'))
    throw new TypeError(`${what} lacks a text that it is found by`);
}

function assertKind(kind: Kind): void {
  if (!storeKinds.includes(kind)) throw new TypeError(`there are no rows of kind ${kind}`);
}

function assertWhole(what: string, number: number): void {
  if (!Number.isSafeInteger(number)) throw new TypeError(`${what} has ${number} for a whole number`);
}

export function outcomeOf(cell: OutcomeCell, commit: Commit): CommitOutcome {
  if (typeof cell !== 'number') return { ok: false, lost: cell };
  return { ok: true, positions: commit.events.map((_, index) => (cell + index) as EventPosition) };
}
