import { nilId } from '@parley/contract';
import type { KeptInterval } from './interval.ts';
import type { Subject, Tally } from './tally.ts';

/** What was counted of one queue or agent in one interval, as the store keeps it. */
export interface StatisticRow {
  /** `statisticKey` and where the interval starts. */
  readonly id: string;
  readonly customer_id: string;
  readonly subject: Subject;
  readonly subject_id: string;
  readonly interval: KeptInterval;
  /** Where the interval starts. */
  readonly tm_create: string;
  readonly tm_delete: string;
  /** Nothing is counted in it any more. */
  readonly closed: boolean;
  readonly tally: Tally;
}

/** What goes on from one interval to the next: of each agent, and, under the nil id, of the count as a whole. */
export interface StandingRow {
  readonly id: string;
  readonly customer_id: string;
  readonly tm_create: string;
  readonly tm_delete: string;
  readonly standing: AgentStanding | LogStanding;
}

export interface AgentStanding {
  readonly of: 'agent';
  readonly status: StandingStatus;
  /** Since when it has this status, and until when that time is counted already. Milliseconds since 1970. */
  readonly sinceMs: number;
  readonly countedMs: number;
  /** The queue whose caller it served last, and the one that was so when this status began; nil: none yet. */
  readonly queueId: string;
  readonly restQueueId: string;
}

/** All events up to that position are counted. */
export interface LogStanding {
  readonly of: 'log';
  readonly position: number;
  /** Before that time nothing is counted any more. */
  readonly floorMs: number;
}

/** Statuses as time is counted by them: `busy` is told apart by its reason. */
export type StandingStatus = 'offline' | 'available' | 'ringing' | 'service' | 'wrap_up' | 'busy' | 'away';

/** The row that says how far the log has been counted. */
export const logStandingId = nilId;

/** What all intervals of one length of a queue or an agent have in common. */
export function statisticKey(interval: KeptInterval, subjectId: string): string {
  return `${interval} ${subjectId}`;
}
