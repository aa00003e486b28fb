import type { CompiledQuery, Kysely } from 'kysely';
import type { Delivery, EventPosition, Kind, LogEntry, Page, Rows, Store, Stored } from '@parley/core';
import { assertLimit, storeLimits } from './limits.ts';
import { createLogQueries, type OwedRow } from './log-queries.ts';
import { formatPageToken, parsePageToken } from './page-token.ts';
import { createRowQueries, type RowQueries, type RowText } from './row-queries.ts';
import { type EventTable, storeKinds, type Tables } from './schema.ts';

export type StoreReads = Omit<Store, 'commit' | 'prune' | 'recount' | 'close'>;

/** The reading half of a store, the same on every SQL engine. */
export function createReads(db: Kysely<Tables>): StoreReads {
  const rowQueries = Object.fromEntries(
    storeKinds.map((kind) => [kind, createRowQueries(db, kind)]),
  ) as Record<Kind, RowQueries>;
  const log = createLogQueries(db);
  const run = async <R>(query: CompiledQuery<R>): Promise<readonly R[]> =>
    (await db.executeQuery<R>(query)).rows;
  const allOf = async <K extends Kind>(query: CompiledQuery<RowText>): Promise<readonly Stored<K>[]> =>
    (await run(query)).map((row) => storedOf<K>(row));

  return {
    get: async (kind, id) => firstOf(await run(rowQueries[kind].get({ id }))),
    find: async (kind, lookup) => firstOf(await run(rowQueries[kind].find({ lookup }))),
    findByParent: (kind, parent) => allOf(rowQueries[kind].children({ parent })),
    async findBetween(kind, { parentId: parent, from, before, limit }) {
      assertLimit(limit, storeLimits.read);
      return await allOf(rowQueries[kind].childrenBetween({ parent, from, before, limit }));
    },
    customers: () => allOf(rowQueries.customer.undeleted({})),
    live: (kind) => allOf(rowQueries[kind].live({})),
    async list(kind, { customerId, limit, after }) {
      assertLimit(limit, storeLimits.page);
      const position = after === undefined ? undefined : parsePageToken(after);
      if (after !== undefined && position === undefined) return 'badToken';
      // One more than asked for tells whether there is another page.
      const values = { customerId, count: limit + 1 };
      const { firstPage, nextPage } = rowQueries[kind];
      return pageOf(
        await run(position === undefined ? firstPage(values) : nextPage({ ...values, ...position })),
        limit,
      );
    },
    async events({ customerId, after, limit }) {
      assertLimit(limit, storeLimits.read);
      const query =
        customerId === undefined ? log.events({ after, limit }) : log.eventsOf({ customerId, after, limit });
      return (await run(query)).map(entryOf);
    },
    async lastPosition() {
      const [row] = await run(log.lastPosition({}));
      return row?.position ?? (0 as EventPosition);
    },
    async prunedTo(customerId) {
      const [row] = await run(log.prunedTo({ customerId }));
      return row?.position ?? (0 as EventPosition);
    },
    async owed({ after, limit, endpointId }) {
      assertLimit(limit, storeLimits.read);
      const query =
        endpointId === undefined ? log.owed({ after, limit }) : log.owedTo({ endpointId, after, limit });
      return (await run(query)).map(deliveryOf);
    },
  };
}

function storedOf<K extends Kind>({ version, body }: RowText): Stored<K> {
  return { row: JSON.parse(body) as Rows[K], version };
}

function firstOf<K extends Kind>([row]: readonly RowText[]): Stored<K> | undefined {
  return row === undefined ? undefined : storedOf(row);
}

function pageOf<K extends Kind>(found: readonly RowText[], limit: number): Page<K> {
  const rows = found.slice(0, limit).map((row) => storedOf<K>(row).row);
  const last = rows.at(-1);
  const next = found.length > limit && last !== undefined ? tokenOf(last) : undefined;
  return { rows, next };
}

function tokenOf(row: Rows[Kind]): string {
  return formatPageToken({ createdAt: row.tm_create, id: row.id });
}

function entryOf(row: EventTable): LogEntry {
  return {
    position: row.position,
    id: row.id,
    type: row.type,
    customerId: row.customer_id,
    lane: row.lane,
    resourceId: row.resource_id,
    at: row.at,
    body: row.body,
  };
}

function deliveryOf(row: OwedRow): Delivery {
  return {
    endpointId: row.endpoint_id,
    event: entryOf(row),
    attempts: row.attempts,
    nextAttemptAt: row.next_attempt_at,
  };
}
