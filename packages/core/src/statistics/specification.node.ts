import { type Agent, notYet, parseTimestamp, type Queuecall } from '@parley/contract';
import type { CountedEvent } from './ledger.ts';
import { type AgentTally, type QueueTally } from './tally.ts';

/** An agent from an event on, and the queue whose caller it served last by then. */
interface AgentMoment extends Agent {
  readonly served: string | undefined;
}

/** Whole history, written the long way: for each figure, go through everything and take what belongs to it. */
export class Specification {
  /** Each visit as it was in the end. */
  readonly #visits: readonly Queuecall[];
  readonly #agents: ReadonlyMap<string, readonly AgentMoment[]>;
  readonly #now: number;

  constructor(events: readonly CountedEvent[], nowMs: number) {
    const visits = new Map<string, Queuecall>();
    const agents = new Map<string, AgentMoment[]>();
    const served = new Map<string, string>();
    for (const { type, body } of events) {
      const { data } = JSON.parse(body) as { data: Omit<Queuecall, 'status'> & Omit<Agent, 'status'> };
      if (type.startsWith('queuecall_')) visits.set(data.id, data as unknown as Queuecall);
      if (['queuecall_serviced', 'queuecall_updated'].includes(type))
        served.set(data.service_agent_id, data.queue_id);
      if (['agent_created', 'agent_status_updated', 'agent_deleted'].includes(type))
        agents.set(data.id, [
          ...(agents.get(data.id) ?? []),
          { ...(data as unknown as Agent), served: served.get(data.id) },
        ]);
    }
    this.#visits = [...visits.values()];
    this.#agents = agents;
    this.#now = nowMs;
  }

  queue(id: string, from: number, to: number): QueueTally {
    const isIn = (timestamp: string): boolean => ms(timestamp) >= from && ms(timestamp) < to;
    const visits = this.#visits.filter((visit) => visit.queue_id === id);
    const answered = visits.filter((visit) => wasServed(visit) && isIn(visit.tm_service));
    const done = visits.filter((visit) => visit.status === 'done' && isIn(visit.tm_delete));
    const unserved = visits.filter((visit) => visit.status === 'abandoned' && isIn(visit.tm_delete));
    const ended = (...reasons: readonly string[]) =>
      unserved.filter(({ end_reason: reason }) => reasons.includes(reason));
    const lost = ended('abandoned', 'unreached', 'failed');
    const elsewhere = ended('overflowed', 'timeout', 'moved', 'exited');
    const out = ended('kicked');
    return {
      incoming: visits.filter((visit) => isIn(visit.tm_create)).length,
      answered: answered.length,
      abandoned: lost.length,
      overflowed: elsewhere.length,
      kicked: out.length,
      done: done.length,
      answeredWaitMs: waits(answered),
      abandonedWaitMs: waits(lost),
      otherWaitMs: waits(elsewhere) + waits(out),
      longestWaitMs: Math.max(0, ...[...answered, ...unserved].map((visit) => visit.duration_waiting)),
      talkMs: done.reduce((sum, visit) => sum + visit.duration_service, 0),
      wrapUpMs: [...this.#agents.keys()].reduce((sum, agent) => sum + this.#restedMs(agent, id, from, to), 0),
      answeredAfter: bySecond(answered),
      abandonedAfter: bySecond(lost),
    };
  }

  agent(id: string, from: number, to: number): AgentTally {
    const isIn = (timestamp: string): boolean => ms(timestamp) >= from && ms(timestamp) < to;
    const visits = this.#visits.filter((visit) => visit.service_agent_id === id && wasServed(visit));
    const answers = this.#visits.filter((visit) => visit.answer_agent_id === id && wasServed(visit));
    const done = visits.filter((visit) => visit.status === 'done' && isIn(visit.tm_delete));
    const rows = this.#agents.get(id) ?? [];
    const timeAs = (status: string, isRight: (row: Agent) => boolean = () => true): number =>
      rows.reduce((sum, row, index) => {
        if (row.status !== status || row.tm_delete !== notYet || !isRight(row)) return sum;
        return sum + overlap(this.#spanOf(rows, index), from, to);
      }, 0);
    const isParleys = ({ status_reason: reason }: Agent): boolean => ['service', 'wrap_up'].includes(reason);
    return {
      offered: rows.filter(
        (row, index) =>
          row.status === 'ringing' &&
          row.tm_delete === notYet &&
          rows[index - 1]?.status !== 'ringing' &&
          isIn(row.tm_status),
      ).length,
      answered: answers.filter((visit) => isIn(visit.tm_service)).length,
      done: done.length,
      talkMs: done.reduce((sum, visit) => sum + visit.duration_service, 0),
      availableMs: timeAs('available'),
      ringingMs: timeAs('ringing'),
      serviceMs: timeAs('busy', ({ status_reason: reason }) => reason === 'service'),
      wrapUpMs: timeAs('busy', ({ status_reason: reason }) => reason === 'wrap_up'),
      busyMs: timeAs('busy', (row) => !isParleys(row)),
      awayMs: timeAs('away'),
    };
  }

  /** What of the rests of an agent followed a caller of that queue. */
  #restedMs(agentId: string, queueId: string, from: number, to: number): number {
    const rows = this.#agents.get(agentId) ?? [];
    return rows.reduce((sum, row, index) => {
      if (row.status_reason !== 'wrap_up' || row.status !== 'busy' || row.tm_delete !== notYet) return sum;
      return row.served === queueId ? sum + overlap(this.#spanOf(rows, index), from, to) : sum;
    }, 0);
  }

  #spanOf(rows: readonly AgentMoment[], index: number): readonly [number, number] {
    const [row, next] = [rows[index], rows[index + 1]];
    const end = next?.tm_delete === notYet ? next.tm_status : next?.tm_delete;
    return [ms(row?.tm_status ?? ''), end === undefined ? this.#now : ms(end)];
  }
}

function wasServed({ status }: Queuecall): boolean {
  return status === 'service' || status === 'done';
}

function overlap([begin, end]: readonly [number, number], from: number, to: number): number {
  return Math.max(0, Math.min(end, to) - Math.max(begin, from));
}

function ms(timestamp: string): number {
  return Math.floor((parseTimestamp(timestamp) ?? 0) / 1000);
}

function waits(visits: readonly Queuecall[]): number {
  return visits.reduce((sum, visit) => sum + visit.duration_waiting, 0);
}

function bySecond(visits: readonly Queuecall[]): Record<string, number> {
  const seconds = visits.map((visit) => Math.min(3_601, Math.ceil(visit.duration_waiting / 1000)));
  return Object.fromEntries(
    seconds.map((second) => [second, seconds.filter((each) => each === second).length]),
  );
}
