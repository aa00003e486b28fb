import type { Exclusion } from './eligibility.ts';
import type { Strategy } from './facts.ts';
import type { ScoreName } from './rank.ts';

/** Candidates that an explanation names; of the others it tells how many there are. */
export const namedCandidates = 5;

/** How many were left out, by the first reason that applies. Reasons of nobody are absent. */
export type ExclusionCounts<Why extends string> = { readonly [W in Why]?: number };

export interface AgentCandidate {
  readonly agentId: string;
  /** In the unit of the choice's `score`; null: never offered, or without a position. */
  readonly score: number | null;
}

/** What would have made another agent the first. */
export type AgentTurn =
  /** The second, had its score been better by more than this; null: by anything, and being offered before or having no position. */
  | { readonly kind: 'score'; readonly agentId: string; readonly behindBy: number | null }
  /** Any fraction outside of from (inclusive) to (exclusive). */
  | { readonly kind: 'draw'; readonly from: number; readonly to: number }
  /** The caller not being known to the sticky agent. */
  | { readonly kind: 'no_sticky_agent'; readonly agentId: string };

/** Which agent a caller is offered to, or why to nobody. */
export interface AgentChoice {
  readonly queuecallId: string;
  readonly queueId: string;
  readonly strategy: Strategy;
  /** To ring, in order; one, but for `ring_all`. */
  readonly agentIds: readonly string[];
  readonly because: 'sticky_agent' | 'only_candidate' | 'strategy' | 'nobody';
  readonly score: ScoreName;
  /** The first few, best first. */
  readonly candidates: readonly AgentCandidate[];
  readonly candidateCount: number;
  readonly excluded: ExclusionCounts<Exclusion>;
  /** The fraction drawn; for strategies that draw. */
  readonly draw: number | undefined;
  /** Undefined: nobody else could have been the first. */
  readonly turn: AgentTurn | undefined;
  /** The same in words. */
  readonly reason: string;
}

export interface CallerCandidate {
  readonly queuecallId: string;
  readonly queueId: string;
  readonly priority: number;
  readonly waitMs: number;
}

/** What would have made the second caller the first. */
export type CallerTurn =
  /** A priority higher by this, and by one more unless the caller waits longer. */
  | { readonly kind: 'priority'; readonly queuecallId: string; readonly behindBy: number }
  /** Joining earlier by this many milliseconds; 0: their places in line decided. */
  | { readonly kind: 'joined'; readonly queuecallId: string; readonly behindBy: number };

export type CallerExclusion = Exclude<Exclusion, 'missing_tags' | 'skill_too_low'> | 'not_served';

/** Which caller an agent is offered, or why nobody. */
export interface CallerChoice {
  readonly agentId: string;
  readonly queuecallId: string | undefined;
  /** The first few, first in line first. */
  readonly candidates: readonly CallerCandidate[];
  readonly candidateCount: number;
  readonly excluded: ExclusionCounts<CallerExclusion>;
  readonly turn: CallerTurn | undefined;
  readonly reason: string;
}

/** Why a caller still waits. */
export interface WaitExplanation {
  readonly queuecallId: string;
  readonly queueId: string;
  /** Callers with the same demand who go first. */
  readonly ahead: number;
  /** Agents who could have the caller now: somebody else goes first, or it is about to be offered. */
  readonly eligibleAgents: number;
  readonly excluded: ExclusionCounts<Exclusion>;
  readonly reason: string;
}

const agentWords: Readonly<Record<Exclusion, string>> = {
  missing_tags: 'without the tags',
  skill_too_low: 'with too low a skill',
  offline: 'offline',
  away: 'away',
  busy: 'busy',
  ringing: 'ringing',
  no_reachable_phone: 'without a reachable phone',
  agent_rests: 'resting after an offer',
  agent_rests_in_queue: 'resting in this queue',
  caller_rests: 'because the caller is not to be offered yet',
  held_for_another: 'because the caller is held for another agent',
};

const callerWords: Readonly<Record<CallerExclusion, string>> = {
  not_served: 'in queues the agent does not serve',
  offline: 'because the agent is offline',
  away: 'because the agent is away',
  busy: 'because the agent is busy',
  ringing: 'because the agent is ringing',
  no_reachable_phone: 'because no phone of the agent is reachable',
  agent_rests: 'because the agent rests after an offer',
  agent_rests_in_queue: 'in queues the agent rests in',
  caller_rests: 'not to be offered yet',
  held_for_another: 'held for another agent',
};

/** "; left out: 3 busy, 1 offline", or nothing. */
export function agentsLeftOut(excluded: ExclusionCounts<Exclusion>): string {
  return leftOut(Object.keys(agentWords) as Exclusion[], agentWords, excluded);
}

/** "; left out: 3 in queues the agent does not serve", or nothing. */
export function callersLeftOut(excluded: ExclusionCounts<CallerExclusion>): string {
  return leftOut(Object.keys(callerWords) as CallerExclusion[], callerWords, excluded);
}

function leftOut<Why extends string>(
  order: readonly Why[],
  words: Readonly<Record<Why, string>>,
  excluded: ExclusionCounts<Why>,
): string {
  let text = '';
  for (const why of order) {
    const count = excluded[why];
    if (count !== undefined) text += `${text === '' ? '; left out: ' : ', '}${count} ${words[why]}`;
  }
  return text;
}

export function waitReason(wait: Omit<WaitExplanation, 'reason'>): string {
  const place =
    wait.ahead === 0
      ? 'Next in line'
      : wait.ahead === 1
        ? '1 caller goes first'
        : `${wait.ahead} callers go first`;
  const agents =
    wait.eligibleAgents === 0
      ? 'no agent can have this caller now'
      : `agents who could have this caller now: ${wait.eligibleAgents}`;
  return `${place}; ${agents}${agentsLeftOut(wait.excluded)}.`;
}
