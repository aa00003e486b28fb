import type { AgentFigures, QueueFigures, ServiceLevel } from '@parley/contract';
import { type AgentTally, countWithin, type QueueTally } from './tally.ts';

/** What is taken for soon enough when nobody says otherwise: 20 seconds, as in "80 % in 20 seconds". */
export const defaultThresholdSeconds = 20;

/** The figures of a queue from what was counted. */
export function queueFigures(
  tally: Readonly<QueueTally>,
  thresholdSeconds: number = defaultThresholdSeconds,
): QueueFigures {
  const { answered, abandoned, done, talkMs, wrapUpMs, answeredWaitMs, abandonedWaitMs } = tally;
  return {
    incoming_count: tally.incoming,
    answered_count: answered,
    abandoned_count: abandoned,
    overflowed_count: tally.overflowed,
    kicked_count: tally.kicked,
    done_count: done,
    total_waittime: answeredWaitMs + abandonedWaitMs + tally.otherWaitMs,
    longest_waittime: tally.longestWaitMs,
    total_service_duration: talkMs,
    total_wrap_up_duration: wrapUpMs,
    average_speed_of_answer: average(answeredWaitMs, answered),
    average_abandon_waittime: average(abandonedWaitMs, abandoned),
    average_handle_time: average(talkMs + wrapUpMs, done),
    abandonment_rate: share(abandoned, answered + abandoned),
    service_level: serviceLevel(tally, thresholdSeconds),
  };
}

function serviceLevel(
  { answered, abandoned, answeredAfter, abandonedAfter }: Readonly<QueueTally>,
  thresholdSeconds: number,
): ServiceLevel {
  const within = countWithin(answeredAfter, thresholdSeconds);
  const short = countWithin(abandonedAfter, thresholdSeconds);
  const offered = answered + abandoned;
  return {
    threshold_seconds: thresholdSeconds,
    answered_within_count: within,
    abandoned_within_count: short,
    of_answered: share(within, answered),
    of_offered: share(within, offered),
    without_short_abandons: share(within, offered - short),
    with_short_abandons: share(within + short, offered),
  };
}

/** The figures of an agent from what was counted. */
export function agentFigures(tally: Readonly<AgentTally>): AgentFigures {
  const { done, talkMs, availableMs, ringingMs, serviceMs, wrapUpMs } = tally;
  const occupied = serviceMs + wrapUpMs;
  return {
    offered_count: tally.offered,
    answered_count: tally.answered,
    done_count: done,
    total_service_duration: talkMs,
    status_durations: {
      available: availableMs,
      ringing: ringingMs,
      service: serviceMs,
      wrap_up: wrapUpMs,
      busy: tally.busyMs,
      away: tally.awayMs,
    },
    average_handle_time: average(talkMs + wrapUpMs, done),
    occupancy: share(occupied, occupied + availableMs + ringingMs),
  };
}

function average(sum: number, count: number): number | null {
  return count === 0 ? null : Math.round(sum / count);
}

/** Four digits: more would say nothing, and less would hide one call in a thousand. */
function share(part: number, whole: number): number | null {
  return whole === 0 ? null : Math.round((part / whole) * 10_000) / 10_000;
}
