import { type Agent, type EventType, formatTimestamp, nilId, notYet, type Queuecall } from '@parley/contract';
import { isBusyWith } from '../agent/wrap-up.ts';
import type { NewEvent, Recounted } from '../ports/store.ts';
import { visitOutcome } from '../queue/queue-figures.ts';
import { Cells, type Counted } from './cells.ts';
import {
  instantOf,
  intervalMs,
  intervalStart,
  type KeptInterval,
  millisecondsOf,
  pieces,
} from './interval.ts';
import {
  type AgentStanding,
  logStandingId,
  type StandingRow,
  type StandingStatus,
  type StatisticRow,
} from './rows.ts';
import { addCopy, addTally, countWait, emptyTally, type Subject, type Tallies } from './tally.ts';

/** An event as far as it is looked at here. */
export type CountedEvent = Pick<NewEvent, 'type' | 'body'>;

/** What has to be written down together, so that a process that starts counts on from there. */
export interface Checkpoint {
  readonly statistics: readonly StatisticRow[];
  readonly standings: readonly StandingRow[];
}

type Standing = Omit<AgentStanding, 'of'> & { readonly customerId: string };

/** Intervals that ended so long ago are closed: no clock steps back further than that. */
const closedAfterMs = 3_600_000;

const keptIntervals = Object.keys(intervalMs) as readonly KeptInterval[];

/** The time of a status counts as this; `offline` is what is left. */
const timeOf = {
  available: 'availableMs',
  ringing: 'ringingMs',
  service: 'serviceMs',
  wrap_up: 'wrapUpMs',
  busy: 'busyMs',
  away: 'awayMs',
} as const satisfies Record<Exclude<StandingStatus, 'offline'>, keyof Tallies['agent']>;

/**
 * The one way from the event log to the figures: events go in, in their order, and what they count stands in intervals. The
 * same code counts live, and counts again after a restart. What an event counts is all in it; only the time of an agent's
 * status needs to know the status before.
 */
export class Ledger {
  readonly #cells = new Cells();
  readonly #standings = new Map<string, Standing>();
  /** Agents whose standing has changed; those who are gone too. */
  readonly #changed = new Map<string, string>();
  #floorMs = 0;

  /** Intervals in memory. */
  get size(): number {
    return this.#cells.size;
  }

  /** Whether something was counted since the last checkpoint. */
  get hasChanged(): boolean {
    return this.#cells.hasChanged || this.#changed.size > 0;
  }

