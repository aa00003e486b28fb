import { nilId, notYet, parseTimestamp, type Queue, type Queuecall } from '@parley/contract';
import type { House } from '../call/house.ts';
import { limits } from '../limits.ts';
import type { Decision } from '../decision.ts';
import { type ExplanationRow, withOutcome } from './explanation-row.ts';
import { afterMs, type Moment, type Monotonic } from '../ports/moment.ts';
import type { Visit, VisitWanted } from './live-queue.ts';
import { demandOf } from './match.ts';

/** A promise to call back that outlived the process that gave it, and the lane of its events. */
export interface Promised {
  readonly row: Queuecall;
  readonly lane: string;
  /** Why it went as it did until then. */
  readonly explanation: ExplanationRow | undefined;
}

/** What is known of visits when their process has died. */
interface Left {
  readonly queuecalls: readonly Queuecall[];
  readonly queues: readonly Queue[];
  readonly explanations: readonly ExplanationRow[];
}

/** Callers who were promised a call back go on waiting, if their queue does: nobody has to be on the line for it. */
export function keepPromises(
  decision: Decision,
  { queuecalls, queues, explanations }: Left,
  laneOf: (callId: string) => string,
): { readonly promises: readonly Promised[]; readonly others: readonly Queuecall[] } {
  const waiting = new Set(queues.flatMap((queue) => queue.wait_queue_call_ids));
  const isKept = (visit: Queuecall): boolean => isPromised(visit) && waiting.has(visit.id);
  const promises = queuecalls.filter(isKept).map((visit) => {
    const lane = laneOf(visit.reference_id);
    const explanation = explanations.find(({ id }) => id === visit.id);
    return {
      row: keep(decision, visit, lane),
      lane,
      explanation: explanation && withOutcome(explanation, undefined, 'withdrawn', decision.stamp),
    };
  });
  return { promises, others: queuecalls.filter((visit) => !isKept(visit)) };
}

function isPromised({ status, callback }: Queuecall): boolean {
  const { state } = callback;
  return (status === 'wait' || status === 'entering') && (state === 'pending' || state === 'calling');
}

/** Back to its place in line. An attempt that the end of the process broke off does not count. */
function keep(decision: Decision, visit: Queuecall, lane: string): Queuecall {
  const { callback, status } = visit;
  const isCut = callback.state === 'calling';
  if (status === 'wait' && !isCut) return visit;
  const row: Queuecall = {
    ...visit,
    status: 'wait',
    service_agent_id: nilId,
    tm_service: notYet,
    tm_update: decision.stamp,
    callback: { ...callback, state: 'pending', attempts: callback.attempts - (isCut ? 1 : 0) },
  };
  decision.put('queuecall', row);
  decision.emit('queuecall_waiting', lane, row);
  return row;
}

/** Undefined: its queue is not there any more. It waits by the settings that the queue has now. */
export function takeUpPromise(
  house: House,
  { row, lane, explanation }: Promised,
  at: Moment,
): Visit | undefined {
  const queue = house.queues.get(row.queue_id)?.row;
  if (queue === undefined) return undefined;
  const { callback } = row;
  const expiresAt = monotonicOf(callback.tm_expire, at);
  const wanted = wantedBy(row);
  const agent = wanted.agentId === undefined ? undefined : house.agents.get(wanted.agentId);
  return {
    row,
    callId: row.reference_id,
    lane,
    actionId: nilId,
    rules: queue,
    joinedAt: monotonicOf(row.tm_place, at),
    enteredAt: monotonicOf(row.tm_create, at),
    place: queue.wait_queue_call_ids.indexOf(row.id),
    deadline: expiresAt,
    demand: demandOf(queue, wanted.skills),
    wanted,
    sticky: agent && { agentId: agent.row.id, heldUntil: at.mono },
    heldUntil: undefined,
    offers: [],
    roomId: undefined,
    servedAt: undefined,
    explanation,
    callback: { onLine: false, expiresAt, request: undefined, deadline: undefined, groupId: undefined },
    notBefore: laterOf(monotonicOf(callback.tm_next, at), afterMs(at.mono, limits.takeUpMs)),
  };
}

function wantedBy({ queue_id: queueId, priority, callback }: Queuecall): VisitWanted {
  const { skills, agent_id: agentId } = callback;
  return { queueId, priority, skills, ...(agentId !== nilId && { agentId }) };
}

/** The same moment by the clock that does not jump; before the process began it is negative. */
function monotonicOf(stamp: string, { mono, wall }: Moment): Monotonic {
  return (mono + ((parseTimestamp(stamp) ?? wall) - wall) / 1000) as Monotonic;
}

function laterOf(one: Monotonic, other: Monotonic): Monotonic {
  return one > other ? one : other;
}
