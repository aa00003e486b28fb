import type { Absence, Exclusion } from './eligibility.ts';
import type { Demand, RoutingAgent, WaitingCaller } from './facts.ts';
import { compareCallers, compareRanks, type Rank, rankOf } from './rank.ts';
import { SortedRuns } from './sorted-runs.ts';

/** How an agent stands to a demand whose tags and skills it meets. */
export type Standing = 'eligible' | Absence | 'agent_rests_in_queue';

/** Callers with the same demand who may be offered now: to anybody, or to the one agent they are held for. */
export interface Line {
  readonly index: DemandIndex;
  readonly heldFor: string | undefined;
  readonly callers: SortedRuns<WaitingCaller>;
}

/** Callers with the same demand, and the agents who meet it, kept so that the first of both are at hand. */
export class DemandIndex {
  readonly demand: Demand;
  readonly key: string;
  /** By the strategy. */
  readonly eligible = new SortedRuns<Rank>(compareRanks, ({ weight }) => weight);
  readonly open: Line;
  /** Callers not to be offered yet. */
  resting = 0;
  /** Callers in all lines, and those resting. */
  waiting = 0;
  readonly #held = new Map<string, Line>();
  readonly #ranks = new Map<string, Rank>();
  readonly #excluded = new Map<Exclusion, number>();
  readonly #ready: Set<Line>;

  /** `ready`: where lines are noted that have both a caller and an agent. */
  constructor(demand: Demand, key: string, ready: Set<Line>) {
    this.demand = demand;
    this.key = key;
    this.#ready = ready;
    this.open = this.#line(undefined);
  }

  /** The rank of an agent who is eligible. */
  rank(agentId: string): Rank | undefined {
    return this.#ranks.get(agentId);
  }

  /** Agents left out, by reason. */
  excluded(): { [E in Exclusion]?: number } {
    const counts: { [E in Exclusion]?: number } = {};
    for (const [why, count] of this.#excluded) if (count > 0) counts[why] = count;
    return counts;
  }

  /** An agent who is left out is counted; -1: no longer. */
  countExcluded(why: Exclusion, change: 1 | -1): void {
    this.#excluded.set(why, (this.#excluded.get(why) ?? 0) + change);
  }

  /** An agent stands otherwise than before, or has other facts; undefined: is not known here. */
  changeAgent(agent: RoutingAgent, before: Standing | undefined, after: Standing | undefined): void {
    if (before === 'eligible' && after === 'eligible') {
      this.#rerank(agent);
      return;
    }
    if (before === after) return;
    if (before === 'eligible') this.#removeRank(agent.id);
    else if (before !== undefined) this.countExcluded(before, -1);
    if (after === 'eligible') this.#addRank(rankOf(agent, this.demand));
    else if (after !== undefined) this.countExcluded(after, 1);
  }

  /** Callers held for an agent; undefined: none. */
  heldLine(agentId: string): Line | undefined {
    return this.#held.get(agentId);
  }

  /** The line a caller belongs in. */
  addToLine(caller: WaitingCaller, heldFor: string | undefined): Line {
    const line = heldFor === undefined ? this.open : this.#heldLineOf(heldFor);
    line.callers.add(caller);
    this.#note(line);
    return line;
  }

  removeFromLine(caller: WaitingCaller, line: Line): void {
    line.callers.delete(caller);
    this.#note(line);
    if (line.heldFor !== undefined && line.callers.size === 0) this.#held.delete(line.heldFor);
  }

  #heldLineOf(agentId: string): Line {
    const line = this.#held.get(agentId) ?? this.#line(agentId);
    this.#held.set(agentId, line);
    return line;
  }

  #line(heldFor: string | undefined): Line {
    return { index: this, heldFor, callers: new SortedRuns(compareCallers) };
  }

  #addRank(rank: Rank): void {
    this.#ranks.set(rank.agentId, rank);
    this.eligible.add(rank);
    this.#noteLinesOf(rank.agentId);
  }

  #removeRank(agentId: string): void {
    const rank = this.#ranks.get(agentId);
    if (rank === undefined) throw new Error(`agent ${agentId} has no rank for ${this.key}`);
    this.#ranks.delete(agentId);
    this.eligible.delete(rank);
    this.#noteLinesOf(agentId);
  }

  #rerank(agent: RoutingAgent): void {
    const old = this.#ranks.get(agent.id);
    const rank = rankOf(agent, this.demand);
    const same = old?.first === rank.first && old.second === rank.second && old.weight === rank.weight;
    if (same) return;
    this.#removeRank(agent.id);
    this.#addRank(rank);
  }

  #noteLinesOf(agentId: string): void {
    this.#note(this.open);
    const held = this.#held.get(agentId);
    if (held !== undefined) this.#note(held);
  }

  #note(line: Line): void {
    const hasAgent = line.heldFor === undefined ? this.eligible.size > 0 : this.#ranks.has(line.heldFor);
    if (hasAgent && line.callers.size > 0) this.#ready.add(line);
    else this.#ready.delete(line);
  }
}

/** The same for demands that ask the same. */
export function demandKey(demand: Demand): string {
  const skills = [...demand.minimumSkills].sort(([a], [b]) => (a < b ? -1 : 1));
  const tagIds = [...demand.tagIds].sort();
  return JSON.stringify([demand.queueId, demand.strategy, demand.tagMatch, tagIds, skills]);
}
