import type { Monotonic } from '../ports/moment.ts';
import { type Demand, type RoutingAgent, type Strategy, standingOf, type WaitingCaller } from './facts.ts';

/** What decides among eligible agents: lower `first`, then lower `second`, then lower id. */
export interface Rank {
  readonly agentId: string;
  readonly first: number;
  readonly second: number;
  /** Share of the draw; 1 for all but `weighted`. */
  readonly weight: number;
}

/** What people compare agents by. */
export type ScoreName =
  | 'idle_ms'
  | 'since_offered_ms'
  | 'calls_today'
  | 'talk_ms_today'
  | 'position'
  | 'weight';

type RankRule = (agent: RoutingAgent, queueId: string) => readonly [first: number, second: number];

/** Equals are told apart by who is idle longer. Where chance decides the ids alone give the order. */
const rankRules: Readonly<Record<Strategy, RankRule>> = {
  longest_idle: ({ idleSince }) => [idleSince, 0],
  ring_all: ({ idleSince }) => [idleSince, 0],
  round_robin: (agent, queueId) => [
    standingOf(agent, queueId).lastOfferedAt ?? Number.NEGATIVE_INFINITY,
    agent.idleSince,
  ],
  fewest_calls: ({ callsToday, idleSince }) => [callsToday, idleSince],
  least_talk: ({ talkMsToday, idleSince }) => [talkMsToday, idleSince],
  linear: (agent, queueId) => {
    const { position } = standingOf(agent, queueId);
    return position === undefined ? [Number.POSITIVE_INFINITY, agent.madeAt] : [position, agent.idleSince];
  },
  random: () => [0, 0],
  weighted: () => [0, 0],
};

export const scoreNames: Readonly<Record<Strategy, ScoreName>> = {
  longest_idle: 'idle_ms',
  ring_all: 'idle_ms',
  round_robin: 'since_offered_ms',
  fewest_calls: 'calls_today',
  least_talk: 'talk_ms_today',
  linear: 'position',
  random: 'weight',
  weighted: 'weight',
};

export function rankOf(agent: RoutingAgent, { strategy, queueId }: Demand): Rank {
  const [first, second] = rankRules[strategy](agent, queueId);
  const weight = strategy === 'weighted' ? (standingOf(agent, queueId).weight ?? 1) : 1;
  return { agentId: agent.id, first, second, weight };
}

/** Negative: a before b. Never 0 for two agents. */
export function compareRanks(a: Rank, b: Rank): number {
  return a.first === b.first
    ? a.second === b.second
      ? compareIds(a.agentId, b.agentId)
      : a.second - b.second
    : a.first < b.first
      ? -1
      : 1;
}

/** What the place in line depends on. */
export type InLine = Pick<WaitingCaller, 'queuecallId' | 'priority' | 'joinedAt' | 'place'>;

/** The order of all who wait: highest priority, then longest wait, then place, then id. Never 0 for two callers. */
export function compareCallers(a: InLine, b: InLine): number {
  return (
    b.priority - a.priority ||
    a.joinedAt - b.joinedAt ||
    a.place - b.place ||
    compareIds(a.queuecallId, b.queuecallId)
  );
}

function compareIds(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

export function isDrawn(strategy: Strategy): boolean {
  return strategy === 'random' || strategy === 'weighted';
}

/** The ticket that a fraction in [0, 1) draws out of a whole number of them. */
export function ticketOf(fraction: number, tickets: number): number {
  return Math.min(Math.floor(fraction * tickets), tickets - 1);
}

/** What a rank says in the words of its strategy; null: never offered, or without a position. */
export function scoreOf(rank: Rank, strategy: Strategy, now: Monotonic): number | null {
  const name = scoreNames[strategy];
  if (name === 'weight') return rank.weight;
  if (!Number.isFinite(rank.first)) return null;
  return name === 'idle_ms' || name === 'since_offered_ms' ? Math.round(now - rank.first) : rank.first;
}
