import { type Groupcall, type HangupReason, nilId, notYet } from '@parley/contract';
import { cause } from '../call/cause.ts';
import { dial } from '../call/dialing.ts';
import { terminate } from '../call/leg.ts';
import type { Sitting } from '../call/sitting.ts';
import type { PlannedDestination } from '../dial/plan.ts';
import type { DialOrders, LiveGroup } from './live-group.ts';

export interface NewGroup {
  readonly orders: DialOrders;
  readonly destinations: readonly PlannedDestination[];
  readonly ringMethod: Groupcall['ring_method'];
  /** What follows from the answer of one of them, and from nobody's. */
  readonly answered?: LiveGroup['answered'];
  readonly unanswered?: LiveGroup['unanswered'];
}

/** Dials several for one purpose: at once, or one destination after another. The first to answer ends the others. */
export function dialGroup(sitting: Sitting, wanted: NewGroup): LiveGroup {
  const { decision, chance } = sitting;
  const { orders, destinations, ringMethod } = wanted;
  const group: LiveGroup = {
    row: {
      id: chance.id(),
      customer_id: orders.customerId,
      owner_type: orders.agentId === undefined ? '' : 'agent',
      owner_id: orders.agentId ?? nilId,
      status: 'progressing',
      flow_id: orders.flow?.id ?? nilId,
      source: orders.source,
      destinations: destinations.map(({ destination }) => destination),
      master_call_id: orders.masterCallId,
      master_groupcall_id: nilId,
      ring_method: ringMethod,
      answer_method: 'hangup_others',
      answer_call_id: nilId,
      answer_groupcall_id: nilId,
      call_ids: [],
      groupcall_ids: [],
      call_count: 0,
      groupcall_count: 0,
      dial_index: 0,
      tm_create: decision.stamp,
      tm_update: notYet,
      tm_delete: notYet,
    },
    orders,
    waiting: ringMethod === 'linear' ? destinations : [],
    answered: wanted.answered,
    unanswered: wanted.unanswered,
    lastReason: 'failed',
  };
  sitting.groups.add(group.row.id, group);
  decision.emit('groupcall_created', laneOf(group), group.row);
  if (ringMethod === 'linear') dialWaiting(sitting, group);
  else dialAll(sitting, group, destinations);
  return group;
}

/** One of its calls has been answered: the others are withdrawn. Of two at once only the first counts. */
export function groupCallAnswered(sitting: Sitting, groupId: string, callId: string): void {
  const group = sitting.groups.find(groupId);
  if (group?.row.status !== 'progressing' || group.row.answer_call_id !== nilId) return;
  group.waiting = [];
  change(sitting, group, { answer_call_id: callId });
  sitting.decision.emit('groupcall_progressing', laneOf(group), group.row);
  for (const other of group.row.call_ids)
    if (other !== callId) sitting.later(other, (turn) => terminate(turn, cause.answeredElsewhere));
  group.answered?.(sitting, callId);
}

/** One of its calls is over. With the last of them the group is, unless there is another destination to try. */
export function groupCallEnded(sitting: Sitting, groupId: string, reason: HangupReason): void {
  const group = sitting.groups.find(groupId);
  if (group === undefined) return;
  if (group.row.answer_call_id === nilId) group.lastReason = reason;
  change(sitting, group, { call_count: group.row.call_count - 1 });
  if (group.row.call_count > 0) return;
  const { status, answer_call_id: answeredBy } = group.row;
  if (status === 'progressing' && answeredBy === nilId && group.waiting.length > 0)
    return dialWaiting(sitting, group);
  end(sitting, group);
}

/** All its calls are ended, and no other destination is tried. */
export function hangUpGroup(sitting: Sitting, groupId: string): void {
  const group = sitting.groups.find(groupId);
  if (group?.row.status !== 'progressing') return;
  group.waiting = [];
  change(sitting, group, { status: 'hangingup' });
  for (const callId of group.row.call_ids)
    sitting.later(callId, (turn) => terminate(turn, cause.normalClearing));
}

function dialWaiting(sitting: Sitting, group: LiveGroup): void {
  const [next, ...waiting] = group.waiting;
  group.waiting = waiting;
  if (next === undefined) return;
  change(sitting, group, { dial_index: group.row.dial_index + 1 });
  dialAll(sitting, group, [next]);
}

function dialAll(sitting: Sitting, group: LiveGroup, destinations: readonly PlannedDestination[]): void {
  const legs = destinations.flatMap((destination) => destination.legs);
  const calls = legs.map((leg) => dial(sitting, group.orders, leg, group.row.id).id);
  const { call_ids: before, call_count: count } = group.row;
  change(sitting, group, { call_ids: [...before, ...calls], call_count: count + calls.length });
  if (calls.length === 0) end(sitting, group);
}

function end(sitting: Sitting, group: LiveGroup): void {
  change(sitting, group, { status: 'hangup' });
  sitting.decision.emit('groupcall_hangup', laneOf(group), group.row);
  sitting.groups.remove(group.row.id);
  if (group.row.answer_call_id === nilId) group.unanswered?.(sitting, group.lastReason);
}

function change(sitting: Sitting, group: LiveGroup, changes: Partial<Groupcall>): void {
  group.row = { ...group.row, ...changes, tm_update: sitting.decision.stamp };
  sitting.decision.put('groupcall', group.row);
}

function laneOf({ row, orders }: LiveGroup): string {
  return orders.lane ?? row.id;
}
