import { Type, type Static, type TSchema } from 'typebox';
import { countOf, millisecondsOf } from '../amounts.ts';
import { idOf } from '../ids.ts';
import { timeOf } from '../time.ts';
import { AgentStatus } from './agent.ts';

/** Of nobody there is no average, and no share. */
function orNull<const S extends TSchema>(schema: S, description: string) {
  return Type.Union([schema, Type.Null()], { description });
}

function averageOf(description: string) {
  return orNull(Type.Integer({ minimum: 0 }), `${description} Milliseconds; null = there were none.`);
}

function shareOf(description: string) {
  return orNull(
    Type.Number({ minimum: 0, maximum: 1 }),
    `${description} From 0 to 1, four digits; null = of nobody.`,
  );
}

export const StatisticsInterval = Type.Enum(['quarter_hour', 'hour', 'day'], {
  description: 'How long an interval is. Each begins at a full quarter of an hour, hour or day, UTC.',
});
export type StatisticsInterval = Static<typeof StatisticsInterval>;

export const ServiceLevel = Type.Object(
  {
    threshold_seconds: countOf('A wait of that many seconds was short enough.'),
    answered_within_count: countOf('Callers who were answered after such a wait.'),
    abandoned_within_count: countOf('Callers who gave up after such a wait.'),
    of_answered: shareOf('Answered within / all answered.'),
    of_offered: shareOf('Answered within / (answered + abandoned).'),
    without_short_abandons: shareOf('Answered within / (answered + abandoned later than that).'),
    with_short_abandons: shareOf('(Answered within + abandoned within) / (answered + abandoned).'),
  },
  { description: 'How many were answered soon enough; the same counts by four formulas that are in use.' },
);
export type ServiceLevel = Static<typeof ServiceLevel>;

const figuresOfQueue = {
  incoming_count: countOf('Callers who joined.'),
  answered_count: countOf('Talks with an agent that began.'),
  abandoned_count: countOf('Callers who were lost unserved.'),
  overflowed_count: countOf('Callers who went on elsewhere unserved.'),
  kicked_count: countOf('Callers who were put out while they waited.'),
  done_count: countOf('Talks that ended.'),
  total_waittime: millisecondsOf('Sum of the waits that ended, however they did.'),
  longest_waittime: millisecondsOf('The longest of them.'),
  total_service_duration: millisecondsOf('Sum of the talks that ended.'),
  total_wrap_up_duration: millisecondsOf('Rest of agents after callers of this queue.'),
  average_speed_of_answer: averageOf('ASA: the average wait of those who were answered.'),
  average_abandon_waittime: averageOf('The average wait of those who were lost.'),
  average_handle_time: averageOf('AHT: (talks + rests) / talks that ended.'),
  abandonment_rate: shareOf('Abandoned / (answered + abandoned).'),
  service_level: ServiceLevel,
} as const;

export const QueueFigures = Type.Object(figuresOfQueue, {
  description: 'What a queue did in some time. Each thing is counted when it happens.',
});
export type QueueFigures = Static<typeof QueueFigures>;

export const StatusDurations = Type.Object(
  {
    available: millisecondsOf('Ready for callers.'),
    ringing: millisecondsOf('Being rung.'),
    service: millisecondsOf('With a caller of a queue.'),
    wrap_up: millisecondsOf('Resting after one.'),
    busy: millisecondsOf('Busy with something else.'),
    away: millisecondsOf('Away.'),
  },
  { description: 'How long an agent was in each status. What is missing it was `offline`.' },
);
export type StatusDurations = Static<typeof StatusDurations>;

const figuresOfAgent = {
  offered_count: countOf('Times it was rung for a caller.'),
  answered_count: countOf('Talks with callers of queues that began.'),
  done_count: countOf('Talks that ended.'),
  total_service_duration: millisecondsOf('Sum of the talks that ended.'),
  status_durations: StatusDurations,
  average_handle_time: averageOf('AHT: (talks + rests) / talks that ended.'),
  occupancy: shareOf('(service + wrap_up) / (service + wrap_up + available + ringing).'),
} as const;

export const AgentFigures = Type.Object(figuresOfAgent, {
  description: 'What an agent did in some time. A status is counted for as long as it was in that time.',
});
export type AgentFigures = Static<typeof AgentFigures>;

const span = {
  tm_start: timeOf('From then on.'),
  tm_end: timeOf('Until then, that moment not included.'),
} as const;

export const QueueStatistics = Type.Object(
  {
    queue_id: idOf('The queue.'),
    ...span,
    total: QueueFigures,
    intervals: Type.Array(Type.Object({ ...span, ...figuresOfQueue }), {
      description:
        'Oldest first, those in which nothing happened too. Empty when no `interval` was asked for.',
    }),
  },
  { description: 'The figures of a queue.' },
);
export type QueueStatistics = Static<typeof QueueStatistics>;

export const AgentStatistics = Type.Object(
  {
    agent_id: idOf('The agent.'),
    ...span,
    total: AgentFigures,
    intervals: Type.Array(Type.Object({ ...span, ...figuresOfAgent }), {
      description:
        'Oldest first, those in which nothing happened too. Empty when no `interval` was asked for.',
    }),
  },
  { description: 'The figures of an agent.' },
);
export type AgentStatistics = Static<typeof AgentStatistics>;

export const QueueLive = Type.Object(
  {
    queue_id: idOf('The queue.'),
    tm_now: timeOf('When it was so.'),
    waiting_count: countOf('Callers who wait.'),
    longest_waittime: millisecondsOf('How long the one who joined first has waited; 0 = nobody waits.'),
    service_count: countOf('Callers who are being served.'),
    agent_counts: Type.Record(AgentStatus, Type.Integer({ minimum: 0 }), {
      description: 'The agents who serve it, by status.',
    }),
    today: QueueFigures,
  },
  { description: 'A queue at this moment, and since midnight UTC.' },
);
export type QueueLive = Static<typeof QueueLive>;
