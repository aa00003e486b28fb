import { Type, type Static } from 'typebox';
import { LoggedEvent } from '../events.ts';
import { limits } from '../limits.ts';
import { jsonReply, type Operation } from './operation.ts';

/** As `after`: begin with what happens from now on. */
export const latestCursor = 'latest';

export const EventQuery = Type.Object(
  {
    after: Type.Optional(
      Type.String({
        maxLength: 64,
        pattern: '^[0-9A-Za-z_-]*$',
        description: `A cursor; only what follows it is given. Left out or empty: from the oldest. \`${latestCursor}\`: from now on.`,
      }),
    ),
    limit: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: limits.eventPage,
        description: `At most so many events; ${limits.defaultEventPage} when left out.`,
      }),
    ),
    type: Type.Optional(
      Type.String({
        maxLength: 1024,
        pattern: '^[a-z_]+(,[a-z_]+)*$',
        description: 'Only these event types, with commas between them.',
      }),
    ),
    wait: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: limits.eventWaitSeconds,
        description: 'Seconds to wait when there is nothing yet (long polling); 0 when left out.',
      }),
    ),
  },
  { additionalProperties: false },
);
export type EventQuery = Static<typeof EventQuery>;

export const EventFeed = Type.Object(
  {
    result: Type.Array(LoggedEvent, { description: 'Oldest first.' }),
    next_cursor: Type.String({ description: 'Send it as `after` next time, also when `result` is empty.' }),
  },
  { description: 'A stretch of the event log.' },
);
export type EventFeed = Static<typeof EventFeed>;

export const eventOperations = {
  listEvents: {
    method: 'GET',
    path: '/v1.0/events',
    tag: 'events',
    summary: 'Read the event log',
    description:
      'The pull twin of the webhooks: the same events in the order of the log, none skipped. Keep `next_cursor` and go on from it; with `wait` the reply comes as soon as there is something.',
    auth: 'key',
    query: EventQuery,
    reply: jsonReply(EventFeed),
    errors: ['EVENTS_PRUNED'],
  },
} as const satisfies Record<string, Operation>;
