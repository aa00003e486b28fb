import { type Agent, nilId, notYet, parseTimestamp, type Queuecall } from '@parley/contract';
import {
  type AgentTally,
  emptyTally,
  type LogEntry,
  type QueueTally,
  type Recounted,
  type Subject,
  type Tallies,
} from '@parley/core';

const quarterMs = 900_000;

/** Counts everything anew, the plain way: each visit, then each time that an agent was something. */
export function recount(
  visits: readonly Queuecall[],
  log: readonly LogEntry[],
  untilMs: number | undefined,
): readonly Recounted[] {
  const sheet = new Sheet();
  for (const visit of visits) countVisit(sheet, visit);
  if (untilMs !== undefined) countStatuses(sheet, log, untilMs);
  return sheet.counted;
}

class Sheet {
  readonly #rows = new Map<string, Recounted>();

  get counted(): readonly Recounted[] {
    return [...this.#rows.values()];
  }

  at<S extends Subject>(subject: S, subjectId: string, customerId: string, ms: number): Tallies[S] {
    const start = Math.floor(ms / quarterMs) * quarterMs;
    const key = `${subject} ${subjectId} ${start}`;
    const row = this.#rows.get(key) ?? {
      customerId,
      subject,
      subjectId,
      start,
      tally: emptyTally[subject](),
    };
    this.#rows.set(key, row);
    return row.tally as Tallies[S];
  }
}

function countVisit(sheet: Sheet, visit: Queuecall): void {
  const { customer_id: customerId, duration_waiting: waited, duration_service: talked } = visit;
  const queueAt = (timestamp: string): QueueTally =>
    sheet.at('queue', visit.queue_id, customerId, msOf(timestamp));
  const agentAt = (id: string, timestamp: string): AgentTally =>
    sheet.at('agent', id, customerId, msOf(timestamp));
  queueAt(visit.tm_create).incoming += 1;
  if (visit.status === 'service' || visit.status === 'done') {
    const queue = queueAt(visit.tm_service);
    queue.answered += 1;
    queue.answeredWaitMs += waited;
    waitedIn(queue, queue.answeredAfter, waited);
    agentAt(visit.answer_agent_id, visit.tm_service).answered += 1;
  }
  if (visit.status === 'done') {
    addTalk(queueAt(visit.tm_delete), talked);
    // Whoever has taken a caller over may be no agent.
    if (visit.service_agent_id !== nilId) addTalk(agentAt(visit.service_agent_id, visit.tm_delete), talked);
  }
  if (visit.status === 'abandoned') countUnserved(queueAt(visit.tm_delete), visit);
}

function addTalk(tally: QueueTally | AgentTally, talkedMs: number): void {
  tally.done += 1;
  tally.talkMs += talkedMs;
}

function countUnserved(queue: QueueTally, { end_reason: reason, duration_waiting: waited }: Queuecall): void {
  if (['abandoned', 'unreached', 'failed', ''].includes(reason)) {
    queue.abandoned += 1;
    queue.abandonedWaitMs += waited;
    return waitedIn(queue, queue.abandonedAfter, waited);
  }
  if (reason === 'kicked') queue.kicked += 1;
  else queue.overflowed += 1;
  queue.otherWaitMs += waited;
  queue.longestWaitMs = Math.max(queue.longestWaitMs, waited);
}

function waitedIn(queue: QueueTally, counts: Record<string, number>, waited: number): void {
  const seconds = Math.min(3_601, Math.ceil(waited / 1000));
  counts[seconds] = (counts[seconds] ?? 0) + 1;
  queue.longestWaitMs = Math.max(queue.longestWaitMs, waited);
}

interface Change {
  readonly agent: Agent;
  readonly sinceMs: number;
  /** The queue that it has served last. */
  readonly served: string | undefined;
}

function countStatuses(sheet: Sheet, log: readonly LogEntry[], untilMs: number): void {
  const changes = new Map<string, Change[]>();
  const served = new Map<string, string>();
  for (const { type, body } of log) {
    if (type === 'queuecall_serviced' || type === 'queuecall_updated') {
      const { data } = JSON.parse(body) as { data: Queuecall };
      served.set(data.service_agent_id, data.queue_id);
    }
    if (type !== 'agent_created' && type !== 'agent_status_updated' && type !== 'agent_deleted') continue;
    const { data: agent } = JSON.parse(body) as { data: Agent };
    const sinceMs = msOf(type === 'agent_deleted' ? agent.tm_delete : agent.tm_status);
    const change = { agent, sinceMs, served: served.get(agent.id) };
    changes.set(agent.id, [...(changes.get(agent.id) ?? []), change]);
  }
  for (const ofAgent of changes.values())
    for (const [index, change] of ofAgent.entries())
      countStatus(sheet, change, ofAgent[index - 1], ofAgent[index + 1]?.sinceMs ?? untilMs);
}

function countStatus(sheet: Sheet, change: Change, before: Change | undefined, endMs: number): void {
  const { agent, sinceMs, served } = change;
  const { id, customer_id: customerId, status } = agent;
  if (agent.tm_delete !== notYet || status === 'offline') return;
  if (status === 'ringing' && before?.agent.status !== 'ringing')
    sheet.at('agent', id, customerId, sinceMs).offered += 1;
  for (let at = sinceMs; at < endMs; ) {
    const end = Math.min(endMs, (Math.floor(at / quarterMs) + 1) * quarterMs);
    sheet.at('agent', id, customerId, at)[timeOf(agent)] += end - at;
    if (timeOf(agent) === 'wrapUpMs' && served !== undefined)
      sheet.at('queue', served, customerId, at).wrapUpMs += end - at;
    at = end;
  }
}

function timeOf({ status, status_reason: reason }: Agent): keyof AgentTally {
  if (status === 'busy' && reason === 'service') return 'serviceMs';
  if (status === 'busy' && reason === 'wrap_up') return 'wrapUpMs';
  return `${status as 'available' | 'ringing' | 'busy' | 'away'}Ms`;
}

function msOf(timestamp: string): number {
  return Math.floor((parseTimestamp(timestamp) ?? 0) / 1000);
}