  /** Whether time goes on to be counted without an event. */
  get isOnDuty(): boolean {
    return [...this.#standings.values()].some(({ status }) => status !== 'offline');
  }

  /** Most events are about something else, and are not even read. */
  add({ type, body }: CountedEvent): void {
    if (visitEvents.has(type)) this.#addVisit(type, (JSON.parse(body) as { data: Queuecall }).data);
    if (agentEvents.has(type)) this.#addAgent((JSON.parse(body) as { data: Agent }).data);
  }

  /** Counts the time of all statuses that go on, up to that moment. Whenever and however often: the sums are the same. */
  advance(nowMs: number): void {
    for (const [id, standing] of this.#standings)
      if (standing.status !== 'offline' && standing.countedMs < nowMs) this.#countUntil(id, standing, nowMs);
  }

  /** What was counted from one moment to another, both full quarters of an hour, as far as it is in memory. */
  sum<S extends Subject>(subject: S, id: string, fromMs: number, toMs: number): Tallies[S] {
    const total = emptyTally[subject]();
    for (const { start, tally } of this.intervals(subject, id, 'quarter'))
      if (start >= fromMs && start < toMs) addTally[subject](total, tally);
    return total;
  }

  /** The intervals in memory of a queue or an agent, in no order. */
  intervals<S extends Subject>(subject: S, id: string, interval: KeptInterval) {
    return this.#cells.of(subject, id, interval);
  }

  /** Goes on from the last checkpoint: its standings, and all rows that are not closed. */
  load({ statistics, standings }: Checkpoint): void {
    for (const row of statistics) this.#cells.load(row);
    for (const { id, customer_id: customerId, standing } of standings) {
      if (standing.of === 'log') this.#floorMs = standing.floorMs;
      else this.#standings.set(id, { ...standing, customerId });
    }
  }

  /** Takes over what was counted by other means, before the first event. */
  takeOver({ customerId, subject, subjectId: id, start, tally }: Recounted): void {
    for (const interval of keptIntervals) {
      const into = this.#cells.open<Subject>(
        { subject, id, customerId },
        interval,
        intervalStart(start, intervalMs[interval]),
      );
      addCopy(subject, into, tally);
    }
  }

  /** An agent that is there already; its time is counted from now on. */
  introduce(agent: Agent, nowMs: number): void {
    const { id, customer_id: customerId } = agent;
    if (this.#standings.has(id)) return;
    const sinceMs = Math.min(millisecondsOf(agent.tm_status), nowMs);
    const status = standingStatus(agent);
    this.#stand(id, { ...offlineSince(customerId, nowMs), status, sinceMs });
  }

  /**
   * What has changed since the last checkpoint, for events up to `position` of the log. `written` is called when it is
   * durable; until then everything stays here.
   */
  checkpoint(nowMs: number, position: number): Checkpoint & { readonly written: () => void } {
    this.advance(nowMs);
    const floorMs = intervalStart(nowMs - closedAfterMs, intervalMs.quarter);
    this.#floorMs = Math.max(this.#floorMs, floorMs);
    const statistics = this.#cells.takeChanged(this.#floorMs);
    const standings = [...this.#changed].map(([id, customerId]) => this.#rowOf(id, customerId, nowMs));
    this.#changed.clear();
    const log = { of: 'log', position, floorMs: this.#floorMs } as const;
    return {
      statistics,
      standings: [...standings, { ...ageless, id: logStandingId, customer_id: nilId, standing: log }],
      written: () => this.#cells.letGo(statistics),
    };
  }

  #rowOf(id: string, customerId: string, nowMs: number): StandingRow {
    const { customerId: _, ...standing } = this.#standings.get(id) ?? offlineSince(customerId, nowMs);
    const isGone = !this.#standings.has(id);
    const tm_delete = isGone ? formatTimestamp(instantOf(nowMs)) : notYet;
    return { ...ageless, id, customer_id: customerId, tm_delete, standing: { of: 'agent', ...standing } };
  }

  #addVisit(type: EventType, visit: Queuecall): void {
    if (type === 'queuecall_created')
      this.#count(queueOf(visit), visit.tm_create, (queue) => {
        queue.incoming += 1;
      });
    if (type === 'queuecall_serviced') this.#answered(visit);
    if (type === 'queuecall_updated') this.#restsAfter(visit);
    if (type === 'queuecall_done') this.#done(visit);
    if (type === 'queuecall_abandoned') this.#unserved(visit);
  }

