import type { Agent } from '@parley/contract';
import type { Monotonic } from '../ports/moment.ts';

/** How an agent is chosen for a caller. The first is the default. */
export const strategies = [
  'longest_idle',
  'round_robin',
  'random',
  'fewest_calls',
  'least_talk',
  'ring_all',
  'linear',
  'weighted',
] as const;

export type Strategy = (typeof strategies)[number];

/** What a queue asks of an agent; callers keep what it asked when they joined. */
export interface Demand {
  readonly queueId: string;
  readonly strategy: Strategy;
  /** Whether one of the tags is enough. A demand without tags is met by every agent, whichever this is. */
  readonly tagMatch: 'any' | 'all';
  readonly tagIds: readonly string[];
  /** The lowest level of each skill; an agent without the skill has level 0. */
  readonly minimumSkills: ReadonlyMap<string, number>;
}

/** What is special about an agent in one queue. */
export interface QueueStanding {
  /** Round robin offers to whom it has been longest ago; absent: never, so first. */
  readonly lastOfferedAt?: Monotonic;
  /** Linear goes by it, lowest first; absent: after all who have one. */
  readonly position?: number;
  /** Weighted draws in proportion to it, a whole number from 1 to `mostWeight`; absent: 1. */
  readonly weight?: number;
  /** No caller of this queue before this time. */
  readonly notBefore?: Monotonic;
}

/** What matters of an agent when callers are handed out. */
export interface RoutingAgent {
  readonly id: string;
  readonly status: Agent['status'];
  /** Which queues are served: those whose demand these meet. */
  readonly tagIds: readonly string[];
  /** Level by skill. */
  readonly skills: ReadonlyMap<string, number>;
  /** Whether a phone of the agent can be rung now. */
  readonly reachable: boolean;
  readonly idleSince: Monotonic;
  /** Linear takes those without a position in this order, lowest first. */
  readonly madeAt: number;
  readonly callsToday: number;
  readonly talkMsToday: number;
  /** No caller at all before this time, as after one that was not answered. */
  readonly notBefore: Monotonic | undefined;
  /** By queue id; what is absent stands at the defaults. */
  readonly standings: ReadonlyMap<string, QueueStanding>;
}

/** Someone who waits for an agent. Callers who are being rung for are not waiting. */
export interface WaitingCaller {
  readonly queuecallId: string;
  readonly demand: Demand;
  /** Higher goes first. */
  readonly priority: number;
  /** Kept when the caller comes back from an agent who did not answer. */
  readonly joinedAt: Monotonic;
  /** Decides among those who joined in the same millisecond: lower goes first. */
  readonly place: number;
  /** Not offered before this time. */
  readonly notBefore: Monotonic | undefined;
  /** Whom the caller talked to before. */
  readonly sticky: StickyAgent | undefined;
}

/** Preferred whenever eligible. */
export interface StickyAgent {
  readonly agentId: string;
  /**
   * Until then nobody else is offered the caller, as long as the agent serves the queue and is not offline. A time that
   * has gone by: preferred, but not waited for.
   */
  readonly heldUntil: Monotonic;
}

/** Sums of weights stay exact. */
export const mostWeight = 10_000;

/** Phones that ring for one caller at the same time; those idle longest. */
export const mostRung = 50;

const defaultStanding: QueueStanding = {};

export function standingOf(agent: RoutingAgent, queueId: string): QueueStanding {
  return agent.standings.get(queueId) ?? defaultStanding;
}

/** The agent while a caller of a queue is offered. */
export function offered(agent: RoutingAgent, queueId: string, now: Monotonic): RoutingAgent {
  const standing = { ...standingOf(agent, queueId), lastOfferedAt: now };
  return { ...agent, status: 'ringing', standings: new Map(agent.standings).set(queueId, standing) };
}

/** Throws on an agent that nobody could rank: a bug of whoever made it. */
export function assertRoutingAgent(agent: RoutingAgent): void {
  const numbers = [agent.idleSince, agent.madeAt, agent.callsToday, agent.talkMsToday];
  if (!numbers.every((each) => Number.isFinite(each))) {
    throw new RangeError(
      `agent ${agent.id}: idleSince, madeAt, callsToday and talkMsToday are finite numbers`,
    );
  }
  for (const { position = 0, weight = 1 } of agent.standings.values()) {
    if (!Number.isFinite(position)) throw new RangeError(`agent ${agent.id}: a position is a finite number`);
    if (!Number.isInteger(weight) || weight < 1 || weight > mostWeight) {
      throw new RangeError(`agent ${agent.id}: a weight is a whole number from 1 to ${mostWeight}`);
    }
  }
}

/** Throws on a caller that nobody could put in line: a bug of whoever made it. */
export function assertWaitingCaller(caller: WaitingCaller): void {
  if (![caller.priority, caller.joinedAt, caller.place].every((each) => Number.isFinite(each))) {
    throw new RangeError(`caller ${caller.queuecallId}: priority, joinedAt and place are finite numbers`);
  }
}
