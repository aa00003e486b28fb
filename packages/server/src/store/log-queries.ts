import type { CompiledQuery, Kysely } from 'kysely';
import type { EventPosition } from '@parley/core';
import { prepareQuery } from './prepared-query.ts';
import type { DeliveryTable, EventTable, Tables } from './schema.ts';

export type OwedRow = EventTable & Pick<DeliveryTable, 'endpoint_id' | 'attempts' | 'next_attempt_at'>;

interface After {
  readonly after: EventPosition;
  readonly limit: number;
}

/** What is asked of the event log and of what is owed from it. */
export interface LogQueries {
  readonly events: (values: After) => CompiledQuery<EventTable>;
  readonly eventsOf: (values: After & { readonly customerId: string }) => CompiledQuery<EventTable>;
  readonly lastPosition: (values: object) => CompiledQuery<{ readonly position: EventPosition | null }>;
  readonly prunedTo: (values: {
    readonly customerId: string;
  }) => CompiledQuery<{ readonly position: EventPosition }>;
  readonly owed: (values: After) => CompiledQuery<OwedRow>;
  readonly owedTo: (values: After & { readonly endpointId: string }) => CompiledQuery<OwedRow>;
}

const eventColumns = [
  'event.position',
  'event.id',
  'event.type',
  'event.customer_id',
  'event.lane',
  'event.resource_id',
  'event.at',
  'event.body',
] as const;

/** In SQL that all our engines understand. */
export function createLogQueries(db: Kysely<Tables>): LogQueries {
  const events = db.selectFrom('event').select(eventColumns).orderBy('event.position');
  const owed = db
    .selectFrom('delivery')
    .innerJoin('event', 'event.position', 'delivery.position')
    .select(['delivery.endpoint_id', 'delivery.attempts', 'delivery.next_attempt_at', ...eventColumns])
    .orderBy('delivery.position')
    .orderBy('delivery.endpoint_id');
  return {
    events: prepareQuery(({ after, limit }) => events.where('event.position', '>', after).limit(limit)),
    eventsOf: prepareQuery(({ customerId, after, limit }) =>
      events.where('event.customer_id', '=', customerId).where('event.position', '>', after).limit(limit),
    ),
    lastPosition: prepareQuery(() =>
      db.selectFrom('event').select(({ fn }) => fn.max('position').as('position')),
    ),
    prunedTo: prepareQuery(({ customerId }) =>
      db.selectFrom('pruned').select('position').where('customer_id', '=', customerId),
    ),
    owed: prepareQuery(({ after, limit }) =>
      owed
        .where('delivery.position', '>', after)
        .where('delivery.position', '<=', lastOwed(db, after, limit)),
    ),
    owedTo: prepareQuery(({ endpointId, after, limit }) =>
      owed.where('delivery.endpoint_id', '=', endpointId).where('delivery.position', '>', after).limit(limit),
    ),
  };
}

/** The last of the next `limit` events that are owed to anyone: an event owed to several is not split between reads. */
function lastOwed(db: Kysely<Tables>, after: EventPosition, limit: number) {
  const next = db
    .selectFrom('delivery')
    .select('delivery.position')
    .distinct()
    .where('delivery.position', '>', after)
    .orderBy('delivery.position')
    .limit(limit);
  return db.selectFrom(next.as('next')).select(({ fn }) => fn.max('next.position').as('position'));
}
