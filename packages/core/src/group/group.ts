import { type Groupcall, nilId, notYet } from '@parley/contract';
import { cause } from '../call/cause.ts';
import { dial } from '../call/dialing.ts';
import { statusToTell } from '../call/failure.ts';
import { terminate } from '../call/leg.ts';
import type { Sitting } from '../call/sitting.ts';
import type { PlannedAgent, PlannedDestination } from '../dial/plan.ts';
import type { DialOrders, GroupFailure, LiveGroup } from './live-group.ts';

export interface NewGroup {
  readonly orders: DialOrders;
  readonly destinations: readonly PlannedDestination[];
  readonly ringMethod: Groupcall['ring_method'];
  /** What follows from the answer of one of them, and from nobody's. */
  readonly answered?: LiveGroup['answered'];
  readonly unanswered?: LiveGroup['unanswered'];
  /** The group it is a member of. */
  readonly masterGroupId?: string;
}

/**
 * Dials several for one purpose: at once, or one destination after another. The first to answer ends the others. An agent
 * is a group of its addresses: the whole of it when nobody else is dialled, or else a member of it.
 */
export function dialGroup(sitting: Sitting, wanted: NewGroup): LiveGroup {
  const [only, ...others] = wanted.destinations;
  if (only?.agent === undefined || others.length > 0) return dialDestinations(sitting, wanted);
  return dialDestinations(sitting, { ...wanted, ...groupOfAgent(wanted.orders, only.agent) });
}

function groupOfAgent(
  orders: DialOrders,
  { id: agentId, ringMethod, addresses }: PlannedAgent,
): Pick<NewGroup, 'orders' | 'destinations' | 'ringMethod'> {
  return { orders: { ...orders, agentId }, destinations: addresses, ringMethod };
}

function dialDestinations(sitting: Sitting, wanted: NewGroup): LiveGroup {
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
      master_groupcall_id: wanted.masterGroupId ?? nilId,
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
    failureStatus: undefined,
  };
  sitting.groups.add(group.row.id, group);
  decision.emit('groupcall_created', laneOf(group), group.row);
  if (ringMethod === 'linear') dialWaiting(sitting, group);
  else dialAll(sitting, group, destinations);
  return group;
}

/** One of its calls has been answered: the others are withdrawn. Of two at once only the first counts. */
export function groupCallAnswered(sitting: Sitting, groupId: string, callId: string): void {
  answered(sitting, groupId, { callId, memberId: nilId });
}

function answered(
  sitting: Sitting,
  groupId: string,
  by: { readonly callId: string; readonly memberId: string },
): void {
  const group = sitting.groups.find(groupId);
  if (group?.row.status !== 'progressing' || group.row.answer_call_id !== nilId) return;
  group.waiting = [];
  change(sitting, group, { answer_call_id: by.callId, answer_groupcall_id: by.memberId });
  sitting.decision.emit('groupcall_progressing', laneOf(group), group.row);
  for (const other of group.row.call_ids)
    if (other !== by.callId) sitting.later(other, (turn) => terminate(turn, cause.answeredElsewhere));
  for (const other of group.row.groupcall_ids) if (other !== by.memberId) withdraw(sitting, other);
  group.answered?.(sitting, by.callId);
  const { id: memberId, master_groupcall_id: master } = group.row;
  if (master !== nilId) answered(sitting, master, { callId: by.callId, memberId });
}

/** One of its calls is over. With the last of them the group is, unless there is another destination to try. */
export function groupCallEnded(sitting: Sitting, groupId: string, failure: GroupFailure): void {
  const group = sitting.groups.find(groupId);
  if (group === undefined) return;
  noteFailure(group, failure);
  change(sitting, group, { call_count: group.row.call_count - 1 });
  goOn(sitting, group);
}

/** One of its member groups is over. */
function memberEnded(sitting: Sitting, groupId: string, failure: GroupFailure): void {
  const group = sitting.groups.find(groupId);
  if (group === undefined) return;
  noteFailure(group, failure);
  change(sitting, group, { groupcall_count: group.row.groupcall_count - 1 });
  goOn(sitting, group);
}

