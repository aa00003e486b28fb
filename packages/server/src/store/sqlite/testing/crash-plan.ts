import type { Commit, DeliveryChange, EventPosition } from '@parley/core';
import { commitOf, event, put, sample, time } from '../../conformance/samples.ts';

/** What the event of a commit says about it: enough to tell later what must be there if the event is. */
export interface CrashNote {
  readonly n: number;
  readonly callId: string;
  /** The delivery that it settles, if any. */
  readonly settles: EventPosition | undefined;
}

export const crashCustomer = '8f4a5a86-2c2a-4b8e-9e57-1f1a8a0c0d11';
export const crashEndpoint = 'endpoint';

/** So many calls and numbers take turns: each is put again and again. */
const calls = 700;
const numbers = 11;

export function callIdOf(n: number): string {
  return `call ${n % calls}`;
}

export function numberIdOf(n: number): string {
  return `number ${n % numbers}`;
}

/** Commit number `n`: a call, a number with its lookup key, an event that is owed, and a delivery that is settled. */
export function crashCommit(n: number, settles: EventPosition | undefined): Commit {
  const note: CrashNote = { n, callId: callIdOf(n), settles };
  const call = sample.call({
    id: note.callId,
    customer_id: crashCustomer,
    tm_create: time(),
    flow_id: String(n),
  });
  const number = sample.number({ id: numberIdOf(n), number: numberIdOf(n), name: String(n) });
  // Every other event tells the call itself, which the journal then names instead of repeating it.
  const data = n % 2 === 0 ? call : note;
  const deliveries: DeliveryChange[] =
    settles === undefined ? [] : [{ change: 'settled', endpointId: crashEndpoint, position: settles }];
  return commitOf({
    puts: [put('call', call), put('number', number)],
    events: [
      event({
        id: JSON.stringify(note),
        resourceId: call.id,
        recipients: [crashEndpoint],
        body: JSON.stringify({ type: 'call_updated', data }),
      }),
    ],
    deliveries,
  });
}
