import type { Monotonic } from '../ports/moment.ts';
import { type Demand, type RoutingAgent, standingOf, type WaitingCaller } from './facts.ts';

/** Why an agent can never have a caller, until tags or skills change. */
export type Lack = 'missing_tags' | 'skill_too_low';

/** Why an agent can have no caller just now. */
export type Absence =
  | 'offline'
  | 'away'
  | 'busy'
  | 'ringing'
  | 'no_reachable_phone'
  /** Before the agent's `notBefore`. */
  | 'agent_rests';

/** Why this agent and this caller do not come together now: the first that applies, in this order. */
export type Exclusion =
  | Lack
  | Absence
  /** Before the `notBefore` of the agent in the caller's queue. */
  | 'agent_rests_in_queue'
  /** Before the caller's `notBefore`. */
  | 'caller_rests'
  /** Held for the sticky agent. */
  | 'held_for_another';

/** Tags and skills of an agent against what a queue asks. */
export function lackOf(
  tagIds: ReadonlySet<string>,
  skills: ReadonlyMap<string, number>,
  demand: Demand,
): Lack | undefined {
  if (demand.tagIds.length > 0) {
    const has = (tagId: string): boolean => tagIds.has(tagId);
    const met = demand.tagMatch === 'any' ? demand.tagIds.some(has) : demand.tagIds.every(has);
    if (!met) return 'missing_tags';
  }
  for (const [skill, level] of demand.minimumSkills) {
    if ((skills.get(skill) ?? 0) < level) return 'skill_too_low';
  }
  return undefined;
}

export function absenceOf(agent: RoutingAgent, now: Monotonic): Absence | undefined {
  if (agent.status !== 'available') return agent.status;
  if (!agent.reachable) return 'no_reachable_phone';
  return isBefore(now, agent.notBefore) ? 'agent_rests' : undefined;
}

export function restsInQueue(agent: RoutingAgent, queueId: string, now: Monotonic): boolean {
  return isBefore(now, standingOf(agent, queueId).notBefore);
}

export function callerRests(caller: WaitingCaller, now: Monotonic): boolean {
  return isBefore(now, caller.notBefore);
}

/** Whether a caller waits for the sticky agent alone; `serves`: the agent lacks nothing of the demand. */
export function isHeld(
  caller: WaitingCaller,
  sticky: { readonly agent: RoutingAgent; readonly serves: boolean } | undefined,
  now: Monotonic,
): boolean {
  if (!isBefore(now, caller.sticky?.heldUntil)) return false;
  return sticky !== undefined && sticky.serves && sticky.agent.status !== 'offline';
}

function isBefore(now: Monotonic, time: Monotonic | undefined): boolean {
  return time !== undefined && now < time;
}
