import { Type, type Static } from 'typebox';
import { limits } from '../limits.ts';
import { AgentStatistics, QueueLive, QueueStatistics, StatisticsInterval } from '../resources/statistics.ts';
import { IdParams, jsonReply, listOf, type Operation, PageQuery } from './operation.ts';

const timePattern = '^\\d{4}-\\d{2}-\\d{2}([T ]\\d{2}:\\d{2}(:\\d{2}(\\.\\d{1,6})?)?Z?)?$';

const span = {
  from: Type.Optional(
    Type.String({
      pattern: timePattern,
      description: 'UTC: a day, or a day and a time. Left out = midnight before `to`.',
    }),
  ),
  to: Type.Optional(Type.String({ pattern: timePattern, description: 'The same. Left out = now.' })),
};

const interval = {
  interval: Type.Optional(
    Type.Enum(StatisticsInterval.enum, {
      description: `Left out = the total alone. ${limits.statisticsIntervals} intervals at most.`,
    }),
  ),
};

const threshold = {
  threshold: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: limits.thresholdSeconds,
      description: 'Seconds of a wait that is short enough; left out = 20.',
    }),
  ),
};

export const QueueStatisticsQuery = Type.Object(
  { ...span, ...interval, ...threshold },
  { additionalProperties: false },
);
export type QueueStatisticsQuery = Static<typeof QueueStatisticsQuery>;

export const QueueStatisticsListQuery = Type.Object(
  { ...span, ...threshold, ...PageQuery.properties },
  { additionalProperties: false },
);

export const AgentStatisticsQuery = Type.Object({ ...span, ...interval }, { additionalProperties: false });

export const QueueLiveQuery = Type.Object(threshold, { additionalProperties: false });

export const QueueStatisticsList = listOf(QueueStatistics);
export type QueueStatisticsList = Static<typeof QueueStatisticsList>;

const widened =
  'The times are widened to full quarters of an hour, or to full intervals; the reply tells which they were.';

export const statisticsOperations = {
  listQueueStatistics: {
    method: 'GET',
    path: '/v1.0/queues/stats',
    tag: 'statistics',
    summary: 'Read the figures of all queues',
    description: `One total for each queue, in the order of the queues. ${widened}`,
    auth: 'key',
    query: QueueStatisticsListQuery,
    reply: jsonReply(QueueStatisticsList),
    errors: [],
  },
  getQueueStatistics: {
    method: 'GET',
    path: '/v1.0/queues/{id}/stats',
    tag: 'statistics',
    summary: 'Read the figures of a queue',
    description: `Of one that was deleted too. ${widened}`,
    auth: 'key',
    params: IdParams,
    query: QueueStatisticsQuery,
    reply: jsonReply(QueueStatistics),
    errors: ['QUEUE_NOT_FOUND'],
  },
  getQueueLive: {
    method: 'GET',
    path: '/v1.0/queues/{id}/live',
    tag: 'statistics',
    summary: 'Read what goes on in a queue now',
    description: 'Who waits and who serves at this moment, and the figures since midnight UTC.',
    auth: 'key',
    params: IdParams,
    query: QueueLiveQuery,
    reply: jsonReply(QueueLive),
    errors: ['QUEUE_NOT_FOUND'],
  },
  getAgentStatistics: {
    method: 'GET',
    path: '/v1.0/agents/{id}/stats',
    tag: 'statistics',
    summary: 'Read the figures of an agent',
    description: `Of one that was deleted too. An agent reads its own. ${widened}`,
    auth: 'key',
    agents: true,
    params: IdParams,
    query: AgentStatisticsQuery,
    reply: jsonReply(AgentStatistics),
    errors: ['AGENT_NOT_FOUND'],
  },
} as const satisfies Record<string, Operation>;