function noteFailure(group: LiveGroup, { reason, status }: GroupFailure): void {
  if (group.row.answer_call_id !== nilId) return;
  group.lastReason = reason;
  group.failureStatus = statusToTell(group.failureStatus, status);
}

function goOn(sitting: Sitting, group: LiveGroup): void {
  const { status, answer_call_id: answeredBy, call_count: calls, groupcall_count: members } = group.row;
  if (calls + members > 0) return;
  if (status === 'progressing' && answeredBy === nilId && group.waiting.length > 0)
    return dialWaiting(sitting, group);
  end(sitting, group);
}

/** All its calls are ended, and no other destination is tried. */
export function hangUpGroup(sitting: Sitting, groupId: string): void {
  endAll(sitting, groupId, cause.normalClearing);
}

/** Somebody else has answered in the group that it is a member of. */
function withdraw(sitting: Sitting, groupId: string): void {
  endAll(sitting, groupId, cause.answeredElsewhere);
}

function endAll(sitting: Sitting, groupId: string, why: number): void {
  const group = sitting.groups.find(groupId);
  if (group?.row.status !== 'progressing') return;
  group.waiting = [];
  change(sitting, group, { status: 'hangingup' });
  for (const callId of group.row.call_ids) sitting.later(callId, (turn) => terminate(turn, why));
  for (const memberId of group.row.groupcall_ids) endAll(sitting, memberId, why);
}

function dialWaiting(sitting: Sitting, group: LiveGroup): void {
  const [next, ...waiting] = group.waiting;
  group.waiting = waiting;
  if (next === undefined) return;
  change(sitting, group, { dial_index: group.row.dial_index + 1 });
  dialAll(sitting, group, [next]);
}

function dialAll(sitting: Sitting, group: LiveGroup, destinations: readonly PlannedDestination[]): void {
  const calls: string[] = [];
  const members: string[] = [];
  for (const { agent, legs } of destinations) {
    if (agent !== undefined) members.push(dialMember(sitting, group, agent));
    else for (const leg of legs) calls.push(dial(sitting, group.orders, leg, group.row.id).id);
  }
  const { row } = group;
  change(sitting, group, {
    call_ids: [...row.call_ids, ...calls],
    call_count: row.call_count + calls.length,
    groupcall_ids: [...row.groupcall_ids, ...members],
    groupcall_count: row.groupcall_count + members.length,
  });
  if (calls.length + members.length === 0) end(sitting, group);
}

/** Its calls are begun when this decision has been made, so none of them ends before the group knows of it. */
function dialMember(sitting: Sitting, { orders, row }: LiveGroup, agent: PlannedAgent): string {
  const wanted = { ...groupOfAgent(orders, agent), masterGroupId: row.id };
  return dialDestinations(sitting, wanted).row.id;
}

function end(sitting: Sitting, group: LiveGroup): void {
  change(sitting, group, { status: 'hangup' });
  sitting.decision.emit('groupcall_hangup', laneOf(group), group.row);
  sitting.groups.remove(group.row.id);
  const { answer_call_id: answeredBy, master_groupcall_id: master } = group.row;
  const { lastReason: reason, failureStatus: status = statusOfNothing } = group;
  if (answeredBy === nilId) group.unanswered?.(sitting, reason, status);
  if (master !== nilId) memberEnded(sitting, master, { reason, status });
}

/** Nothing was dialled, because it could not be found out what. */
const statusOfNothing = 500;

function change(sitting: Sitting, group: LiveGroup, changes: Partial<Groupcall>): void {
  group.row = { ...group.row, ...changes, tm_update: sitting.decision.stamp };
  sitting.decision.put('groupcall', group.row);
}

function laneOf({ row, orders }: LiveGroup): string {
  return orders.lane ?? row.id;
}