  #answered(visit: Queuecall): void {
    const { tm_service: at, duration_waiting: waited } = visit;
    this.#count(queueOf(visit), at, (queue) => {
      queue.answered += 1;
      queue.answeredWaitMs += waited;
      queue.longestWaitMs = Math.max(queue.longestWaitMs, waited);
      countWait(queue.answeredAfter, waited);
    });
    this.#count(agentOf(visit), at, (agent) => {
      agent.answered += 1;
    });
    this.#restsAfter(visit);
  }

  /** Whatever rest the agent has next is for that queue. */
  #restsAfter({ service_agent_id: agentId, queue_id: queueId }: Queuecall): void {
    const standing = this.#standings.get(agentId);
    if (standing !== undefined) this.#stand(agentId, { ...standing, queueId });
  }

  #done(visit: Queuecall): void {
    // Whoever has taken a caller over need not be an agent.
    const server = visit.service_agent_id === nilId ? [] : [agentOf(visit)];
    for (const whom of [queueOf(visit), ...server])
      this.#count<Subject>(whom, visit.tm_delete, (tally) => {
        tally.done += 1;
        tally.talkMs += visit.duration_service;
      });
  }

  #unserved(visit: Queuecall): void {
    const { duration_waiting: waited, end_reason: reason } = visit;
    const outcome = visitOutcome(reason);
    if (outcome === 'serviced') throw new Error(`visit ${visit.id} was served, and was not`);
    this.#count(queueOf(visit), visit.tm_delete, (queue) => {
      queue[outcome] += 1;
      queue.longestWaitMs = Math.max(queue.longestWaitMs, waited);
      if (outcome !== 'abandoned') queue.otherWaitMs += waited;
      else {
        queue.abandonedWaitMs += waited;
        countWait(queue.abandonedAfter, waited);
      }
    });
  }

  /** From the moment of its status on the agent stands differently; until then it stood as before. */
  #addAgent(agent: Agent): void {
    const { id, customer_id: customerId } = agent;
    const isGone = agent.tm_delete !== notYet;
    const sinceMs = millisecondsOf(isGone ? agent.tm_delete : agent.tm_status);
    const before = this.#standings.get(id);
    // A clock that steps back gives no status a length below nothing.
    if (before !== undefined) this.#countUntil(id, before, Math.max(sinceMs, before.sinceMs));
    if (isGone) {
      this.#standings.delete(id);
      this.#changed.set(id, customerId);
      return;
    }
    const status = standingStatus(agent);
    const queueId = before?.queueId ?? nilId;
    this.#stand(id, { status, sinceMs, countedMs: sinceMs, queueId, restQueueId: queueId, customerId });
    if (status === 'ringing' && before?.status !== 'ringing')
      this.#count({ subject: 'agent', id, customerId }, agent.tm_status, (tally) => {
        tally.offered += 1;
      });
  }

  /** What is not counted yet of the time of a status. It may have been counted too far, before the next was heard of. */
  #countUntil(id: string, standing: Standing, untilMs: number): void {
    const { status, countedMs, restQueueId, customerId } = standing;
    this.#stand(id, { ...standing, countedMs: untilMs });
    if (status === 'offline') return;
    const time = timeOf[status];
    for (const interval of keptIntervals)
      for (const { start, ms } of pieces(countedMs, untilMs, intervalMs[interval])) {
        this.#open({ subject: 'agent', id, customerId }, interval, start)[time] += ms;
        if (status === 'wrap_up' && restQueueId !== nilId)
          this.#open({ subject: 'queue', id: restQueueId, customerId }, interval, start).wrapUpMs += ms;
      }
  }

  #stand(id: string, standing: Standing): void {
    this.#standings.set(id, standing);
    this.#changed.set(id, standing.customerId);
  }

  #count<S extends Subject>(of: Counted<S>, timestamp: string, change: (tally: Tallies[S]) => void): void {
    const at = millisecondsOf(timestamp);
    for (const interval of keptIntervals) change(this.#open(of, interval, at));
  }

  /** What comes too late for its interval counts in the oldest that is open. */
  #open<S extends Subject>(of: Counted<S>, interval: KeptInterval, at: number): Tallies[S] {
    return this.#cells.open(of, interval, intervalStart(Math.max(at, this.#floorMs), intervalMs[interval]));
  }
}

const visitEvents: ReadonlySet<EventType> = new Set<EventType>([
  'queuecall_created',
  'queuecall_serviced',
  'queuecall_updated',
  'queuecall_done',
  'queuecall_abandoned',
]);
const agentEvents: ReadonlySet<EventType> = new Set<EventType>([
  'agent_created',
  'agent_status_updated',
  'agent_deleted',
]);

/** Nobody asks when a standing began to be kept, and the same row is put again and again. */
const ageless = { tm_create: '1970-01-01 00:00:00.000000', tm_delete: notYet } as const;

function queueOf({ queue_id: id, customer_id: customerId }: Queuecall): Counted<'queue'> {
  return { subject: 'queue', id, customerId };
}

function agentOf({ service_agent_id: id, customer_id: customerId }: Queuecall): Counted<'agent'> {
  return { subject: 'agent', id, customerId };
}

function offlineSince(customerId: string, nowMs: number): Standing {
  return {
    status: 'offline',
    sinceMs: nowMs,
    countedMs: nowMs,
    queueId: nilId,
    restQueueId: nilId,
    customerId,
  };
}

function standingStatus(agent: Agent): StandingStatus {
  if (isBusyWith(agent, 'service')) return 'service';
  return isBusyWith(agent, 'wrapUp') ? 'wrap_up' : agent.status;
}
