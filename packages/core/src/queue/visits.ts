import {
  type Action,
  type Address,
  type Call,
  nilId,
  notYet,
  type Queue,
  type Queuecall,
} from '@parley/contract';
import type { Sitting } from '../call/sitting.ts';
import type { Turn } from '../call/turn.ts';
import type { NestedAction } from '../flow/action-type.ts';
import { breakOff } from '../flow/walk.ts';
import { afterMs, type Monotonic } from '../ports/moment.ts';
import { leaveRoom } from '../room/room.ts';
import { callbackDue, callOff, hasHungUp, noCallback, promiseCallback, promiseTo } from './callback.ts';
import { preferredAgent } from './last-talk.ts';
import { positionOf } from './line.ts';
import type { Visit, VisitWanted } from './live-queue.ts';
import { demandOf } from './match.ts';
import { offerDue, withdrawOffers } from './offers.ts';
import { forwardToQueue, hasRoom, overflowActions, presentPassage, type Way } from './passage.ts';
import { endedWaits } from './queue-figures.ts';
import { changeQueue, changeVisit, endVisit, type UnservedEnd } from './queue-rows.ts';

/**
 * A caller joins a queue. Answers the actions with which it waits, again and again until an agent has been found; where it
 * goes when there is no room for it; or, as a text, why it cannot join at all.
 */
export function joinQueue(turn: Turn, asked: VisitWanted): readonly NestedAction[] | string {
  const { live, sitting } = turn;
  const { queueId } = asked;
  const queue = sitting.queues.find(queueId)?.row;
  if (queue?.customer_id !== live.call.customer_id) return `there is no queue ${queueId}`;
  if (live.visitId !== undefined) return 'the call waits in a queue already';
  const action = live.walk?.current?.action;
  if (action === undefined) throw new Error('a caller joins a queue without an action');
  const passage = action.type === 'queue_forward' ? presentPassage(turn) : undefined;
  const way = passage ?? { actionId: action.id, place: undefined, previousId: nilId, wanted: asked };
  const promise = passage === undefined ? promiseTo(sitting, queue, callerOf(live.call)) : undefined;
  if (promise === undefined && passage?.hops !== 0 && !hasRoom(sitting, queue))
    return overflowActions(turn, queue, { ...way, actionId: action.id });
  if (promise !== undefined) callOff(sitting, promise, 'moved');
  const visit = newVisit(turn, queue, { ...way, ...takenOver(promise), wanted: { ...way.wanted, queueId } });
  const { row } = visit;
  sitting.visits.add(row.id, visit);
  live.visitId = row.id;
  const { decision } = turn;
  decision.put('queuecall', row);
  decision.emit('queuecall_created', live.lane, row);
  changeQueue(sitting, queueId, (before) => ({
    wait_queue_call_ids: inLine(sitting, before.wait_queue_call_ids, row.id),
    total_incoming_count: before.total_incoming_count + 1,
  }));
  sitting.matchAgain(queue.customer_id);
  return waitLoop(turn, queue);
}

/** Whoever calls in again instead of being called has the place it was promised. */
function takenOver(promise: Visit | undefined): Partial<Way> {
  if (promise === undefined) return {};
  const { place, previousId } = wayFrom(promise);
  return { place, previousId };
}

/** Who waits, as the other side of its call. */
function callerOf({ direction, source, destination }: Call): Address {
  return direction === 'incoming' ? source : destination;
}

function newVisit(turn: Turn, queue: Queue, way: Way): Visit {
  const { live, sitting, decision } = turn;
  const { mono } = decision.at;
  const { actionId, place, wanted } = way;
  const row = newRow(turn, queue, way);
  const sticky = preferredAgent(sitting, queue, row.source, wanted.agentId);
  return {
    row,
    callId: live.call.id,
    lane: live.lane,
    actionId,
    rules: queue,
    joinedAt: place?.since ?? mono,
    enteredAt: mono,
    place: queue.total_incoming_count,
    deadline: deadlineIn(mono, queue.wait_timeout),
    demand: demandOf(queue, wanted.skills),
    wanted,
    sticky,
    heldUntil: sticky !== undefined && sticky.heldUntil > mono ? sticky.heldUntil : undefined,
    explanation: undefined,
    offers: [],
    roomId: undefined,
    servedAt: undefined,
    callback: undefined,
    notBefore: undefined,
  };
}

