import {
  type Address,
  type Callback,
  formatTimestamp,
  type Instant,
  nilId,
  noAddress,
  notYet,
  type Queue,
  type Queuecall,
} from '@parley/contract';
import { isEnding } from '../call/live-call.ts';
import { roomFlow } from '../call/outgoing.ts';
import type { Sitting } from '../call/sitting.ts';
import type { Turn } from '../call/turn.ts';
import { isAnonymous } from '../dial/caller-id.ts';
import type { PlannedDestination } from '../dial/plan.ts';
import type { NestedAction } from '../flow/action-type.ts';
import { noVariables } from '../flow/variables.ts';
import { dialGroup, hangUpGroup } from '../group/group.ts';
import { limits } from '../limits.ts';
import { afterMs } from '../ports/moment.ts';
import { closeRoom } from '../room/room.ts';
import type { LiveCallback, Visit } from './live-queue.ts';
import { beginTalk, withdrawOffers } from './offers.ts';
import { changeVisit, endVisit } from './queue-rows.ts';

/** What the row of a visit says when nobody has asked to be called back. */
export const noCallback: Callback = {
  state: '',
  destination: noAddress,
  source: noAddress,
  attempts: 0,
  call_id: nilId,
  skills: {},
  agent_id: nilId,
  tm_request: notYet,
  tm_next: notYet,
  tm_expire: notYet,
};

const farewell = 'We will call you back when it is your turn. You may hang up now. Good bye.';

/**
 * Promises a waiting caller a call back: it keeps its place, and is hung up on once it has been told. Answers what it is
 * told, or, as a text, why it cannot be promised. `wanted`: where it is to be called, if not where it calls from.
 */
export function promiseCallback(
  sitting: Sitting,
  visit: Visit,
  wanted: Address | undefined,
): readonly NestedAction[] | string {
  const problem = whyNoCallback(sitting, visit, wanted);
  if (problem !== undefined) return problem;
  const { decision } = sitting;
  const { text, language, expire_seconds: seconds } = visit.rules.callback;
  takeBack(sitting, visit);
  visit.callback = { ...idle, onLine: true, expiresAt: afterMs(decision.at.mono, seconds * 1000) };
  visit.deadline = visit.callback.expiresAt;
  visit.sticky = undefined;
  visit.heldUntil = undefined;
  const callback: Callback = {
    ...noCallback,
    state: 'pending',
    destination: wanted ?? visit.row.source,
    source: calledNumber(sitting, visit),
    skills: { ...visit.wanted.skills },
    agent_id: visit.wanted.agentId ?? nilId,
    tm_request: decision.stamp,
    tm_next: decision.stamp,
    tm_expire: stampIn(sitting, seconds),
  };
  changeVisit(sitting, visit, { ...waiting, callback }, 'queuecall_waiting');
  return [{ type: 'talk', option: { text: text === '' ? farewell : text, language } }, { type: 'hangup' }];
}

const idle = { onLine: false, request: undefined, deadline: undefined, groupId: undefined } as const;

const waiting = {
  status: 'wait',
  service_agent_id: nilId,
  tm_service: notYet,
} as const satisfies Partial<Queuecall>;

function whyNoCallback(sitting: Sitting, visit: Visit, wanted: Address | undefined): string | undefined {
  if (visit.servedAt !== undefined) return 'the caller talks with an agent';
  if (visit.callback !== undefined) return 'the caller has been promised a call back already';
  if (sitting.call(visit.callId)?.walk === undefined) return 'the flow of the caller has ended';
  const destination = wanted ?? visit.row.source;
  if (!callable.has(destination.type)) return `nobody can be called back at ${destination.type}`;
  return wanted === undefined && isAnonymous({ source: destination, anonymous: 'auto' })
    ? 'the caller hides its number'
    : undefined;
}

const callable: ReadonlySet<Address['type']> = new Set(['tel', 'sip', 'extension', 'endpoint']);

