import type { Monotonic } from '../ports/moment.ts';
import type { Exclusion } from './eligibility.ts';
import {
  type AgentChoice,
  type AgentTurn,
  type ExclusionCounts,
  agentsLeftOut,
  namedCandidates,
} from './explanation.ts';
import { type Demand, mostRung, type Strategy, type WaitingCaller } from './facts.ts';
import { isDrawn, type Rank, type ScoreName, scoreNames, scoreOf } from './rank.ts';

/** The candidates as far as a choice and its explanation need to know them. */
export interface AgentField {
  /** The first `fieldSize` by rank, or all. */
  readonly ranked: readonly Rank[];
  readonly count: number;
  readonly excluded: ExclusionCounts<Exclusion>;
  /** Whom the fraction hit, and the fractions that would have; for strategies that draw. */
  readonly drawn: { readonly rank: Rank; readonly from: number; readonly to: number } | undefined;
  readonly draw: number | undefined;
  /** The caller's sticky agent, when a candidate. */
  readonly sticky: Rank | undefined;
}

/** How many ranks a choice looks at: the first may come from further down. */
export function fieldSize({ strategy }: Demand): number {
  return (strategy === 'ring_all' ? mostRung : namedCandidates) + 1;
}

/** The sticky agent before all others, then whom the strategy says. */
export function agentChoiceOf(caller: WaitingCaller, field: AgentField, now: Monotonic): AgentChoice {
  const { demand, queuecallId } = caller;
  const { queueId, strategy } = demand;
  const byStrategy = field.drawn?.rank ?? field.ranked[0];
  const front = field.sticky ?? byStrategy;
  const inOrder = front === undefined ? [] : [front, ...field.ranked.filter((rank) => !isSame(rank, front))];
  const ring = strategy === 'ring_all' ? mostRung : 1;
  const choice = {
    queuecallId,
    queueId,
    strategy,
    agentIds: inOrder.slice(0, ring).map(({ agentId }) => agentId),
    because: becauseOf(field),
    score: scoreNames[strategy],
    candidates: inOrder
      .slice(0, namedCandidates)
      .map((rank) => ({ agentId: rank.agentId, score: scoreOf(rank, strategy, now) })),
    candidateCount: field.count,
    excluded: field.excluded,
    draw: field.draw,
    turn: front === undefined ? undefined : turnOf(field, strategy, inOrder),
  };
  return { ...choice, reason: agentReason(choice) };
}

function isSame(a: Rank, b: Rank): boolean {
  return a.agentId === b.agentId;
}

function becauseOf({ count, sticky }: AgentField): AgentChoice['because'] {
  if (count === 0) return 'nobody';
  if (sticky !== undefined) return 'sticky_agent';
  return count === 1 ? 'only_candidate' : 'strategy';
}

function turnOf(field: AgentField, strategy: Strategy, inOrder: readonly Rank[]): AgentTurn | undefined {
  const byStrategy = field.drawn?.rank ?? field.ranked[0];
  if (field.count < 2 || byStrategy === undefined) return undefined;
  if (field.sticky !== undefined) {
    const same = isSame(byStrategy, field.sticky);
    return same ? undefined : { kind: 'no_sticky_agent', agentId: byStrategy.agentId };
  }
  if (field.drawn !== undefined) return { kind: 'draw', from: field.drawn.from, to: field.drawn.to };
  const [first, second] = inOrder;
  if (strategy === 'ring_all' || first === undefined || second === undefined) return undefined;
  const behindBy = first.first === second.first ? 0 : Math.round(second.first - first.first);
  return { kind: 'score', agentId: second.agentId, behindBy: Number.isFinite(behindBy) ? behindBy : null };
}

const scoreWords: Readonly<Record<ScoreName, string>> = {
  idle_ms: 'idle longest',
  since_offered_ms: 'not offered a caller of this queue for the longest',
  calls_today: 'the one with the fewest calls today',
  talk_ms_today: 'the one with the least talk time today',
  position: 'the first by position',
  weight: 'drawn by chance',
};

const units: Readonly<Record<ScoreName, string>> = {
  idle_ms: 'ms more of idling',
  since_offered_ms: 'ms more since its last offer',
  calls_today: 'calls fewer',
  talk_ms_today: 'ms less of talk',
  position: 'positions further up',
  weight: 'more of weight',
};

/** Why no better score would have been enough. */
const beyondMeasure: Readonly<Partial<Record<ScoreName, string>>> = {
  since_offered_ms: 'and has been offered before',
  position: 'and has no position',
};

function agentReason(choice: Omit<AgentChoice, 'reason'>): string {
  const [first] = choice.agentIds;
  if (first === undefined) return `No agent can have this caller now${agentsLeftOut(choice.excluded)}.`;
  return `${whoIsRung(choice, first)}${whatWouldTurn(choice)}${agentsLeftOut(choice.excluded)}.`;
}

function whoIsRung(choice: Omit<AgentChoice, 'reason'>, first: string): string {
  const { because, candidateCount: count, score } = choice;
  if (choice.agentIds.length > 1) return `${choice.agentIds.length} of ${count} candidates are rung at once`;
  if (because === 'only_candidate') return `${first} is the only candidate`;
  if (because === 'sticky_agent')
    return `${first} is the agent the caller is known to, of ${candidates(count)}`;
  return `${first} is ${scoreWords[score]}, of ${candidates(count)}`;
}

function candidates(count: number): string {
  return count === 1 ? '1 candidate' : `${count} candidates`;
}

function whatWouldTurn({ turn, score, draw }: Omit<AgentChoice, 'reason'>): string {
  if (turn === undefined) return '';
  switch (turn.kind) {
    case 'no_sticky_agent':
      return `; otherwise ${turn.agentId} would be first`;
    case 'draw':
      return `: ${draw ?? ''} was drawn, and from ${turn.from} to below ${turn.to} is its share`;
    case 'score':
      if (turn.behindBy === 0) return `; ${turn.agentId} has the same score and comes next`;
      return turn.behindBy === null
        ? `; ${turn.agentId} comes next, ${beyondMeasure[score] ?? 'far behind'}`
        : `; ${turn.agentId} comes next, with ${turn.behindBy} ${units[score]} it would draw level`;
  }
}

/** Whether a choice needs a fraction. */
export function needsDraw({ demand }: WaitingCaller): boolean {
  return isDrawn(demand.strategy);
}
