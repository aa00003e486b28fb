import {
  type ActionInput,
  type Flow,
  type FlowProblem,
  nilId,
  notYet,
  type PhoneNumber,
} from '@parley/contract';
import type { Draft } from '../draft.ts';
import { checkFlow, type FlowCheck } from '../flow/check.ts';

import { updateNumber } from '../number/number.ts';
import type { Chance } from '../ports/chance.ts';
import type { Stored } from '../ports/store.ts';

/** What a client may say about a flow; a key that is absent keeps what stands. */
export interface FlowDetails {
  readonly name?: string;
  readonly detail?: string;
  /** A nil or absent id gets a fresh one, an absent `next_id` is nil. */
  readonly actions?: readonly ActionInput[];
}

export type FlowDecision =
  | { readonly ok: true; readonly flow: Flow }
  | { readonly ok: false; readonly problems: readonly FlowProblem[] };

export function createFlow(
  draft: Draft,
  chance: Chance,
  customerId: string,
  details: FlowDetails,
): FlowDecision {
  const checked = checkFlow(details.actions ?? [], () => chance.id());
  if (!checked.ok) return checked;
  const flow: Flow = {
    id: chance.id(),
    type: 'flow',
    name: details.name ?? '',
    detail: details.detail ?? '',
    actions: [...checked.actions],
    tm_create: draft.stamp,
    tm_update: notYet,
    tm_delete: notYet,
    customer_id: customerId,
  };
  draft.require('flow', flow.id, 0);
  draft.put('flow', flow);
  return { ok: true, flow };
}

/** Running activeflows hold a copy and are not touched. */
export function updateFlow(
  draft: Draft,
  chance: Chance,
  stored: Stored<'flow'>,
  details: FlowDetails,
): FlowDecision {
  const { row } = stored;
  const checked = checkChange(chance, row, details.actions);
  if (!checked.ok) return checked;
  const flow: Flow = {
    ...row,
    name: details.name ?? row.name,
    detail: details.detail ?? row.detail,
    actions: [...checked.actions],
    tm_update: draft.stamp,
  };
  return { ok: true, flow: replace(draft, stored, flow) };
}

/** Removal is soft; `numbers` are all that point to the flow, and stop doing so. */
export function deleteFlow(
  draft: Draft,
  stored: Stored<'flow'>,
  numbers: readonly Stored<'number'>[],
): { readonly flow: Flow; readonly numbers: readonly PhoneNumber[] } {
  const now = draft.stamp;
  const cleared = numbers.map((number) => clearFlow(draft, number, stored.row.id));
  return {
    flow: replace(draft, stored, { ...stored.row, tm_update: now, tm_delete: now }),
    numbers: cleared,
  };
}

/** A number without this flow: whichever of its two flows it was becomes nil. */
export function clearFlow(draft: Draft, stored: Stored<'number'>, flowId: string): PhoneNumber {
  return updateNumber(draft, stored, {
    ...(stored.row.call_flow_id === flowId ? { call_flow_id: nilId } : {}),
    ...(stored.row.message_flow_id === flowId ? { message_flow_id: nilId } : {}),
  });
}

function checkChange(chance: Chance, row: Flow, actions: readonly ActionInput[] | undefined): FlowCheck {
  if (actions === undefined) return { ok: true, actions: row.actions };
  return checkFlow(actions, () => chance.id());
}

function replace(draft: Draft, stored: Stored<'flow'>, flow: Flow): Flow {
  draft.require('flow', flow.id, stored.version);
  draft.put('flow', flow);
  return flow;
}
