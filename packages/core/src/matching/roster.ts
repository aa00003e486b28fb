import type { Deadlines } from '../deadlines.ts';
import type { Monotonic } from '../ports/moment.ts';
import type { DemandIndex } from './demand-index.ts';
import { type Lack, lackOf } from './eligibility.ts';
import type { RoutingAgent } from './facts.ts';
import {
  assess,
  type KnownAgent,
  knownAgent,
  restEnd,
  type Standing,
  standingOfKnown,
} from './known-agent.ts';

/** Agents with the same tags and skills: what they lack is found out once for all of them. */
interface Crew {
  readonly key: string;
  readonly tagIds: ReadonlySet<string>;
  readonly skills: ReadonlyMap<string, number>;
  readonly members: Set<KnownAgent>;
  readonly serves: Set<DemandIndex>;
  readonly lacks: Map<DemandIndex, Lack>;
}

interface Member {
  readonly known: KnownAgent;
  readonly crew: Crew;
}

/** The agents of a customer. Tells the index of each demand they meet of every change. */
export class Roster {
  /** Agents who may have become eligible for somebody since they were taken out of here. */
  readonly fresh = new Set<string>();
  readonly #members = new Map<string, Member>();
  readonly #crews = new Map<string, Crew>();
  readonly #indexes: ReadonlyMap<string, DemandIndex>;
  readonly #deadlines: Deadlines;

  /** `deadlines`: noted is, by agent id, when an agent's rest ends. */
  constructor(indexes: ReadonlyMap<string, DemandIndex>, deadlines: Deadlines) {
    this.#indexes = indexes;
    this.#deadlines = deadlines;
  }

  get size(): number {
    return this.#members.size;
  }

  get(agentId: string): RoutingAgent | undefined {
    return this.#members.get(agentId)?.known.facts;
  }

  /** True: whether callers are held for this agent may have changed. */
  put(facts: RoutingAgent, now: Monotonic): boolean {
    const old = this.#members.get(facts.id);
    const crew = this.#crewFor(facts, old);
    if (old?.crew !== crew) {
      this.delete(facts.id);
      this.#enter(facts, crew, now);
      return true;
    }
    const wasOffline = old.known.facts.status === 'offline';
    old.known.facts = facts;
    this.#update(old, now);
    return wasOffline !== (facts.status === 'offline');
  }

  /** Whether there was one. */
  delete(agentId: string): boolean {
    const member = this.#members.get(agentId);
    if (member === undefined) return false;
    const { crew, known } = member;
    known.isGone = true;
    note(member);
    for (const [index, lack] of crew.lacks) index.countExcluded(lack, -1);
    crew.members.delete(known);
    if (crew.members.size === 0) this.#crews.delete(crew.key);
    this.#members.delete(agentId);
    this.#deadlines.set(agentId, undefined);
    this.fresh.delete(agentId);
    return true;
  }

  /** A rest may be over. */
  refresh(agentId: string, now: Monotonic): void {
    const member = this.#members.get(agentId);
    if (member !== undefined) this.#update(member, now);
  }

  serves(agentId: string, index: DemandIndex): boolean {
    return this.#members.get(agentId)?.crew.serves.has(index) ?? false;
  }

  /** Calls back with each demand an agent meets that somebody waits with, and how the agent stands to it. */
  forEachServed(agentId: string, visit: (index: DemandIndex, standing: Standing) => void): void {
    const member = this.#members.get(agentId);
    if (member === undefined) return;
    for (const index of member.crew.serves) {
      if (index.waiting > 0) visit(index, standingOfKnown(member.known, index.demand.queueId));
    }
  }

  /** A demand that is new. */
  addDemand(index: DemandIndex): void {
    for (const crew of this.#crews.values()) {
      const lack = compareCrew(crew, index);
      for (const known of crew.members) {
        if (lack === undefined) index.touch(known);
        else index.countExcluded(lack, 1);
      }
    }
  }

  dropDemand(index: DemandIndex): void {
    for (const crew of this.#crews.values()) {
      crew.serves.delete(index);
      crew.lacks.delete(index);
    }
  }

  #crewFor(facts: RoutingAgent, old: Member | undefined): Crew {
    const { tagIds, skills } = facts;
    if (old?.known.facts.tagIds === tagIds && old.known.facts.skills === skills) return old.crew;
    const key = crewKey(facts);
    const crew = this.#crews.get(key);
    if (crew !== undefined) return crew;
    const made: Crew = {
      key,
      tagIds: new Set(tagIds),
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
    const member = { known: knownAgent(facts, now), crew };
    this.#members.set(facts.id, member);
    crew.members.add(member.known);
    for (const [index, lack] of crew.lacks) index.countExcluded(lack, 1);
    this.#update(member, now);
  }

  #update(member: Member, now: Monotonic): void {
    const { known } = member;
    const { facts } = known;
    assess(known, now);
    note(member);
    this.#deadlines.set(facts.id, restEnd(facts, now));
    if (known.absence === undefined) this.fresh.add(facts.id);
    else this.fresh.delete(facts.id);
  }
}

function note({ known, crew }: Member): void {
  if (known.isNoted) return;
  for (const index of crew.serves) index.touch(known);
  known.isNoted = true;
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
