/** Small call floors with many ties, drawn from a seed, for tests. */
import type { Monotonic } from '../ports/moment.ts';
import type { Demand, QueueStanding, RoutingAgent, StickyAgent, Strategy, WaitingCaller } from './facts.ts';

export function at(ms: number): Monotonic {
  return ms as Monotonic;
}

/** The same fractions in [0, 1) for the same seed (a Weyl sequence whose steps are mixed). */
export function fractionsFrom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
  };
}

export class Dice {
  readonly fraction: () => number;

  constructor(seed: number) {
    this.fraction = fractionsFrom(seed);
  }

  /** 0 to below `sides`. */
  roll(sides: number): number {
    return Math.floor(this.fraction() * sides);
  }

  oneIn(sides: number): boolean {
    return this.roll(sides) === 0;
  }

  pick<T>(items: readonly [T, ...T[]]): T {
    return items[this.roll(items.length)] ?? items[0];
  }

  some<T>(items: readonly T[]): T[] {
    return items.filter(() => this.oneIn(2));
  }
}

const tagIds = ['sales', 'support', 'spanish'] as const;
const skills = ['billing', 'routers'] as const;

/** Three demands that differ in all that matters but the strategy, in two queues. */
export function demandsOf(strategy: Strategy): readonly [Demand, Demand, Demand] {
  const none = new Map<string, number>();
  return [
    { queueId: 'q1', strategy, tagMatch: 'any', tagIds: ['sales', 'support'], minimumSkills: none },
    { queueId: 'q1', strategy, tagMatch: 'all', tagIds: ['sales', 'spanish'], minimumSkills: none },
    { queueId: 'q2', strategy, tagMatch: 'any', tagIds: [], minimumSkills: new Map([['billing', 2]]) },
  ];
}

export function names(letter: string, count: number): [string, ...string[]] {
  return [`${letter}1`, ...Array.from({ length: count - 1 }, (_, index) => `${letter}${index + 2}`)];
}

function soon(dice: Dice, now: number): Monotonic | undefined {
  return dice.oneIn(4) ? at(now + dice.roll(5) - 1) : undefined;
}

function randomStanding(dice: Dice, now: number): QueueStanding {
  const notBefore = soon(dice, now);
  return {
    ...(dice.oneIn(2) ? { lastOfferedAt: at(dice.roll(now + 1)) } : {}),
    ...(dice.oneIn(2) ? { position: dice.roll(3) } : {}),
    ...(dice.oneIn(2) ? { weight: 1 + dice.roll(3) } : {}),
    ...(notBefore === undefined ? {} : { notBefore }),
  };
}

export function randomAgent(dice: Dice, id: string, now: number): RoutingAgent {
  const rare = ['available', 'ringing', 'busy', 'away', 'offline'] as const;
  return {
    id,
    status: dice.oneIn(3) ? dice.pick(rare) : 'available',
    tagIds: dice.oneIn(3) ? dice.some(tagIds) : tagIds,
    skills: new Map(skills.map((skill) => [skill, 1 + dice.roll(3)] as const)),
    reachable: !dice.oneIn(10),
    idleSince: at(dice.roll(now + 1)),
    madeAt: dice.roll(3),
    callsToday: dice.roll(3),
    talkMsToday: dice.roll(3),
    notBefore: soon(dice, now),
    standings: new Map(dice.some(['q1', 'q2']).map((queue) => [queue, randomStanding(dice, now)] as const)),
  };
}

export function randomCaller(
  dice: Dice,
  queuecallId: string,
  demands: readonly [Demand, ...Demand[]],
  now: number,
): WaitingCaller {
  const sticky: StickyAgent | undefined = dice.oneIn(3)
    ? { agentId: `a${1 + dice.roll(4)}`, heldUntil: at(now + dice.roll(6) - 2) }
    : undefined;
  return {
    queuecallId,
    demand: dice.pick(demands),
    priority: dice.roll(2),
    joinedAt: at(dice.roll(now + 1)),
    place: dice.roll(2),
    notBefore: soon(dice, now),
    sticky,
  };
}
