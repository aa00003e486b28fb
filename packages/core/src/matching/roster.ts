import type { Deadlines } from '../deadlines.ts';
import type { Monotonic } from '../ports/moment.ts';
import type { DemandIndex, Standing } from './demand-index.ts';
import { type Absence, absenceOf, type Lack, lackOf, restsInQueue } from './eligibility.ts';
import type { RoutingAgent } from './facts.ts';

/** Agents with the same tags and skills: what they lack is found out once for all of them. */
interface Crew {
  readonly key: string;
  readonly tagIds: ReadonlySet<string>;
  readonly skills: ReadonlyMap<string, number>;
  readonly members: Set<KnownAgent>;
  readonly serves: Set<DemandIndex>;
  readonly lacks: Map<DemandIndex, Lack>;
}

interface KnownAgent {
  facts: RoutingAgent;
  readonly crew: Crew;
  absence: Absence | undefined;
  /** Queues in which the agent rests. */
  resting: ReadonlySet<string>;
}

const nowhere: ReadonlySet<string> = new Set();

/** The agents of a customer. Keeps every demand's index told of how each agent stands to it. */
export class Roster {
  readonly #agents = new Map<string, KnownAgent>();
  readonly #crews = new Map<string, Crew>();
  readonly #indexes: ReadonlyMap<string, DemandIndex>;
  readonly #deadlines: Deadlines;

  /** `deadlines`: noted is, by agent id, when an agent's rest ends. */
  constructor(indexes: ReadonlyMap<string, DemandIndex>, deadlines: Deadlines) {
    this.#indexes = indexes;
    this.#deadlines = deadlines;
  }

  get size(): number {
    return this.#agents.size;
  }

  get(agentId: string): RoutingAgent | undefined {
    return this.#agents.get(agentId)?.facts;
  }

  /** Whether callers are held for this agent may have changed: true. */
  put(facts: RoutingAgent, now: Monotonic): boolean {
    const old = this.#agents.get(facts.id);
    const crew = this.#crewFor(facts, old);
    if (old?.crew === crew) {
      const wasOffline = old.facts.status === 'offline';
      this.#update(old, facts, now);
      return wasOffline !== (facts.status === 'offline');
    }
    if (old !== undefined) this.delete(facts.id);
    this.#enter(facts, crew, now);
    return true;
  }

  /** Whether there was one. */
  delete(agentId: string): boolean {
    const known = this.#agents.get(agentId);
    if (known === undefined) return false;
    const { crew, facts } = known;
    for (const index of crew.serves) {
      index.changeAgent(facts, standing(known, index.demand.queueId), undefined);
    }
    for (const [index, lack] of crew.lacks) index.countExcluded(lack, -1);
    crew.members.delete(known);
    if (crew.members.size === 0) this.#crews.delete(crew.key);
    this.#agents.delete(agentId);
    this.#deadlines.set(agentId, undefined);
    return true;
  }

  /** A rest may be over. */
  refresh(agentId: string, now: Monotonic): void {
    const known = this.#agents.get(agentId);
    if (known !== undefined) this.#update(known, known.facts, now);
  }

  serves(agentId: string, index: DemandIndex): boolean {
    return this.#agents.get(agentId)?.crew.serves.has(index) ?? false;
  }

  /** The demands an agent meets, and how the agent stands to each. */
  *demandsOf(agentId: string): Generator<readonly [DemandIndex, Standing]> {
    const known = this.#agents.get(agentId);
    if (known === undefined) return;
    for (const index of known.crew.serves) yield [index, standing(known, index.demand.queueId)];
  }

  /** A demand that is new. */
  addDemand(index: DemandIndex): void {
    for (const crew of this.#crews.values()) {
      const lack = compareCrew(crew, index);
      for (const known of crew.members) {
        if (lack !== undefined) index.countExcluded(lack, 1);
        else index.changeAgent(known.facts, undefined, standing(known, index.demand.queueId));
      }
    }
  }

  dropDemand(index: DemandIndex): void {
    for (const crew of this.#crews.values()) {
      crew.serves.delete(index);
      crew.lacks.delete(index);
    }
  }

  #crewFor(facts: RoutingAgent, old: KnownAgent | undefined): Crew {
    if (old?.facts.tagIds === facts.tagIds && old.facts.skills === facts.skills) return old.crew;
    const key = crewKey(facts);
    const crew = this.#crews.get(key);
    if (crew !== undefined) return crew;
    const { skills } = facts;
    const made: Crew = {
      key,
      tagIds: new Set(facts.tagIds),
      skills: new Map(skills),
      members: new Set(),
      serves: new Set(),
      lacks: new Map(),
    };
    for (const index of this.#indexes.values()) compareCrew(made, index);
    this.#crews.set(key, made);
    return made;
  }

  #enter(facts: RoutingAgent, crew: Crew, now: Monotonic): void {
    const known: KnownAgent = { facts, crew, absence: undefined, resting: nowhere };
    this.#agents.set(facts.id, known);
    this.#crews.set(crew.key, crew);
    crew.members.add(known);
    for (const [index, lack] of crew.lacks) index.countExcluded(lack, 1);
    this.#assess(known, now);
    for (const index of crew.serves) {
      index.changeAgent(facts, undefined, standing(known, index.demand.queueId));
    }
  }

  #update(known: KnownAgent, facts: RoutingAgent, now: Monotonic): void {
    const before = { absence: known.absence, resting: known.resting };
    known.facts = facts;
    this.#assess(known, now);
    for (const index of known.crew.serves) {
      const { queueId } = index.demand;
      index.changeAgent(facts, standing(before, queueId), standing(known, queueId));
    }
  }

  #assess(known: KnownAgent, now: Monotonic): void {
    known.absence = absenceOf(known.facts, now);
    known.resting = restingQueues(known.facts, now);
    this.#deadlines.set(known.facts.id, restEnd(known.facts, now));
  }
}

function standing({ absence, resting }: Pick<KnownAgent, 'absence' | 'resting'>, queueId: string): Standing {
  return absence ?? (resting.has(queueId) ? 'agent_rests_in_queue' : 'eligible');
}

/** Notes whether a crew meets a demand; gives what it lacks. */
function compareCrew(crew: Crew, index: DemandIndex): Lack | undefined {
  const lack = lackOf(crew.tagIds, crew.skills, index.demand);
  if (lack === undefined) crew.serves.add(index);
  else crew.lacks.set(index, lack);
  return lack;
}

function crewKey({ tagIds, skills }: RoutingAgent): string {
  const levels = [...skills].sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([[...tagIds].sort(), levels]);
}

function restingQueues(agent: RoutingAgent, now: Monotonic): ReadonlySet<string> {
  let resting: Set<string> | undefined;
  for (const queueId of agent.standings.keys()) {
    if (restsInQueue(agent, queueId, now)) resting = (resting ?? new Set()).add(queueId);
  }
  return resting ?? nowhere;
}

/** When the next rest of an agent is over. */
function restEnd(agent: RoutingAgent, now: Monotonic): Monotonic | undefined {
  let end = agent.notBefore !== undefined && now < agent.notBefore ? agent.notBefore : undefined;
  for (const { notBefore } of agent.standings.values()) {
    if (notBefore !== undefined && now < notBefore && (end === undefined || notBefore < end)) end = notBefore;
  }
  return end;
}
