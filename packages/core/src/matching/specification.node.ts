/**
 * What the matcher has to do, written to be obviously right: everything is looked at and sorted each time. The tests
 * hold the matcher against it.
 */
import type { Monotonic } from '../ports/moment.ts';
import { agentChoiceOf, needsDraw } from './agent-choice.ts';
import { callerChoiceOf } from './caller-choice.ts';
import { absenceOf, callerRests, type Exclusion, isHeld, lackOf, restsInQueue } from './eligibility.ts';
import {
  type AgentChoice,
  type CallerChoice,
  type CallerExclusion,
  type WaitExplanation,
  waitReason,
} from './explanation.ts';
import { type Demand, offered, type RoutingAgent, type WaitingCaller } from './facts.ts';
import type { Match } from './matcher.ts';
import { compareCallers, compareRanks, rankOf } from './rank.ts';

/** All agents and waiting callers of a customer, in any order. */
export interface Floor {
  readonly agents: readonly RoutingAgent[];
  readonly callers: readonly WaitingCaller[];
}

function lack(agent: RoutingAgent, demand: Demand): Exclusion | undefined {
  return lackOf(new Set(agent.tagIds), agent.skills, demand);
}

export function exclusionOf(
  agent: RoutingAgent,
  caller: WaitingCaller,
  agents: readonly RoutingAgent[],
  now: Monotonic,
): Exclusion | undefined {
  const own = lack(agent, caller.demand) ?? absenceOf(agent, now);
  if (own !== undefined) return own;
  if (restsInQueue(agent, caller.demand.queueId, now)) return 'agent_rests_in_queue';
  if (callerRests(caller, now)) return 'caller_rests';
  const sticky = agents.find(({ id }) => id === caller.sticky?.agentId);
  const isKept =
    sticky !== undefined &&
    isHeld(caller, { agent: sticky, serves: lack(sticky, caller.demand) === undefined }, now);
  return isKept && sticky.id !== agent.id ? 'held_for_another' : undefined;
}

function countBy<T, Why extends string>(
  items: readonly T[],
  why: (item: T) => Why | undefined,
): { [W in Why]?: number } {
  const counts: { [W in Why]?: number } = {};
  for (const item of items) {
    const reason = why(item);
    if (reason !== undefined) counts[reason] = (counts[reason] ?? 0) + 1;
  }
  return counts;
}

export function chooseAgent(
  caller: WaitingCaller,
  agents: readonly RoutingAgent[],
  now: Monotonic,
  fraction: number,
): AgentChoice {
  const why = (agent: RoutingAgent): Exclusion | undefined => exclusionOf(agent, caller, agents, now);
  const ranked = agents
    .filter((agent) => why(agent) === undefined)
    .map((agent) => rankOf(agent, caller.demand))
    .sort(compareRanks);
  const isDrawn = needsDraw(caller);
  const tickets = isDrawn ? ranked.flatMap((rank) => Array.from({ length: rank.weight }, () => rank)) : [];
  const winner = tickets[Math.floor(fraction * tickets.length)];
  const field = {
    ranked,
    count: ranked.length,
    excluded: countBy(agents, why),
    draw: winner === undefined ? undefined : fraction,
    drawn:
      winner === undefined
        ? undefined
        : {
            rank: winner,
            from: tickets.indexOf(winner) / tickets.length,
            to: (tickets.lastIndexOf(winner) + 1) / tickets.length,
          },
    sticky: ranked.find(({ agentId }) => agentId === caller.sticky?.agentId),
  };
  return agentChoiceOf(caller, field, now);
}

export function chooseCaller(agent: RoutingAgent, floor: Floor, now: Monotonic): CallerChoice {
  const why = (caller: WaitingCaller): CallerExclusion | undefined => {
    const exclusion = exclusionOf(agent, caller, floor.agents, now);
    return exclusion === 'missing_tags' || exclusion === 'skill_too_low' ? 'not_served' : exclusion;
  };
  const inLine = floor.callers.filter((caller) => why(caller) === undefined).sort(compareCallers);
  const field = { inLine, count: inLine.length, excluded: countBy(floor.callers, why) };
  return callerChoiceOf(agent.id, field, now);
}

/** The first in line for whom there is an agent, with whom the strategy says; undefined: nobody comes together. */
export function nextMatch(floor: Floor, now: Monotonic, draw: () => number): Match | undefined {
  const { agents } = floor;
  const caller = [...floor.callers]
    .sort(compareCallers)
    .find((each) => agents.some((agent) => exclusionOf(agent, each, agents, now) === undefined));
  if (caller === undefined) return undefined;
  const agentChoice = chooseAgent(caller, agents, now, needsDraw(caller) ? draw() : 0);
  const first = agents.find(({ id }) => id === agentChoice.agentIds[0]);
  if (first === undefined) throw new Error('an eligible agent is chosen');
  return {
    caller,
    agentIds: agentChoice.agentIds,
    agentChoice,
    callerChoice: chooseCaller(first, floor, now),
  };
}

/** The floor while a match is rung. */
export function afterMatch(floor: Floor, match: Match, now: Monotonic): Floor {
  const isRung = ({ id }: RoutingAgent): boolean => match.agentIds.includes(id);
  return {
    agents: floor.agents.map((agent) =>
      isRung(agent) ? offered(agent, match.caller.demand.queueId, now) : agent,
    ),
    callers: floor.callers.filter((caller) => caller !== match.caller),
  };
}

export function explainWait(
  caller: WaitingCaller,
  floor: Floor,
  sameDemand: (a: Demand, b: Demand) => boolean,
  now: Monotonic,
): WaitExplanation {
  const { agents, callers } = floor;
  const isAhead = (other: WaitingCaller): boolean =>
    sameDemand(other.demand, caller.demand) && compareCallers(other, caller) < 0 && !callerRests(other, now);
  const isForAll = (other: WaitingCaller): boolean => {
    const sticky = agents.find(({ id }) => id === other.sticky?.agentId);
    if (sticky === undefined) return true;
    return !isHeld(other, { agent: sticky, serves: lack(sticky, other.demand) === undefined }, now);
  };
  const excluded = countBy(agents, (agent) => exclusionOf(agent, caller, agents, now));
  const left = Object.values(excluded).reduce((sum, count) => sum + count, 0);
  const wait = {
    queuecallId: caller.queuecallId,
    queueId: caller.demand.queueId,
    ahead: callers.filter((other) => isAhead(other) && isForAll(other)).length,
    eligibleAgents: agents.length - left,
    excluded,
  };
  return { ...wait, reason: waitReason(wait) };
}
