import { Deadlines } from '../deadlines.ts';
import type { Monotonic } from '../ports/moment.ts';
import { agentChoiceOf, type AgentField, fieldSize, needsDraw } from './agent-choice.ts';
import { callerChoiceOf, type CallerField } from './caller-choice.ts';
import { DemandIndex, demandKey, type Line } from './demand-index.ts';
import {
  type AgentChoice,
  type CallerChoice,
  type CallerExclusion,
  namedCandidates,
  type WaitExplanation,
  waitReason,
} from './explanation.ts';
import {
  assertRoutingAgent,
  assertWaitingCaller,
  type Demand,
  offered,
  type RoutingAgent,
  type WaitingCaller,
} from './facts.ts';
import { nextLine } from './next-line.ts';
import { compareCallers, type Rank, ticketOf } from './rank.ts';
import { Roster } from './roster.ts';
import type { SortedRuns } from './sorted-runs.ts';
import { type ListedCaller, WaitingList } from './waiting-list.ts';

/** One offer: this caller, to these agents. */
export interface Match {
  readonly caller: WaitingCaller;
  /** To ring, in order; several only for `ring_all`. */
  readonly agentIds: readonly string[];
  /** Why these agents. */
  readonly agentChoice: AgentChoice;
  /** Why this caller, as the first of the agents sees it. */
  readonly callerChoice: CallerChoice;
}

/** Demands nobody waits with that are kept for the next caller with the same. */
const mostIdleDemands = 128;

const beforeAllTime = Number.NEGATIVE_INFINITY as Monotonic;

/**
 * Brings waiting callers and agents of one customer together. Told of every change, it knows at once who is next: the
 * first in line (highest priority, then longest wait) of those for whom there is an agent, whatever the queue; with the
 * agent that the queue's strategy says. What it decides depends on the facts alone, not on the order in which they came.
 *
 * An event costs about the logarithm of callers and agents, and a note for each distinct demand that an agent meets; a
 * demand that is new costs a look at each agent.
 */
export class Matcher {
  readonly #indexes = new Map<string, DemandIndex>();
  readonly #keys = new WeakMap<Demand, string>();
  readonly #idle = new Set<DemandIndex>();
  readonly #freshLines = new Set<Line>();
  readonly #agentTimes = new Deadlines();
  readonly #callerTimes = new Deadlines();
  readonly #roster = new Roster(this.#indexes, this.#agentTimes);
  readonly #list = new WaitingList(this.#roster, this.#callerTimes);
  #now = beforeAllTime;

  get agentCount(): number {
    return this.#roster.size;
  }

  get waitingCount(): number {
    return this.#list.size;
  }

  /** An agent as last put, or as offered a caller since. */
  agent(agentId: string): RoutingAgent | undefined {
    return this.#roster.get(agentId);
  }

  waiting(queuecallId: string): WaitingCaller | undefined {
    return this.#list.get(queuecallId)?.facts;
  }

