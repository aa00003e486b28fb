import { nilId, notYet, type PhoneNumber } from '@parley/contract';
import type { Draft } from '../draft.ts';
import type { Chance } from '../ports/chance.ts';
import type { Stored } from '../ports/store.ts';

/** What a client may say about a number; a key that is absent keeps what stands, a nil flow id clears it. */
export interface NumberDetails {
  readonly name?: string;
  readonly detail?: string;
  readonly call_flow_id?: string;
  readonly message_flow_id?: string;
}

/** The contract has checked the form of `number`; the flows are the caller's to find and to `holdFlows`. */
export function createNumber(
  draft: Draft,
  chance: Chance,
  customerId: string,
  details: NumberDetails & { readonly number: string },
): PhoneNumber {
  const number: PhoneNumber = {
    id: chance.id(),
    number: details.number,
    call_flow_id: details.call_flow_id ?? nilId,
    message_flow_id: details.message_flow_id ?? nilId,
    name: details.name ?? '',
    detail: details.detail ?? '',
    status: 'active',
    t38_enabled: false,
    emergency_enabled: false,
    tm_create: draft.stamp,
    tm_update: notYet,
    tm_delete: notYet,
    customer_id: customerId,
  };
  draft.require('number', number.id, 0);
  draft.put('number', number);
  return number;
}

export function updateNumber(draft: Draft, stored: Stored<'number'>, details: NumberDetails): PhoneNumber {
  const { row } = stored;
  return replace(draft, stored, {
    ...row,
    name: details.name ?? row.name,
    detail: details.detail ?? row.detail,
    call_flow_id: details.call_flow_id ?? row.call_flow_id,
    message_flow_id: details.message_flow_id ?? row.message_flow_id,
    tm_update: draft.stamp,
  });
}

/** Gives the number back: it can be taken again, by anyone. The row stays, with the time of its end. */
export function deleteNumber(draft: Draft, stored: Stored<'number'>): PhoneNumber {
  const now = draft.stamp;
  return replace(draft, stored, { ...stored.row, status: 'deleted', tm_update: now, tm_delete: now });
}

/**
 * For a decision that points a number at `flows`: puts each flow again as it is, on the condition that it still is so.
 * The flow's version moves on, so of this decision and a deletion of the flow made at the same moment one loses and
 * decides again; no number is left pointing at a flow that is gone.
 */
export function holdFlows(draft: Draft, flows: readonly Stored<'flow'>[]): void {
  for (const { row, version } of flows) {
    draft.require('flow', row.id, version);
    draft.put('flow', row);
  }
}

function replace(draft: Draft, stored: Stored<'number'>, number: PhoneNumber): PhoneNumber {
  draft.require('number', number.id, stored.version);
  draft.put('number', number);
  return number;
}
