import type { Instant } from '@parley/contract';
import type { House } from '../call/house.ts';
import type { LiveAgent } from './live-queue.ts';

/** An agent's part in the figures of one day, for strategies that go by them. */
export interface DayFigures {
  /** Days since 1970, UTC. */
  readonly day: number;
  readonly calls: number;
  readonly talkMs: number;
}

export const dayMicroseconds = 86_400_000_000;

/** Days begin at midnight UTC. */
export function dayOf(wall: Instant): number {
  return Math.floor(wall / dayMicroseconds);
}

/** Takes note of what day it is. True: it is another one than before. */
export function beginDay(house: House, wall: Instant): boolean {
  const day = dayOf(wall);
  if (house.day === day) return false;
  house.day = day;
  return true;
}

/** What was counted on another day counts no longer. */
export function figuresOfToday(house: House, { figures }: Pick<LiveAgent, 'figures'>): DayFigures {
  return figures.day === house.day ? figures : { day: house.day, calls: 0, talkMs: 0 };
}

/** A talk counts for the day on which it ends. */
export function countTalk(house: House, agent: LiveAgent, talkMs: number): void {
  const { day, calls, talkMs: before } = figuresOfToday(house, agent);
  agent.figures = { day, calls: calls + 1, talkMs: before + talkMs };
}