  /** A new agent, or new facts of a known one. Throws RangeError on numbers out of range. */
  putAgent(agent: RoutingAgent): void {
    assertRoutingAgent(agent);
    if (this.#roster.put(agent, this.#now)) this.#list.refreshStickyOf(agent.id, this.#now);
  }

  /** Whether there was one. */
  removeAgent(agentId: string): boolean {
    const removed = this.#roster.delete(agentId);
    if (removed) this.#list.refreshStickyOf(agentId, this.#now);
    return removed;
  }

  /** A new caller, one who is back from an agent who did not answer, or new facts of one who waits. */
  putCaller(caller: WaitingCaller): void {
    assertWaitingCaller(caller);
    this.removeCaller(caller.queuecallId);
    this.#list.add(caller, this.#indexOf(caller.demand), this.#now);
  }

  /** Whether there was one. */
  removeCaller(queuecallId: string): boolean {
    const index = this.#list.delete(queuecallId);
    if (index === undefined) return false;
    if (index.waiting === 0) this.#noteIdle(index);
    return true;
  }

  /** When `nextMatches` may find something without any change: a rest or a hold ends. */
  wakeAt(): Monotonic | undefined {
    const [agent, caller] = [this.#agentTimes.next(), this.#callerTimes.next()];
    return agent !== undefined && (caller === undefined || agent < caller) ? agent : caller;
  }

  /**
   * All offers to be made now, first in line first. Their callers wait no longer (put them again when nobody answers),
   * their agents are `ringing` until they are put again. `draw` gives a fraction in [0, 1), and is asked once for each
   * offer of a strategy that draws.
   */
  nextMatches(now: Monotonic, draw: () => number, most = Number.POSITIVE_INFINITY): Match[] {
    const matches: Match[] = [];
    while (matches.length < most) {
      const match = this.nextMatch(now, draw);
      if (match === undefined) break;
      matches.push(match);
    }
    return matches;
  }

  /** The first of them, or undefined. */
  nextMatch(now: Monotonic, draw: () => number): Match | undefined {
    this.#advance(now);
    const line = nextLine(this.#roster, this.#freshLines);
    const caller = line?.callers.first();
    if (line === undefined || caller === undefined) return undefined;
    const field = agentField(line, caller, needsDraw(caller) ? draw() : undefined);
    const agentChoice = agentChoiceOf(caller, field, this.#now);
    const { agentIds } = agentChoice;
    const callerChoice = this.#callerChoice(agentIds[0] ?? '');
    this.#offer(caller, agentIds);
    return { caller, agentIds, agentChoice, callerChoice };
  }

  /** Whom an agent would be offered now, or why nobody; undefined: no such agent. */
  explainAgent(agentId: string, now: Monotonic): CallerChoice | undefined {
    this.#advance(now);
    return this.#roster.get(agentId) === undefined ? undefined : this.#callerChoice(agentId);
  }

  /** Why a caller waits; undefined: no such caller. */
  explainWait(queuecallId: string, now: Monotonic): WaitExplanation | undefined {
    this.#advance(now);
    const listed = this.#list.get(queuecallId);
    return listed === undefined ? undefined : waitOf(listed);
  }

  #advance(now: Monotonic): void {
    if (now <= this.#now) return;
    this.#now = now;
    for (let id = this.#agentTimes.takeDue(now); id !== undefined; id = this.#agentTimes.takeDue(now)) {
      this.#roster.refresh(id, now);
    }
    for (let id = this.#callerTimes.takeDue(now); id !== undefined; id = this.#callerTimes.takeDue(now)) {
      this.#list.refresh(id, now);
    }
  }

  #offer(caller: WaitingCaller, agentIds: readonly string[]): void {
    this.removeCaller(caller.queuecallId);
    for (const agentId of agentIds) {
      const agent = this.#roster.get(agentId);
      if (agent !== undefined) this.#roster.put(offered(agent, caller.demand.queueId, this.#now), this.#now);
    }
  }

  #indexOf(demand: Demand): DemandIndex {
    const key = this.#keys.get(demand) ?? demandKey(demand);
    this.#keys.set(demand, key);
    const known = this.#indexes.get(key);
    const index = known ?? new DemandIndex(demand, key, this.#freshLines);
    if (known === undefined) {
      this.#indexes.set(key, index);
      this.#roster.addDemand(index);
    }
    this.#idle.delete(index);
    return index;
  }

  #noteIdle(index: DemandIndex): void {
    this.#idle.add(index);
    if (this.#idle.size <= mostIdleDemands) return;
    const [oldest] = this.#idle;
    if (oldest === undefined) return;
    this.#idle.delete(oldest);
    this.#indexes.delete(oldest.key);
    this.#roster.dropDemand(oldest);
  }

  #callerChoice(agentId: string): CallerChoice {
    return callerChoiceOf(agentId, this.#callerField(agentId), this.#now);
  }

  #callerField(agentId: string): CallerField {
    const inLine: WaitingCaller[] = [];
    const excluded: { [E in CallerExclusion]?: number } = {};
    const exclude = (why: CallerExclusion, count: number): void => {
      if (count > 0) excluded[why] = (excluded[why] ?? 0) + count;
    };
    let served = 0;
    let count = 0;
    this.#roster.forEachServed(agentId, (index, standing) => {
      served += index.waiting;
      if (standing !== 'eligible') {
        exclude(standing, index.waiting);
        return;
      }
      const open = takeFirst(inLine, index.open.callers);
      const held = takeFirst(inLine, index.heldLine(agentId)?.callers);
      count += open + held;
      exclude('caller_rests', index.resting);
      exclude('held_for_another', index.waiting - open - held - index.resting);
    });
    exclude('not_served', this.#list.size - served);
    return { inLine, count, excluded };
  }
}

/** Has the first of both in `inLine`; gives the size of the line. */
function takeFirst(inLine: WaitingCaller[], line: SortedRuns<WaitingCaller> | undefined): number {
  if (line === undefined) return 0;
  for (const caller of line) {
    const last = inLine[namedCandidates - 1];
    if (last !== undefined && compareCallers(last, caller) < 0) break;
    const place = inLine.findIndex((other) => compareCallers(caller, other) < 0);
    inLine.splice(place === -1 ? inLine.length : place, 0, caller);
    if (inLine.length > namedCandidates) inLine.pop();
  }
  return line.size;
}

function agentField({ index, heldFor }: Line, caller: WaitingCaller, draw: number | undefined): AgentField {
  const all = index.eligible();
  const sticky = caller.sticky === undefined ? undefined : index.rank(caller.sticky.agentId);
  const excluded = index.excluded();
  if (heldFor !== undefined && sticky !== undefined) {
    if (all.size > 1) excluded.held_for_another = all.size - 1;
    const drawn = draw === undefined ? undefined : { rank: sticky, from: 0, to: 1 };
    return { ranked: [sticky], count: 1, excluded, drawn, draw, sticky };
  }
  const drawn = draw === undefined ? undefined : drawnBy(all, draw);
  const ranked = all.head(fieldSize(index.demand));
  return { ranked, count: all.size, excluded, drawn, draw, sticky };
}

function drawnBy(eligible: SortedRuns<Rank>, draw: number): AgentField['drawn'] {
  const { weight } = eligible;
  const hit = eligible.atWeight(ticketOf(draw, weight));
  if (hit === undefined) return undefined;
  const { item: rank, before } = hit;
  return { rank, from: before / weight, to: (before + rank.weight) / weight };
}

function waitOf({ facts, index, line }: ListedCaller): WaitExplanation {
  const all = index.eligible().size;
  const excluded = index.excluded();
  let eligibleAgents = all;
  if (line === undefined) {
    eligibleAgents = 0;
    if (all > 0) excluded.caller_rests = all;
  } else if (line.heldFor !== undefined) {
    eligibleAgents = index.hasAgentFor(line) ? 1 : 0;
    if (all > eligibleAgents) excluded.held_for_another = all - eligibleAgents;
  }
  const { queuecallId } = facts;
  const ahead = index.open.callers.countBefore(facts);
  const wait = { queuecallId, queueId: index.demand.queueId, ahead, eligibleAgents, excluded };
  return { ...wait, reason: waitReason(wait) };
}
