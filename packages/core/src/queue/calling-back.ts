import {
  type Callback,
  formatTimestamp,
  type Instant,
  nilId,
  notYet,
  type Queuecall,
} from '@parley/contract';
import { isEnding } from '../call/live-call.ts';
import { roomFlow } from '../call/outgoing.ts';
import type { Sitting } from '../call/sitting.ts';
import type { Turn } from '../call/turn.ts';
import type { PlannedDestination } from '../dial/plan.ts';
import { noVariables } from '../flow/variables.ts';
import { dialGroup, hangUpGroup } from '../group/group.ts';
import { limits } from '../limits.ts';
import { afterMs } from '../ports/moment.ts';
import { closeRoom } from '../room/room.ts';
import type { LiveCallback, Visit } from './live-queue.ts';
import { changeVisit, endVisit } from './queue-rows.ts';
import { beginTalk } from './talk.ts';

/** Between attempts. */
export const nobodyCalled = {
  onLine: false,
  request: undefined,
  deadline: undefined,
  groupId: undefined,
} as const;

/** It waits, and nobody is there for it. */
export const backInLine = {
  status: 'wait',
  service_agent_id: nilId,
  tm_service: notYet,
} as const satisfies Partial<Queuecall>;

/** Its turn has come, and an agent is there for it: now the caller is called. The agent hears that it rings. */
export function callCaller(sitting: Sitting, visit: Visit, promise: LiveCallback): void {
  const { decision, chance } = sitting;
  const { destination, source, attempts } = visit.row.callback;
  const request = chance.id();
  visit.deadline = undefined;
  visit.callback = { ...promise, request, deadline: afterMs(decision.at.mono, limits.locateMs) };
  note(sitting, visit, { state: 'calling', attempts: attempts + 1 });
  decision.effect({
    kind: 'locate',
    callId: visit.row.id,
    request,
    customerId: visit.row.customer_id,
    source,
    destinations: [destination],
    anonymous: 'auto',
    flowId: nilId,
  });
}

/** Where the caller is has been found out. */
export function callerLocated(
  sitting: Sitting,
  visit: Visit,
  destinations: readonly PlannedDestination[],
): void {
  const { callback, roomId, row, rules } = visit;
  if (callback === undefined || roomId === undefined) return;
  const { customer_id: customerId, id: visitId } = row;
  const attempt = row.callback.attempts;
  visit.callback = { ...callback, request: undefined, deadline: undefined };
  const group = dialGroup(sitting, {
    orders: {
      customerId,
      source: row.callback.source,
      flow: roomFlow(sitting, customerId, roomId),
      variables: noVariables,
      masterCallId: row.reference_id,
      chained: false,
      lane: visit.lane,
      timeoutMs: rules.callback.timeout_seconds * 1000,
      early: false,
    },
    destinations,
    ringMethod: 'ring_all',
    // By the time it is dealt with, the caller is in the room: its flow takes it there.
    answered: (later, callId) => later.later(callId, (caller) => callerAnswered(caller, visitId, attempt)),
    unanswered: (later) => calledInVain(later, visitId, attempt),
  });
  const [callId = nilId] = group.row.call_ids;
  if (!isCalling(visit, attempt) || visit.callback === undefined) return;
  visit.callback = { ...visit.callback, groupId: group.row.id };
  note(sitting, visit, { call_id: callId });
}

function isCalling({ callback, row }: Visit, attempt: number): boolean {
  return callback !== undefined && row.callback.state === 'calling' && row.callback.attempts === attempt;
}

/** The promise is kept: from here on it is a talk like any other. */
function callerAnswered({ live, sitting }: Turn, visitId: string, attempt: number): void {
  const visit = sitting.visits.find(visitId);
  if (visit === undefined || !isCalling(visit, attempt)) return;
  const action = live.walk?.current?.action;
  if (isEnding(live) || action === undefined || live.roomId !== visit.roomId)
    return calledInVain(sitting, visitId, attempt);
  const { mono } = sitting.decision.at;
  const { id: callId } = live.call;
  visit.callId = callId;
  visit.actionId = action.id;
  visit.callback = undefined;
  visit.servedAt = mono;
  visit.row = { ...visit.row, callback: { ...visit.row.callback, state: 'connected', call_id: callId } };
  live.visitId = visitId;
  const agent = sitting.agents.find(visit.row.service_agent_id);
  if (agent?.serving !== undefined) agent.serving = { ...agent.serving, since: mono };
  beginTalk(sitting, visit, mono);
}

/** The caller did not answer, or the agent did not wait for that: another attempt later, unless there have been enough. */
export function calledInVain(sitting: Sitting, visitId: string, attempt: number): void {
  const visit = sitting.visits.find(visitId);
  if (visit?.callback === undefined || !isCalling(visit, attempt)) return;
  const { roomId, callback, rules } = visit;
  const { mono } = sitting.decision.at;
  visit.roomId = undefined;
  visit.callback = { ...nobodyCalled, expiresAt: callback.expiresAt };
  note(sitting, visit, { state: 'pending' });
  if (callback.groupId !== undefined) hangUpGroup(sitting, callback.groupId);
  if (roomId !== undefined) closeRoom(sitting, roomId);
  const next = afterMs(mono, rules.callback.retry_seconds * 1000);
  if (attempt >= rules.callback.attempts || next >= callback.expiresAt)
    return endVisit(sitting, visit, 'unreached');
  visit.notBefore = next;
  visit.deadline = callback.expiresAt;
  const { retry_seconds: seconds } = rules.callback;
  const changed = { ...visit.row.callback, tm_next: stampIn(sitting, seconds) };
  changeVisit(sitting, visit, { ...backInLine, callback: changed }, 'queuecall_waiting');
  sitting.matchAgain(visit.row.customer_id);
}

/** The agent who had its turn is gone. */
export function agentLeft(sitting: Sitting, visitId: string, agentId: string): void {
  const visit = sitting.visits.find(visitId);
  if (visit?.row.service_agent_id === agentId) calledInVain(sitting, visitId, visit.row.callback.attempts);
}

/** Told with the next event of the visit, and stored at once. */
function note(sitting: Sitting, visit: Visit, changes: Partial<Callback>): void {
  const { decision } = sitting;
  const callback = { ...visit.row.callback, ...changes };
  visit.row = { ...visit.row, callback, tm_update: decision.stamp };
  decision.put('queuecall', visit.row);
}

export function stampIn({ decision }: Sitting, seconds: number): string {
  return formatTimestamp((decision.at.wall + seconds * 1_000_000) as Instant);
}
