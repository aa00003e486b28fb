import {
  type AgentExplanation,
  notYet,
  type Offer,
  type OfferOutcome,
  type WaitExplanation as PublicWait,
} from '@parley/contract';
import type { AgentChoice, CallerChoice, WaitExplanation } from '../matching/explanation.ts';
import type { Match } from '../matching/matcher.ts';

/** Why things went with one visit as they did; kept apart from it, because its events are told to everybody. */
export interface ExplanationRow {
  /** That of the visit. */
  readonly id: string;
  readonly customer_id: string;
  readonly offer_count: number;
  /** The last `keptOffers`, oldest first. */
  readonly offers: readonly Offer[];
  /** As it was when the visit was over, if nobody has served it. */
  readonly wait?: PublicWait;
  readonly tm_create: string;
  readonly tm_update: string;
  readonly tm_delete: string;
}

/** A caller whom so many have missed is not understood better by more of them. */
const keptOffers = 20;

export function newExplanation(visitId: string, customerId: string, stamp: string): ExplanationRow {
  return {
    id: visitId,
    customer_id: customerId,
    offer_count: 0,
    offers: [],
    tm_create: stamp,
    tm_update: notYet,
    tm_delete: notYet,
  };
}

export function withOffer(row: ExplanationRow, match: Match, stamp: string): ExplanationRow {
  const offers = [...row.offers, offerOf(match, stamp)].slice(-keptOffers);
  return { ...row, offer_count: row.offer_count + 1, offers, tm_update: stamp };
}

/** What came of it for one agent, or (undefined) for all who are still being rung. The same row: nothing was open. */
export function withOutcome(
  row: ExplanationRow,
  agentId: string | undefined,
  outcome: OfferOutcome,
  stamp: string,
): ExplanationRow {
  const last = row.offers.at(-1);
  const isMeant = (agent: Offer['agents'][number]): boolean =>
    agent.outcome === 'ringing' && (agentId === undefined || agent.agent_id === agentId);
  if (last === undefined || !last.agents.some(isMeant)) return row;
  const agents = last.agents.map((agent) => (isMeant(agent) ? { ...agent, outcome, tm_end: stamp } : agent));
  return { ...row, offers: [...row.offers.slice(0, -1), { ...last, agents }], tm_update: stamp };
}

function offerOf({ agentIds, agentChoice, callerChoice }: Match, stamp: string): Offer {
  return {
    tm_create: stamp,
    agents: agentIds.map((id) => ({ agent_id: id, outcome: 'ringing', tm_end: notYet })),
    agent_choice: agentChoiceOf(agentChoice),
    caller_choice: callerChoiceOf(callerChoice),
  };
}

function agentChoiceOf(choice: AgentChoice): Offer['agent_choice'] {
  return {
    routing_method: choice.strategy,
    because: choice.because,
    score: choice.score,
    candidates: choice.candidates.map(({ agentId, score }) => ({
      agent_id: agentId,
      ...(score !== null && { score }),
    })),
    candidate_count: choice.candidateCount,
    excluded: { ...choice.excluded },
    reason: choice.reason,
  };
}

function callerChoiceOf(choice: CallerChoice): Offer['caller_choice'] {
  return {
    candidates: choice.candidates.map((caller) => ({
      queuecall_id: caller.queuecallId,
      queue_id: caller.queueId,
      priority: caller.priority,
      waited_ms: caller.waitMs,
    })),
    candidate_count: choice.candidateCount,
    excluded: { ...choice.excluded },
    reason: choice.reason,
  };
}

export function agentExplanation(choice: CallerChoice): AgentExplanation {
  return { agent_id: choice.agentId, ...callerChoiceOf(choice) };
}

export function publicWait(wait: WaitExplanation, stamp: string): PublicWait {
  return {
    tm_create: stamp,
    ahead: wait.ahead,
    eligible_agents: wait.eligibleAgents,
    excluded: { ...wait.excluded },
    reason: wait.reason,
  };
}
