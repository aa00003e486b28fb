import { type Call, notYet, type Queue } from '@parley/contract';
import type { CallCentre, Changes, EventDraft, Put } from '@parley/core';
import type { Watch } from './desk.ts';
import type { Around } from './day.ts';

type LiveAgent = CallCentre['agents'] extends ReadonlyMap<string, infer Agent> ? Agent : never;
type LiveVisit = CallCentre['visits'] extends ReadonlyMap<string, infer Visit> ? Visit : never;

/** What of the call centre is looked at. */
type Seen = Pick<CallCentre, 'agents' | 'visits'>;

type Left = Pick<CallCentre, 'size' | 'visits' | 'rooms' | 'groups' | 'agents'>;

/** Beyond that the first of them say enough. */
const mostViolations = 20;

/**
 * Watches what must never be otherwise, whatever people do: an agent has one caller at most and a caller one agent, every
 * visit ends once, a queue's figures add up, the first in line is first, and nobody waits while somebody is free. It knows
 * the rules by itself: of what the core keeps it reads facts, never conclusions.
 */
export class Referee implements Watch {
  readonly violations: string[] = [];
  /** How often each rule had something to look at: a rule that never had shows nothing. */
  readonly looked = { offers: 0, talks: 0, ends: 0, turns: 0, idle: 0, figures: 0 };
  readonly #clock: Around['clock'];
  readonly #isReachable: Around['isReachable'];
  /** Callers by the calls that ring, or talk, at an agent. */
  readonly #legsOf = new Map<string, Map<string, string>>();
  /** Agents by the calls that talk with a caller. */
  readonly #talksOf = new Map<string, Set<string>>();
  readonly #openVisits = new Map<string, 'open' | 'over'>();
  readonly #waiting = new Set<string>();
  readonly #available = new Set<string>();
  /** Decisions since the last look; what one of several has not seen yet it could not go by. */
  #decisions = 0;
  readonly #touchedAgents = new Set<string>();
  readonly #touchedVisits = new Set<string>();

  constructor(around: Pick<Around, 'clock' | 'isReachable'>) {
    this.#clock = around.clock;
    this.#isReachable = around.isReachable;
  }

  decided({ puts, events }: Changes): void {
    this.#decisions += 1;
    for (const put of puts) this.#written(put);
    for (const event of events) this.#told(event);
  }

  settled(centre: Seen): void {
    for (const id of this.#touchedVisits)
      note(this.#waiting, id, centre.visits.get(id)?.row.status === 'wait');
    for (const id of this.#touchedAgents) {
      const agent = centre.agents.get(id);
      note(this.#available, id, agent?.row.status === 'available');
      if (agent !== undefined) this.#checkAgent(agent, centre);
    }
    if (this.#touchedAgents.size + this.#touchedVisits.size > 0) this.#checkNobodyWaits(centre);
    this.#decisions = 0;
    this.#touchedAgents.clear();
    this.#touchedVisits.clear();
  }

  /** Nothing is due any more: everybody has gone, and is what they chose to be. */
  rested(centre: Left, chosen: (agentId: string) => string | undefined): void {
    const left = [centre.size, centre.visits.size, centre.rooms.size, centre.groups.size];
    if (left.some((count) => count > 0))
      this.#say(`left when all has come to rest: ${left.join(', ')} calls, visits, rooms, groups`);
    for (const [id, state] of this.#openVisits)
      if (state === 'open') this.#say(`visit ${id} has never ended`);
    for (const [id, agent] of centre.agents) {
      const { status, status_reason: reason } = agent.row;
      if (status !== chosen(id))
        this.#say(`agent ${id} is left ${status} (${reason}) and chose ${chosen(id) ?? 'nothing'}`);
    }
  }

  #say(what: string): void {
    if (this.violations.length < mostViolations) this.violations.push(`${this.#clock.ms} ms: ${what}`);
  }

  #written(put: Put): void {
    if (put.kind === 'call' && put.row.owner_type === 'agent') this.#legWritten(put.row);
    if (put.kind === 'queuecall') this.#touchedVisits.add(put.row.id);
    if (put.kind === 'agent') this.#touchedAgents.add(put.row.id);
    if (put.kind === 'queue') this.#checkFigures(put.row);
  }

  #legWritten({ id, owner_id: agentId, master_call_id: callerId, status }: Call): void {
    const legs = getOrMake(this.#legsOf, agentId, () => new Map<string, string>());
    const talks = getOrMake(this.#talksOf, callerId, () => new Set<string>());
    if (status === 'hangup') {
      legs.delete(id);
      talks.delete(id);
      if (talks.size === 0) this.#talksOf.delete(callerId);
      return;
    }
    legs.set(id, callerId);
    this.looked.offers += 1;
    if (new Set(legs.values()).size > 1)
      this.#say(`agent ${agentId} has two callers: ${[...legs.values()].join()}`);
    // A leg that is being ended is heard by nobody.
    if (status === 'progressing') talks.add(id);
    else talks.delete(id);
    this.looked.talks += 1;
    if (talks.size > 1) this.#say(`caller ${callerId} has two agents: legs ${[...talks].join()}`);
  }

  #told({ type, resourceId: id }: EventDraft): void {
    if (!type.startsWith('queuecall_')) return;
    const state = this.#openVisits.get(id);
    if (type === 'queuecall_created' ? state !== undefined : state !== 'open')
      this.#say(`visit ${id}: ${type} when it is ${state ?? 'unknown'}`);
    const over = type === 'queuecall_done' || type === 'queuecall_abandoned';
    if (over) this.looked.ends += 1;
    this.#openVisits.set(id, over ? 'over' : 'open');
  }

  /** Everybody who came waits, was served, or has left; everybody who was served talks or has talked. */
  #checkFigures(queue: Queue): void {
    const { total_incoming_count: came, total_serviced_count: served } = queue;
    const left = queue.total_abandoned_count + queue.total_overflowed_count + queue.total_kicked_count;
    const [waits, talks] = [queue.wait_queue_call_ids.length, queue.service_queue_call_ids.length];
    this.looked.figures += 1;
    if (came !== served + left + waits || talks > served)
      this.#say(
        `queue ${queue.name}: ${came} came, ${served} served, ${left} left, ${waits} wait, ${talks} talk`,
      );
  }

  #checkAgent(agent: LiveAgent, centre: Seen): void {
    const { id, status, status_reason: reason } = agent.row;
    const visit = agent.visitId === undefined ? undefined : centre.visits.get(agent.visitId);
    if (status === 'ringing') {
      if (visit?.offers.some((offer) => offer.agentId === id) !== true)
        return this.#say(`agent ${id} is ringing, and for nobody`);
      this.#checkTurn(agent, visit, centre);
    }
    if (status === 'busy' && reason === 'service' && agent.serving === undefined)
      this.#say(`agent ${id} is busy with nobody`);
    const isOwn = agent.row.tm_wrap_up_end === notYet;
    if (status === 'busy' && reason === 'wrap_up' && !isOwn && agent.wrapUpUntil === undefined)
      this.#say(`agent ${id} rests without an end`);
  }

