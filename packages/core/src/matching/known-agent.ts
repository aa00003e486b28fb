import type { Monotonic } from '../ports/moment.ts';
import { type Absence, absenceOf, restsInQueue } from './eligibility.ts';
import type { RoutingAgent } from './facts.ts';

/** How an agent stands to a demand whose tags and skills it meets. */
export type Standing = 'eligible' | Absence | 'agent_rests_in_queue';

/** An agent, and what follows from its facts at the time they were last looked at. */
export interface KnownAgent {
  facts: RoutingAgent;
  absence: Absence | undefined;
  /** Queues in which the agent rests. */
  resting: ReadonlySet<string>;
  /** Removed, or known anew with other tags or skills. */
  isGone: boolean;
  /** Noted in all indexes it concerns, and not taken in by any of them since: needs not be noted again. */
  isNoted: boolean;
}

const nowhere: ReadonlySet<string> = new Set();

export function knownAgent(facts: RoutingAgent, now: Monotonic): KnownAgent {
  const known: KnownAgent = {
    facts,
    absence: undefined,
    resting: nowhere,
    isGone: false,
    isNoted: false,
  };
  assess(known, now);
  return known;
}

/** Looks at the facts again. */
export function assess(known: KnownAgent, now: Monotonic): void {
  known.absence = absenceOf(known.facts, now);
  known.resting = restingQueues(known.facts, now);
}

export function standingOfKnown({ absence, resting }: KnownAgent, queueId: string): Standing {
  return absence ?? (resting.has(queueId) ? 'agent_rests_in_queue' : 'eligible');
}

function restingQueues(agent: RoutingAgent, now: Monotonic): ReadonlySet<string> {
  let resting: Set<string> | undefined;
  for (const queueId of agent.standings.keys()) {
    if (restsInQueue(agent, queueId, now)) resting = (resting ?? new Set()).add(queueId);
  }
  return resting ?? nowhere;
}

/** When the next rest of an agent is over. */
export function restEnd(agent: RoutingAgent, now: Monotonic): Monotonic | undefined {
  let end = agent.notBefore !== undefined && now < agent.notBefore ? agent.notBefore : undefined;
  for (const { notBefore } of agent.standings.values()) {
    if (notBefore !== undefined && now < notBefore && (end === undefined || notBefore < end)) end = notBefore;
  }
  return end;
}
