import {
  type Agent,
  type Instant,
  notYet,
  parseTimestamp,
  type Queue,
  type Queuecall,
} from '@parley/contract';
import type { House } from '../call/house.ts';
import { limits } from '../limits.ts';
import { afterMs, type Moment, type Monotonic } from '../ports/moment.ts';
import { talkKey } from './last-talk.ts';
import { type DayFigures, dayMicroseconds, dayOf } from './today.ts';

/** How long before the end of a talk its caller may have joined. */
const longestVisitUs = dayMicroseconds;

/**
 * What earlier processes knew of agents and callers, found in the visits that are over: how many callers each agent had
 * today, when it was last offered one of a queue, and who talked with whom. Visits are added newest first.
 */
export class StaffHistory {
  readonly #at: Moment;
  readonly #sticky: ReadonlyMap<string, number>;
  readonly #figures = new Map<string, DayFigures>();
  readonly #offered = new Map<string, Map<string, Monotonic>>();
  readonly #talks = new Map<string, { readonly agentId: string; readonly endedAt: Monotonic }>();

  constructor(queues: readonly Queue[], at: Moment) {
    this.#at = at;
    this.#sticky = new Map(queues.map(({ id, sticky }) => [id, sticky.within_seconds]));
  }

  /** Of all visits the newest first; those of before that time tell nothing more. */
  static begins(queues: readonly Queue[], wall: Instant): Instant {
    const longest = Math.max(0, ...queues.map(({ sticky }) => sticky.within_seconds));
    const today = dayOf(wall) * dayMicroseconds;
    return (Math.min(today, wall - longest * 1_000_000) - longestVisitUs) as Instant;
  }

  add(visit: Queuecall): void {
    const { status, queue_id: queueId, service_agent_id: agentId, source } = visit;
    const ended = parseTimestamp(visit.tm_delete);
    if (status !== 'done' || visit.tm_delete === notYet || ended === undefined) return;
    this.#count(agentId, dayOf(ended), visit.duration_service);
    this.#noteOffer(agentId, queueId, this.#monoOf(parseTimestamp(visit.tm_service) ?? ended));
    const within = (this.#sticky.get(queueId) ?? 0) * 1_000_000;
    const key = this.#at.wall - ended < within ? talkKey(queueId, source) : undefined;
    if (key === undefined) return;
    const endedAt = this.#monoOf(ended);
    const known = this.#talks.get(key);
    if (known === undefined || known.endedAt < endedAt) this.#talks.set(key, { agentId, endedAt });
  }

  /** Puts it where it is looked for; agents are there already. */
  handTo(house: House): void {
    for (const [id, figures] of this.#figures) {
      const agent = house.agents.get(id);
      if (agent !== undefined) agent.figures = figures;
    }
    for (const [id, offered] of this.#offered) {
      const agent = house.agents.get(id);
      if (agent !== undefined) agent.lastOfferedAt = offered;
    }
    const talks = [...this.#talks].sort(([, a], [, b]) => a.endedAt - b.endedAt);
    for (const [key, talk] of talks.slice(-limits.lastTalks)) house.lastTalks.set(key, talk);
  }

  #count(agentId: string, day: number, talkMs: number): void {
    if (day !== dayOf(this.#at.wall)) return;
    const { calls, talkMs: before } = this.#figures.get(agentId) ?? { calls: 0, talkMs: 0 };
    this.#figures.set(agentId, { day, calls: calls + 1, talkMs: before + talkMs });
  }

  #noteOffer(agentId: string, queueId: string, at: Monotonic): void {
    const offered = this.#offered.get(agentId) ?? new Map<string, Monotonic>();
    this.#offered.set(agentId, offered);
    if ((offered.get(queueId) ?? at) <= at) offered.set(queueId, at);
  }

  /** The time on the clock of this process, on which it may be below zero. */
  #monoOf(wall: Instant): Monotonic {
    return monoOf(wall, this.#at);
  }
}

/** Since when an agent has been free. */
export function idleSince({ status, tm_status: set }: Agent, at: Moment): Monotonic {
  return status === 'available' ? monoOf(parseTimestamp(set) ?? at.wall, at) : at.mono;
}

function monoOf(wall: Instant, at: Moment): Monotonic {
  return afterMs(at.mono, Math.min(0, (wall - at.wall) / 1000));
}