/** The caller knows the number it has called. */
function calledNumber(sitting: Sitting, { callId }: Visit): Address {
  const call = sitting.call(callId)?.call;
  if (call === undefined) throw new Error('a caller who waits on the line has no call');
  return call.direction === 'incoming' ? call.destination : call.source;
}

/** Agents who are rung for it now would find nobody. */
function takeBack(sitting: Sitting, visit: Visit): void {
  withdrawOffers(sitting, visit);
  visit.roomId = undefined;
}

/** Whoever was promised a call back has hung up: from now on its turn may come. True: it was. */
export function hasHungUp(sitting: Sitting, visit: Visit): boolean {
  if (visit.callback === undefined) return false;
  visit.callback = { ...visit.callback, onLine: false };
  sitting.matchAgain(visit.row.customer_id);
  return true;
}

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
function calledInVain(sitting: Sitting, visitId: string, attempt: number): void {
  const visit = sitting.visits.find(visitId);
  if (visit?.callback === undefined || !isCalling(visit, attempt)) return;
  const { roomId, callback, rules } = visit;
  const { mono } = sitting.decision.at;
  visit.roomId = undefined;
  visit.callback = { ...idle, expiresAt: callback.expiresAt };
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
  changeVisit(sitting, visit, { ...waiting, callback: changed }, 'queuecall_waiting');
  sitting.matchAgain(visit.row.customer_id);
}

/** The agent who had its turn is gone. */
export function agentLeft(sitting: Sitting, visitId: string, agentId: string): void {
  const visit = sitting.visits.find(visitId);
  if (visit?.row.service_agent_id === agentId) calledInVain(sitting, visitId, visit.row.callback.attempts);
}

/** Nobody calls it any more: the promise is taken back. */
export function callOff(sitting: Sitting, visit: Visit, why: 'kicked' | 'moved' | 'unreached'): void {
  const groupId = visit.callback?.groupId;
  withdrawOffers(sitting, visit);
  endVisit(sitting, visit, why);
  if (groupId !== undefined) hangUpGroup(sitting, groupId);
}

/** An answer is overdue, the next attempt may be made, or the promise has expired. */
export function callbackDue(sitting: Sitting, visit: Visit, { deadline }: LiveCallback): void {
  const { mono } = sitting.decision.at;
  if (deadline !== undefined && deadline <= mono)
    return calledInVain(sitting, visit.row.id, visit.row.callback.attempts);
  if (visit.notBefore !== undefined && visit.notBefore <= mono) {
    visit.notBefore = undefined;
    sitting.matchAgain(visit.row.customer_id);
  }
  if (visit.deadline !== undefined && visit.deadline <= mono) callOff(sitting, visit, 'unreached');
}

/** The promise that somebody who calls in again has from a queue, if it is not being kept just now. */
export function promiseTo(sitting: Sitting, queue: Queue, source: Address): Visit | undefined {
  if (isAnonymous({ source, anonymous: 'auto' })) return undefined;
  const { visits } = sitting.house;
  const found = queue.wait_queue_call_ids.find((id) => {
    const { callback, row } = visits.get(id) ?? {};
    if (callback?.onLine !== false || row?.callback.state !== 'pending') return false;
    const { type, target } = row.callback.destination;
    return type === source.type && target === source.target;
  });
  return found === undefined ? undefined : sitting.visits.find(found);
}

/** Told with the next event of the visit, and stored at once. */
function note(sitting: Sitting, visit: Visit, changes: Partial<Callback>): void {
  const { decision } = sitting;
  const callback = { ...visit.row.callback, ...changes };
  visit.row = { ...visit.row, callback, tm_update: decision.stamp };
  decision.put('queuecall', visit.row);
}

function stampIn({ decision }: Sitting, seconds: number): string {
  return formatTimestamp((decision.at.wall + seconds * 1_000_000) as Instant);
}