function newRow(
  { live, decision, chance }: Turn,
  queue: Queue,
  { place, previousId, wanted }: Way,
): Queuecall {
  const { call } = live;
  return {
    id: chance.id(),
    reference_type: 'call',
    reference_id: call.id,
    status: 'wait',
    service_agent_id: nilId,
    tm_create: decision.stamp,
    tm_service: notYet,
    tm_update: notYet,
    tm_delete: notYet,
    customer_id: queue.customer_id,
    queue_id: queue.id,
    duration_waiting: 0,
    duration_service: 0,
    end_reason: '',
    priority: wanted.priority ?? queue.priority,
    source: callerOf(call),
    tm_place: place?.stamp ?? decision.stamp,
    previous_id: previousId,
    callback: noCallback,
    answer_agent_id: nilId,
  };
}

/** An empty list plays music. The last action leads back to the first, unless it says otherwise. */
function waitLoop({ chance }: Turn, { wait_actions: listed, announce }: Queue): readonly NestedAction[] {
  const { interval_seconds: interval, ...what } = announce;
  const announces = interval > 0 && (what.position || what.estimated_wait);
  const music: Action = {
    id: chance.id(),
    next_id: nilId,
    type: 'music',
    ...(announces && { option: { duration: interval * 1000 } }),
  };
  const heard: readonly Action[] = listed.length > 0 ? listed : [music];
  const announcement: Action = {
    id: chance.id(),
    next_id: nilId,
    type: 'queue_announce',
    option: { interval, ...what },
  };
  const round = announces ? [...heard, announcement] : heard;
  const [first] = round;
  return round.map((action, index) =>
    index === round.length - 1 && action.next_id === nilId && first !== undefined
      ? { ...action, next_id: first.id }
      : action,
  );
}

/** The caller is gone. */
export function callerGone(turn: Turn): void {
  const { live, sitting } = turn;
  const visit = live.visitId === undefined ? undefined : sitting.visits.find(live.visitId);
  if (visit !== undefined && hasHungUp(sitting, visit)) live.visitId = undefined;
  else endVisitOf(turn, 'abandoned');
}

function endVisitOf({ live, sitting }: Turn, unserved: UnservedEnd): void {
  const visit = live.visitId === undefined ? undefined : sitting.visits.find(live.visitId);
  live.visitId = undefined;
  if (visit === undefined) return;
  withdrawOffers(sitting, visit);
  endVisit(sitting, visit, unserved);
}

/** Its flow has gone on from the wait by itself: by a key, or by one of the wait actions. */
export function leftQueue(turn: Turn): void {
  const { live, sitting } = turn;
  const visit = live.visitId === undefined ? undefined : sitting.visits.find(live.visitId);
  if (visit === undefined || visit.servedAt !== undefined || live.walk?.run.isWithin(visit.actionId) === true)
    return;
  endVisitOf(turn, 'exited');
}

/** `position` in the line, 1 is next; `size` of the line; `waited`: seconds since it joined; `estimated_wait`: seconds. */
export function queueVariable({ live, sitting }: Turn, name: string): string {
  const visit = live.visitId === undefined ? undefined : sitting.visits.find(live.visitId);
  if (visit === undefined) return '';
  const queue = sitting.queues.find(visit.row.queue_id)?.row;
  const waiting = queue?.wait_queue_call_ids ?? [];
  switch (name.slice(name.lastIndexOf('.') + 1)) {
    case 'position':
      return String(positionOf(sitting.house, visit));
    case 'size':
      return String(waiting.length);
    case 'waited':
      return String(Math.round((sitting.decision.at.mono - visit.joinedAt) / 1000));
    case 'estimated_wait':
      return String(estimatedSeconds(queue, positionOf(sitting.house, visit)));
    case 'id':
      return visit.row.queue_id;
    default:
      return '';
  }
}

