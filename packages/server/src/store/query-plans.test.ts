import assert from 'node:assert/strict';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, it } from 'node:test';
import {
  type CompiledQuery,
  DummyDriver,
  Kysely,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely';
import type { EventPosition } from '@parley/core';
import { createLogQueries } from './log-queries.ts';
import { createRowQueries } from './row-queries.ts';
import { storeKinds, type Tables } from './schema.ts';
import { openSqliteStore } from './sqlite/sqlite-store.ts';
import { inScratchDirectory } from './sqlite/testing/scratch-directory.ts';

const compiler = new Kysely<Tables>({
  dialect: {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  },
});

describe('The queries of a store', () => {
  it('go by an index, in its order, however many rows there are', async () => {
    await inScratchDirectory(async (directory) => {
      await (await openSqliteStore({ directory })).close();
      const db = new DatabaseSync(join(directory, 'parley.db'));
      for (const [name, query] of queries()) {
        const plan = planOf(db, query);
        assert.doesNotMatch(
          plan,
          /^SCAN (?!.*USING (COVERING )?INDEX|next$)|TEMP B-TREE/m,
          `${name}:\n${plan}`,
        );
      }
      db.close();
    });
  });
});

function planOf(db: DatabaseSync, { sql, parameters }: CompiledQuery): string {
  const steps = db.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(...(parameters as (string | number)[]));
  return steps.map((step) => step['detail']).join('\n');
}

function* queries(): Iterable<readonly [string, CompiledQuery]> {
  const [after, limit, id, customerId] = [1 as EventPosition, 10, 'x', 'c'];
  for (const kind of storeKinds) {
    const rows = createRowQueries(compiler, kind);
    yield [`get ${kind}`, rows.get({ id })];
    yield [`first page of ${kind}`, rows.firstPage({ customerId, count: 11 })];
    yield [`next page of ${kind}`, rows.nextPage({ customerId, count: 11, createdAt: 't', id })];
  }
  for (const kind of ['number', 'accesskey', 'extension', 'trunk', 'login', 'session'] as const) {
    yield [`find ${kind}`, createRowQueries(compiler, kind).find({ lookup: 'x' })];
  }
  const children = ['number', 'activeflow', 'groupcall', 'recording', 'transfer', 'route'] as const;
  for (const kind of [...children, 'session', 'queuecall', 'statistic'] as const) {
    const { children: all, childrenBetween } = createRowQueries(compiler, kind);
    yield [`children ${kind}`, all({ parent: 'x' })];
    yield [`children ${kind} between`, childrenBetween({ parent: 'x', from: 'a', before: 'b', limit })];
  }
  const live = ['call', 'activeflow', 'registration', 'groupcall', 'conference', 'confbridge'] as const;
  for (const kind of [
    ...live,
    'recording',
    'provider',
    'trunk',
    'agent',
    'queue',
    'queuecall',
    'statistic',
    'standing',
  ] as const) {
    yield [`live ${kind}`, createRowQueries(compiler, kind).live({})];
  }
  const log = createLogQueries(compiler);
  yield ['events', log.events({ after, limit })];
  yield ['events of a customer', log.eventsOf({ customerId, after, limit })];
  yield ['last position', log.lastPosition({})];
  yield ['pruned to', log.prunedTo({ customerId })];
  yield ['owed', log.owed({ after, limit })];
  yield ['owed to an endpoint', log.owedTo({ endpointId: 'e', after, limit })];
}
