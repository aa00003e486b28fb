import type { Exclusion } from './eligibility.ts';
import type { Demand, WaitingCaller } from './facts.ts';
import { type KnownAgent, standingOfKnown } from './known-agent.ts';
import { compareCallers, compareRanks, type Rank, rankOf } from './rank.ts';
import { SortedRuns } from './sorted-runs.ts';

/** Callers with the same demand who may be offered now: to anybody, or to the one agent they are held for. */
export interface Line {
  readonly index: DemandIndex;
  readonly heldFor: string | undefined;
  readonly callers: SortedRuns<WaitingCaller>;
}

/** Where an agent stands in an index: ranked, or left out. */
type Seat = Rank | Exclusion;

/**
 * Callers with the same demand, and the agents who meet it, kept so that the first of both are at hand. Changes of
 * agents are only noted, and taken in when somebody asks: most agents change several times before that.
 */
export class DemandIndex {
  readonly demand: Demand;
  readonly key: string;
  readonly open: Line;
  /** Callers not to be offered yet. */
  resting = 0;
  /** Callers in all lines, and those resting. */
  waiting = 0;
  readonly #held = new Map<string, Line>();
  readonly #eligible = new SortedRuns<Rank>(compareRanks, ({ weight }) => weight);
  readonly #seats = new Map<string, Seat>();
  readonly #touched = new Map<string, KnownAgent>();
  readonly #excluded = new Map<Exclusion, number>();
  readonly #freshLines: Set<Line>;

  /** `freshLines`: where lines are noted that somebody joined. */
  constructor(demand: Demand, key: string, freshLines: Set<Line>) {
    this.demand = demand;
    this.key = key;
    this.#freshLines = freshLines;
    this.open = newLine(this, undefined);
  }

  /** By the strategy. */
  eligible(): SortedRuns<Rank> {
    this.#takeIn();
    return this.#eligible;
  }

  /** The rank of an agent who is eligible. */
  rank(agentId: string): Rank | undefined {
    this.#takeIn();
    const seat = this.#seats.get(agentId);
    return typeof seat === 'object' ? seat : undefined;
  }

  /** Agents left out, by reason. */
  excluded(): { [E in Exclusion]?: number } {
    this.#takeIn();
    const counts: { [E in Exclusion]?: number } = {};
    for (const [why, count] of this.#excluded) if (count > 0) counts[why] = count;
    return counts;
  }

  /** Whether somebody could have the first of a line now. */
  hasAgentFor({ heldFor }: Line): boolean {
    return heldFor === undefined ? this.eligible().size > 0 : this.rank(heldFor) !== undefined;
  }

  /** An agent who lacks something is counted; -1: no longer. */
  countExcluded(why: Exclusion, change: 1 | -1): void {
    this.#excluded.set(why, (this.#excluded.get(why) ?? 0) + change);
  }

  /** An agent who meets the demand is new, has changed or is gone. */
  touch(known: KnownAgent): void {
    this.#touched.set(known.facts.id, known);
  }

  /** Callers held for an agent; undefined: none. */
  heldLine(agentId: string): Line | undefined {
    return this.#held.get(agentId);
  }

  addToLine(caller: WaitingCaller, heldFor: string | undefined): Line {
    const line = heldFor === undefined ? this.open : this.#heldLineOf(heldFor);
    line.callers.add(caller);
    this.#freshLines.add(line);
    return line;
  }

  removeFromLine(caller: WaitingCaller, line: Line): void {
    line.callers.delete(caller);
    if (line.heldFor !== undefined && line.callers.size === 0) {
      this.#held.delete(line.heldFor);
      this.#freshLines.delete(line);
    }
  }

  #heldLineOf(agentId: string): Line {
    const line = this.#held.get(agentId) ?? newLine(this, agentId);
    this.#held.set(agentId, line);
    return line;
  }

  #takeIn(): void {
    if (this.#touched.size === 0) return;
    for (const [agentId, known] of this.#touched) {
      known.isNoted = false;
      const before = this.#seats.get(agentId);
      const after = known.isGone ? undefined : this.#seatOf(known);
      if (isSameSeat(before, after)) continue;
      this.#clear(before);
      this.#take(after);
      if (after === undefined) this.#seats.delete(agentId);
      else this.#seats.set(agentId, after);
    }
    this.#touched.clear();
  }

  #seatOf(known: KnownAgent): Seat {
    const standing = standingOfKnown(known, this.demand.queueId);
    return standing === 'eligible' ? rankOf(known.facts, this.demand) : standing;
  }

  #clear(seat: Seat | undefined): void {
    if (typeof seat === 'object') this.#eligible.delete(seat);
    else if (seat !== undefined) this.countExcluded(seat, -1);
  }

  #take(seat: Seat | undefined): void {
    if (typeof seat === 'object') this.#eligible.add(seat);
    else if (seat !== undefined) this.countExcluded(seat, 1);
  }
}

function newLine(index: DemandIndex, heldFor: string | undefined): Line {
  return { index, heldFor, callers: new SortedRuns<WaitingCaller>(compareCallers) };
}

function isSameSeat(a: Seat | undefined, b: Seat | undefined): boolean {
  if (typeof a !== 'object' || typeof b !== 'object') return a === b;
  return a.first === b.first && a.second === b.second && a.weight === b.weight;
}

/** The same for demands that ask the same. */
export function demandKey(demand: Demand): string {
  const skills = [...demand.minimumSkills].sort(([a], [b]) => (a < b ? -1 : 1));
  const tagIds = [...demand.tagIds].sort();
  return JSON.stringify([demand.queueId, demand.strategy, demand.tagMatch, tagIds, skills]);
}
