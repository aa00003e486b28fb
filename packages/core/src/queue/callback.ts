import { type Address, type Callback, nilId, noAddress, notYet, type Queue } from '@parley/contract';
import type { Sitting } from '../call/sitting.ts';
import { isAnonymous } from '../dial/caller-id.ts';
import type { NestedAction } from '../flow/action-type.ts';
import { hangUpGroup } from '../group/group.ts';
import { afterMs } from '../ports/moment.ts';
import { backInLine, calledInVain, nobodyCalled, stampIn } from './calling-back.ts';
import type { LiveCallback, Visit } from './live-queue.ts';
import { withdrawOffers } from './offers.ts';
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
  visit.callback = { ...nobodyCalled, onLine: true, expiresAt: afterMs(decision.at.mono, seconds * 1000) };
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
  changeVisit(sitting, visit, { ...backInLine, callback }, 'queuecall_waiting');
  return [{ type: 'talk', option: { text: text === '' ? farewell : text, language } }, { type: 'hangup' }];
}

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