  /** Whoever is offered is the first in line (priority, then wait) of those whom the agent may serve. */
  #checkTurn(agent: LiveAgent, offered: LiveVisit, centre: Seen): void {
    this.looked.turns += 1;
    for (const id of this.#waiting) {
      const other = centre.visits.get(id);
      if (other === undefined || other === offered || !canBeHad(other, this.#clock.ms)) continue;
      if (this.#decisions > 1 && this.#touchedVisits.has(id)) continue;
      if (isBefore(other, offered) && serves(agent, other))
        this.#say(`agent ${agent.row.id} is offered ${offered.row.id} before ${id}, who comes first`);
    }
  }

  #checkNobodyWaits(centre: Seen): void {
    if (this.#waiting.size === 0 || this.#available.size === 0) return;
    for (const agentId of this.#available) {
      const agent = centre.agents.get(agentId);
      if (agent === undefined || !isFree(agent, this.#clock.ms) || !this.#isReachable(agentId)) continue;
      this.looked.idle += 1;
      for (const id of this.#waiting) {
        const visit = centre.visits.get(id);
        if (visit === undefined || !canBeHad(visit, this.#clock.ms)) continue;
        if (serves(agent, visit)) return this.#say(`${id} waits while agent ${agentId} is free`);
      }
    }
  }
}

function note(set: Set<string>, id: string, isIn: boolean): void {
  if (isIn) set.add(id);
  else set.delete(id);
}

/** What is due in this very millisecond may be about to be decided. */
function isFree({ row, visitId, notBefore }: LiveAgent, now: number): boolean {
  const rests = notBefore !== undefined && notBefore >= now;
  return row.status === 'available' && visitId === undefined && row.addresses.length > 0 && !rests;
}

function serves({ row }: LiveAgent, { demand }: LiveVisit): boolean {
  const has = (tag: string): boolean => row.tag_ids.includes(tag);
  const { tagIds, tagMatch, minimumSkills } = demand;
  const tagged = tagIds.length === 0 || (tagMatch === 'all' ? tagIds.every(has) : tagIds.some(has));
  return (
    tagged && [...minimumSkills].every(([tag, level]) => (row.skills[tag] ?? (has(tag) ? 1 : 0)) >= level)
  );
}

/**
 * Whether a caller could be offered now: not to be rung for already, not kept for one agent alone, and, when it is called
 * back, off the line and not called just now. What is due in this very millisecond may be about to be decided.
 */
function canBeHad({ offers, heldUntil, notBefore, callback }: LiveVisit, now: number): boolean {
  const waits = [heldUntil, notBefore].every((time) => time === undefined || time < now);
  return waits && offers.length === 0 && callback?.onLine !== true;
}

function isBefore(one: LiveVisit, other: LiveVisit): boolean {
  const byPriority = other.row.priority - one.row.priority;
  return (byPriority || one.joinedAt - other.joinedAt || one.place - other.place) < 0;
}

function getOrMake<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  let value = map.get(key);
  if (value === undefined) map.set(key, (value = make()));
  return value;
}