/** What those who were served have waited on average, for each place in the line that is left, as a share of the line now. */
function estimatedSeconds(queue: Queue | undefined, position: number): number {
  if (queue === undefined || queue.total_serviced_count === 0) return 0;
  const averageMs = queue.total_waittime / endedWaits(queue);
  return Math.round((averageMs * position) / Math.max(1, queue.wait_queue_call_ids.length) / 1000);
}

/** A key was pressed: it may be the one with which a caller leaves the queue, or asks to be called back. */
export function keyPressedInQueue({ live, sitting }: Turn, key: string): void {
  const visit = live.visitId === undefined ? undefined : sitting.visits.find(live.visitId);
  if (visit === undefined || visit.servedAt !== undefined || visit.callback !== undefined) return;
  const { exit_key: exit, callback } = visit.rules;
  if (key === exit) return putOut(sitting, visit, () => ({ why: 'exited' }));
  if (key !== callback.key) return;
  const problem = askForCallback(sitting, visit.row.id);
  if (problem === undefined) return;
  const text = `the key for a call back was pressed in vain: ${problem}`;
  sitting.decision.effect({ kind: 'report', callId: live.call.id, problem: 'queue', text });
}

/** A waiting caller is to be called back: it is told so, and hung up on. Answers why that cannot be, if so. */
export function askForCallback(sitting: Sitting, visitId: string, wanted?: Address): string | undefined {
  const visit = sitting.visits.find(visitId);
  if (visit === undefined) return 'the visit is over';
  const actions = promiseCallback(sitting, visit, wanted);
  if (typeof actions === 'string') return actions;
  sitting.later(visit.callId, (caller) => breakOff(caller, visit.actionId, actions));
  return undefined;
}

/** The same by an action of its flow, which is followed by what is answered; or, as a text, why it cannot be. */
export function promiseInFlow(
  { live, sitting }: Turn,
  wanted: Address | undefined,
): readonly NestedAction[] | string {
  const visit = live.visitId === undefined ? undefined : sitting.visits.find(live.visitId);
  return visit === undefined ? 'the call waits in no queue' : promiseCallback(sitting, visit, wanted);
}

/** Puts a caller out of the queue, waiting or served: its flow goes on with what comes after. */
export function kick(sitting: Sitting, visitId: string): void {
  const visit = sitting.visits.find(visitId);
  if (visit === undefined) return;
  if (visit.callback?.onLine !== false) return putOut(sitting, visit, () => ({ why: 'kicked' }));
  changeVisit(sitting, visit, { status: 'kicking' }, 'queuecall_kicking');
  callOff(sitting, visit, 'kicked');
}

/** What becomes of a caller that is put out: why, if nobody has served it, and what it runs before its flow goes on. */
interface WayOut {
  readonly why: UnservedEnd;
  readonly actions?: readonly NestedAction[];
}

function putOut(sitting: Sitting, visit: Visit, wayOut: (caller: Turn) => WayOut): void {
  if (visit.row.status === 'kicking') return;
  changeVisit(sitting, visit, { status: 'kicking' }, 'queuecall_kicking');
  visit.deadline = undefined;
  withdrawOffers(sitting, visit);
  sitting.later(visit.callId, (caller) => {
    if (caller.live.roomId === visit.roomId) leaveRoom(caller);
    caller.live.visitId = undefined;
    const { why, actions = [] } = wayOut(caller);
    endVisit(sitting, visit, why);
    breakOff(caller, visit.actionId, actions);
  });
}

