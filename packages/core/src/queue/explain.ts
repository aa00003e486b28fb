import {
  type AgentExplanation,
  formatTimestamp,
  type OfferOutcome,
  type WaitExplanation,
} from '@parley/contract';
import type { House } from '../call/house.ts';
import type { Sitting } from '../call/sitting.ts';
import type { Match } from '../matching/matcher.ts';
import type { Moment } from '../ports/moment.ts';
import {
  agentExplanation,
  type ExplanationRow,
  newExplanation,
  publicWait,
  withOffer,
  withOutcome,
} from './explanation-row.ts';
import type { Visit } from './live-queue.ts';

/** An offer is about to be made: why is written down with it. */
export function noteMatch(sitting: Sitting, visit: Visit, match: Match): void {
  const { stamp } = sitting.decision;
  put(sitting, visit, withOffer(rowOf(visit, stamp), match, stamp));
}

/** What came of an offer; without an agent of all that are open. */
export function noteOutcome(
  sitting: Sitting,
  visit: Visit,
  outcome: Exclude<OfferOutcome, 'ringing'>,
  agentId?: string,
): void {
  const before = visit.explanation;
  const after = before && withOutcome(before, agentId, outcome, sitting.decision.stamp);
  if (after !== undefined && after !== before) put(sitting, visit, after);
}

/** A visit ends that nobody has served: what it was waiting for. The matcher has to know of it still. */
export function noteUnserved(sitting: Sitting, visit: Visit): void {
  const { decision, house } = sitting;
  const wait = explainWait(house, visit.row.customer_id, visit.row.id, decision.at);
  if (wait !== undefined) put(sitting, visit, { ...rowOf(visit, decision.stamp), wait });
}

/** Undefined: the caller does not wait now. */
export function explainWait(
  house: House,
  customerId: string,
  visitId: string,
  at: Moment,
): WaitExplanation | undefined {
  const wait = house.matchers.get(customerId)?.explainWait(visitId, at.mono);
  return wait && publicWait(wait, formatTimestamp(at.wall));
}

/** Undefined: there is no such agent. */
export function explainAgent(
  house: House,
  customerId: string,
  agentId: string,
  at: Moment,
): AgentExplanation | undefined {
  const choice = house.matchers.get(customerId)?.explainAgent(agentId, at.mono);
  return choice && agentExplanation(choice);
}

function rowOf({ explanation, row }: Visit, stamp: string): ExplanationRow {
  return explanation ?? newExplanation(row.id, row.customer_id, stamp);
}

function put(sitting: Sitting, visit: Visit, row: ExplanationRow): void {
  visit.explanation = row;
  sitting.decision.put('explanation', row);
}
