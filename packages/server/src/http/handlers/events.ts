import {
  type EventQuery,
  type EventType,
  eventTypes,
  latestCursor,
  limits,
  type LoggedEvent,
  formatTimestamp,
} from '@parley/contract';
import type { EventPosition, LogEntry } from '@parley/core';
import { formatEventCursor, parseEventCursor } from '../event-cursor.ts';
import { readFeed } from '../event-feed.ts';
import type { HandlerContext, Handlers } from '../handler.ts';
import { answer, type Outcome, refuse, refuseForNow } from '../outcome.ts';

/** When all places to wait are taken: long enough for some of them to have ended. */
const fullRetryMs = 2_000;

export function createEventHandlers({ deps, waiters }: HandlerContext): Pick<Handlers, 'listEvents'> {
  return {
    async listEvents({ caller, query, signal }) {
      const after = await startOf(deps.store, query.after);
      if (after === 'bad') return badQuery('after', 'is not a cursor that this feed gave');
      const types = parseTypes(query.type);
      if (!types.ok) return types;
      const page = await readFeed(
        deps,
        waiters,
        {
          customerId: caller.customer.id,
          after,
          limit: query.limit ?? limits.defaultEventPage,
          types: types.value,
          waitMs: (query.wait ?? 0) * 1000,
        },
        signal,
      );
      if (page === 'pruned') return refuse('EVENTS_PRUNED', {});
      if (page === 'full') return refuseForNow('RATE_LIMIT_EXCEEDED', {}, fullRetryMs);
      return answer({ result: page.entries.map(toLoggedEvent), next_cursor: formatEventCursor(page.next) });
    },
  };
}

async function startOf(
  store: HandlerContext['deps']['store'],
  after: EventQuery['after'],
): Promise<EventPosition | undefined | 'bad'> {
  if (after === undefined || after === '') return undefined;
  return after === latestCursor ? await store.lastPosition() : (parseEventCursor(after) ?? 'bad');
}

function parseTypes(text: string | undefined): Outcome<ReadonlySet<EventType> | undefined> {
  if (text === undefined) return answer(undefined);
  const types = new Set<EventType>();
  for (const name of text.split(',')) {
    const type = eventTypes.find((known) => known === name);
    if (type === undefined) return badQuery('type', `names "${name}", which is no event type`, 'not_one_of');
    types.add(type);
  }
  return answer(types);
}

function badQuery(path: string, message: string, reason: 'wrong_form' | 'not_one_of' = 'wrong_form') {
  const problem = `"${path}" in the query ${message}`;
  return refuse('INVALID_ARGUMENT', { problem }, [{ in: 'query', path, reason, message }]);
}

function toLoggedEvent(entry: LogEntry): LoggedEvent {
  const { data } = JSON.parse(entry.body) as { data: LoggedEvent['data'] };
  return {
    id: entry.id,
    cursor: formatEventCursor(entry.position),
    tm_create: formatTimestamp(entry.at),
    customer_id: entry.customerId,
    type: entry.type,
    data,
  };
}