/** A wait or a talk has lasted long enough, or nobody said where an agent is. */
export function visitDue(sitting: Sitting, visitId: string): void {
  const visit = sitting.visits.find(visitId);
  if (visit === undefined) return;
  const { mono } = sitting.decision.at;
  for (const { deadline, agentId } of visit.offers)
    if (deadline !== undefined && deadline <= mono) offerDue(sitting, visit, agentId);
  if (visit.heldUntil !== undefined && visit.heldUntil <= mono) {
    visit.heldUntil = undefined;
    sitting.matchAgain(visit.row.customer_id);
  }
  if (visit.callback !== undefined) return callbackDue(sitting, visit, visit.callback);
  if (visit.deadline === undefined || visit.deadline > mono) return;
  putOut(sitting, visit, (caller) => {
    const actions = visit.servedAt === undefined ? overflowActions(caller, visit.rules, wayFrom(visit)) : [];
    return { why: actions.length > 0 ? 'overflowed' : 'timeout', actions };
  });
}

/** What can be changed of a waiting caller. */
export interface VisitChange {
  readonly priority?: number;
  /** Where it waits from now on. */
  readonly queueId?: string;
  /** Whether it brings its place in line there; true unless it is said. */
  readonly keepPlace?: boolean;
}

/** Answers why it cannot be changed, if so. */
export function changeWaiting(sitting: Sitting, visitId: string, wanted: VisitChange): string | undefined {
  const visit = sitting.visits.find(visitId);
  if (visit === undefined) return 'the visit is over';
  if (visit.servedAt !== undefined) return 'the caller talks with an agent';
  const { queueId, priority, keepPlace = true } = wanted;
  const problem = queueId === undefined ? undefined : whyNotTo(sitting, visit, queueId);
  if (problem !== undefined) return problem;
  if (priority !== undefined) setPriority(sitting, visit, priority);
  if (queueId !== undefined) move(sitting, visit, queueId, keepPlace);
  return undefined;
}

/** In another queue, too, it has that priority. */
function setPriority(sitting: Sitting, visit: Visit, priority: number): void {
  visit.wanted = { ...visit.wanted, priority };
  if (visit.row.priority === priority) return;
  const event = visit.row.status === 'entering' ? 'queuecall_entering' : 'queuecall_waiting';
  changeVisit(sitting, visit, { priority }, event);
  sitting.matchAgain(visit.row.customer_id);
}

function whyNotTo(sitting: Sitting, { row, callId, callback }: Visit, queueId: string): string | undefined {
  if (callback !== undefined) return 'the caller waits for a call back from that queue';
  if (row.queue_id === queueId) return 'the caller waits in that queue already';
  if (sitting.queues.find(queueId)?.row.customer_id !== row.customer_id)
    return `there is no queue ${queueId}`;
  return sitting.call(callId)?.walk === undefined ? 'the flow of the caller has ended' : undefined;
}

/** Into another queue, however many wait there. */
function move(sitting: Sitting, visit: Visit, queueId: string, keepPlace: boolean): void {
  putOut(sitting, visit, (caller) => {
    const { place, ...way } = wayFrom(visit);
    caller.live.passage = { ...way, hops: 0, place: keepPlace ? place : undefined };
    return { why: 'moved', actions: [forwardToQueue(queueId)] };
  });
}

function wayFrom({ actionId, joinedAt, row, wanted }: Visit): Way {
  return { actionId, place: { since: joinedAt, stamp: row.tm_place }, previousId: row.id, wanted };
}

/** The line with one more in it: behind all who have waited for longer. */
function inLine(sitting: Sitting, waiting: readonly string[], visitId: string): string[] {
  const joined = (id: string): number => sitting.visits.find(id)?.joinedAt ?? 0;
  const since = joined(visitId);
  const at = waiting.findLastIndex((id) => joined(id) <= since) + 1;
  return waiting.toSpliced(at, 0, visitId);
}

/** When something has to happen to it by itself. */
export function visitWakeTime({
  deadline,
  heldUntil,
  notBefore,
  callback,
  offers,
}: Visit): Monotonic | undefined {
  const times = [deadline, heldUntil, notBefore, callback?.deadline, ...offers.map((each) => each.deadline)];
  return times.reduce(
    (least, time) => (least === undefined || (time !== undefined && time < least) ? time : least),
    undefined,
  );
}

function deadlineIn(now: Monotonic, ms: number): Monotonic | undefined {
  return ms > 0 ? afterMs(now, ms) : undefined;
}
