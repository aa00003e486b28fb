import {
  type AgentStatus,
  type Callback,
  nilId,
  notYet,
  type Queue,
  type Queuecall,
  type QueuecallEndReason,
} from '@parley/contract';
import { withAgentStatus } from '../agent/agent.ts';
import { wrapUpDeadline } from '../agent/wrap-up.ts';
import type { Sitting } from '../call/sitting.ts';
import type { Turn } from '../call/turn.ts';
import { noteUnserved } from './explain.ts';
import { noteTalk } from './last-talk.ts';
import type { LiveAgent, Visit } from './live-queue.ts';
import { assertAddsUp, countUnserved } from './queue-figures.ts';

/**
 * Another status, told. `reason` is a word for people and programs, such as `missed_noanswer`; empty: none. `wrapUpEnd`: when
 * the rest that begins is over.
 */
export function setStatus(
  sitting: Sitting,
  agent: LiveAgent,
  status: AgentStatus,
  reason = '',
  wrapUpEnd: string = notYet,
): void {
  if (agent.row.status === status && agent.row.status_reason === reason) return;
  const { decision } = sitting;
  agent.row = withAgentStatus(agent.row, decision.stamp, status, reason, wrapUpEnd);
  agent.wrapUpUntil = wrapUpDeadline(agent.row, decision.at);
  decision.put('agent', agent.row);
  decision.emit('agent_status_updated', agent.row.id, agent.row);
  sitting.matchAgain(agent.row.customer_id);
}

export function changeVisit(
  sitting: Sitting,
  visit: Visit,
  changes: Partial<Queuecall>,
  event:
    | 'queuecall_entering'
    | 'queuecall_serviced'
    | 'queuecall_kicking'
    | 'queuecall_waiting'
    | 'queuecall_updated',
): void {
  const { decision } = sitting;
  visit.row = { ...visit.row, ...changes, tm_update: decision.stamp };
  decision.put('queuecall', visit.row);
  decision.emit(event, visit.lane, visit.row);
}

export function changeQueue(
  sitting: Sitting,
  queueId: string,
  change: (queue: Queue) => Partial<Queue>,
): void {
  const queue = sitting.queues.find(queueId);
  if (queue === undefined) return;
  const { decision } = sitting;
  queue.row = { ...queue.row, ...change(queue.row), tm_update: decision.stamp };
  assertAddsUp(queue.row);
  decision.put('queue', queue.row);
  decision.emit('queue_updated', queue.row.id, queue.row);
}

/** Why a visit is over in which no agent was spoken to. */
export type UnservedEnd = Exclude<QueuecallEndReason, '' | 'served'>;

/** The last event of a visit, and what it adds to the queue's figures. `unserved`: why it ends, if nobody has served it. */
export function endVisit(sitting: Sitting, visit: Visit, unserved: UnservedEnd): void {
  if (sitting.visits.find(visit.row.id) === undefined) return;
  const { decision } = sitting;
  const { mono } = decision.at;
  const talkSince = isBeingServed(sitting, visit) ? visit.servedAt : undefined;
  const served = talkSince !== undefined;
  const waitedMs = Math.round((talkSince ?? mono) - visit.enteredAt);
  const talkedMs = talkSince === undefined ? 0 : Math.round(mono - talkSince);
  visit.row = {
    ...visit.row,
    status: served ? 'done' : 'abandoned',
    service_agent_id: served ? visit.row.service_agent_id : nilId,
    tm_service: served ? visit.row.tm_service : notYet,
    duration_waiting: waitedMs,
    duration_service: talkedMs,
    end_reason: served ? 'served' : unserved,
    callback: overIfOpen(visit.row.callback),
    tm_update: decision.stamp,
    tm_delete: decision.stamp,
  };
  decision.put('queuecall', visit.row);
  decision.emit(served ? 'queuecall_done' : 'queuecall_abandoned', visit.lane, visit.row);
  sitting.visits.remove(visit.row.id);
  if (served) noteTalk(sitting, visit);
  else noteUnserved(sitting, visit);
  changeQueue(sitting, visit.row.queue_id, (queue) =>
    served
      ? {
          service_queue_call_ids: without(queue.service_queue_call_ids, visit.row.id),
          total_service_duration: queue.total_service_duration + talkedMs,
        }
      : {
          wait_queue_call_ids: without(queue.wait_queue_call_ids, visit.row.id),
          ...countUnserved(queue, unserved, waitedMs),
        },
  );
}

/** Of a promise that was not kept nothing comes any more. */
export function overIfOpen(callback: Callback): Callback {
  return callback.state === 'pending' || callback.state === 'calling'
    ? { ...callback, state: 'over' }
    : callback;
}

/** An agent may have answered a caller who was hanging up, and never have met it. */
function isBeingServed(sitting: Sitting, { row }: Visit): boolean {
  return sitting.queues.find(row.queue_id)?.row.service_queue_call_ids.includes(row.id) === true;
}

/** The caller is out of the room in which it was served: that was its visit. */
export function callerLeftRoom({ live, sitting }: Turn, roomId: string): void {
  const visit = live.visitId === undefined ? undefined : sitting.visits.find(live.visitId);
  if (visit?.servedAt === undefined || visit.roomId !== roomId || visit.row.status === 'kicking') return;
  live.visitId = undefined;
  endVisit(sitting, visit, 'abandoned');
}

export function without(ids: readonly string[], id: string): string[] {
  return ids.filter((each) => each !== id);
}
