import { type CompiledQuery, type Kysely, sql } from 'kysely';
import type { Kind } from '@parley/core';
import { prepareQuery } from './prepared-query.ts';
import type { RowTable, Tables } from './schema.ts';

export type RowText = Pick<RowTable, 'version' | 'body'>;

interface FirstPage {
  readonly customerId: string;
  readonly count: number;
}

interface NextPage extends FirstPage {
  readonly createdAt: string;
  readonly id: string;
}

interface Span {
  readonly parent: string;
  readonly from: string;
  readonly before: string;
  readonly limit: number;
}

/** What is asked of the rows of one kind. */
export interface RowQueries {
  readonly get: (values: { readonly id: string }) => CompiledQuery<RowText>;
  readonly find: (values: { readonly lookup: string }) => CompiledQuery<RowText>;
  readonly children: (values: { readonly parent: string }) => CompiledQuery<RowText>;
  readonly childrenBetween: (values: Span) => CompiledQuery<RowText>;
  readonly firstPage: (values: FirstPage) => CompiledQuery<RowText>;
  readonly nextPage: (values: NextPage) => CompiledQuery<RowText>;
  readonly undeleted: (values: object) => CompiledQuery<RowText>;
  readonly live: (values: object) => CompiledQuery<RowText>;
}

/** In SQL that all our engines understand. Flags are literals: a partial index is not chosen for a parameter. */
export function createRowQueries(db: Kysely<Tables>, kind: Kind): RowQueries {
  // All kinds have the same columns. Kysely would check each query against a union of seven equal tables.
  const table = kind as 'call';
  const rows = db.selectFrom(table).select(['version', 'body']);
  const undeleted = rows.where('deleted', '=', sql.lit(0));
  const newestFirst = undeleted.orderBy('tm_create', 'desc').orderBy('id', 'desc');
  return {
    get: prepareQuery(({ id }) => rows.where('id', '=', id)),
    find: prepareQuery(({ lookup }) => undeleted.where('lookup', '=', lookup)),
    children: prepareQuery(({ parent }) => {
      const places = undeleted.select(['tm_create', 'id']);
      const children = places.where('parent', '=', parent);
      // No row points to the same twice, so nothing has to be told apart.
      const all = kind === 'number' ? children.unionAll(places.where('other_parent', '=', parent)) : children;
      return all.orderBy('tm_create').orderBy('id');
    }),
    childrenBetween: prepareQuery(({ parent, from, before, limit }) =>
      undeleted
        .where('parent', '=', parent)
        .where('tm_create', '>=', from)
        .where('tm_create', '<', before)
        .orderBy('tm_create')
        .orderBy('id')
        .limit(limit),
    ),
    firstPage: prepareQuery(({ customerId, count }) =>
      newestFirst.where('customer_id', '=', customerId).limit(count),
    ),
    nextPage: prepareQuery(({ customerId, count, createdAt, id }) =>
      newestFirst
        .where('customer_id', '=', customerId)
        .where((is) => is(is.refTuple('tm_create', 'id'), '<', is.tuple(createdAt, id)))
        .limit(count),
    ),
    undeleted: prepareQuery(() => undeleted.orderBy('tm_create').orderBy('id')),
    live: prepareQuery(() => rows.where('live', '=', sql.lit(1)).orderBy('tm_create').orderBy('id')),
  };
}
