import { nilId, notYet } from '@parley/contract';
import { type ColumnDefinitionBuilder, type Kysely, sql } from 'kysely';
import type { Tables } from './schema.ts';
import { StoreError } from './store-error.ts';

export interface Migration {
  /** One more than the one before. A migration that was released is never changed. */
  readonly version: number;
  /** What it does, in the imperative. */
  readonly name: string;
  readonly up: (db: Kysely<Tables>) => Promise<void>;
}

/** All there ever were, oldest first. There is no way back; that is what copies of the data directory are for. */
export const migrations: readonly Migration[] = [
  { version: 1, name: 'make tables for rows, events and deliveries', up: makeFirstTables },
  { version: 2, name: 'find numbers by their flow for messages too', up: addOtherParent },
  { version: 3, name: 'make tables for extensions and who is registered', up: makeExtensionTables },
  { version: 4, name: 'make tables for rooms, recordings, group dials and carriers', up: makeCarrierTables },
  { version: 5, name: 'note how far the event log was pruned', up: makePrunedTable },
  { version: 6, name: 'let customers have music of their own', up: addMusicOnHold },
  { version: 7, name: 'make tables for agents, their logins, and queues', up: makeQueueTables },
  { version: 8, name: 'count who overflowed and who was kicked', up: addQueueTotals },
  { version: 9, name: 'let queues say more of whom they want, and visits who waits', up: addMatching },
  { version: 10, name: 'let agents hear of a caller before they meet', up: addBriefings },
  { version: 11, name: 'note the place in line of visits to queues', up: addPlaces },
  { version: 12, name: 'make a table for why callers got whom', up: makeExplanationTable },
  { version: 13, name: 'make tables for statistics', up: makeStatisticTables },
  { version: 14, name: 'note when the rest of an agent is over', up: addWrapUpEnds },
  { version: 15, name: 'let queues call their callers back', up: addCallbacks },
  { version: 16, name: 'note who answered the callers of queues', up: addAnswerers },
];

/**
 * Brings a database up to date. Each migration is one transaction: it happens wholly or not at all.
 * Throws a StoreError `newer` for a database that a newer program has changed. `place` names it in errors.
 */
export async function migrate(
  db: Kysely<Tables>,
  place: string,
  known: readonly Migration[] = migrations,
): Promise<void> {
  await db.schema
    .createTable('migration')
    .ifNotExists()
    .addColumn('version', 'integer', (column) => column.primaryKey())
    .addColumn('name', 'text', required)
    .execute();
  const found = await versionOf(db);
  const newest = known.at(-1)?.version ?? 0;
  if (found > newest) throw tooNew(place, found, newest);
  for (const migration of known) {
    if (migration.version > found) await apply(db, place, migration);
  }
}

async function versionOf(db: Kysely<Tables>): Promise<number> {
  const row = await db
    .selectFrom('migration')
    .select(({ fn }) => fn.max('version').as('version'))
    .executeTakeFirst();
  return row?.version ?? 0;
}

async function apply(db: Kysely<Tables>, place: string, { version, name, up }: Migration): Promise<void> {
  try {
    await db.transaction().execute(async (transaction) => {
      await up(transaction);
      await transaction.insertInto('migration').values({ version, name }).execute();
    });
  } catch (error) {
    const code = error instanceof StoreError ? error.code : 'internal';
    const reason = error instanceof Error ? error.message : String(error);
    throw new StoreError(code, `migration ${version} (${name}) of ${place} failed: ${reason}`, error);
  }
}

function tooNew(place: string, found: number, newest: number): StoreError {
  return new StoreError(
    'newer',
    `${place} was last used by a newer Parley: its schema has version ${found}, this Parley knows versions up to ` +
      `${newest}. Start the newer Parley again, or go back to a copy of the data directory from before the update.`,
  );
}

/** As they were then: a kind that comes later gets its table, with all columns of `schema.ts`, by its own migration. */
const firstKinds = ['customer', 'accesskey', 'flow', 'number', 'tag', 'call', 'activeflow'] as const;

async function makeFirstTables(db: Kysely<Tables>): Promise<void> {
  for (const kind of firstKinds) await makeRowTable(db, kind);
  for (const kind of ['number', 'accesskey']) await makeLookupIndex(db, kind);
  for (const kind of ['number', 'activeflow']) await makeParentIndex(db, kind);
  for (const kind of ['call', 'activeflow']) await makeLiveIndex(db, kind);
  await makeLogTables(db);
}

/** A row is found by id and in the list of its customer; what else a kind is found by is added to it. */
async function makeRowTable(db: Kysely<Tables>, kind: string): Promise<void> {
  await db.schema
    .createTable(kind)
    .addColumn('id', 'text', (column) => column.primaryKey().notNull())
    .addColumn('customer_id', 'text', required)
    .addColumn('tm_create', 'text', required)
    .addColumn('deleted', 'integer', required)
    .addColumn('live', 'integer', required)
    .addColumn('lookup', 'text')
    .addColumn('parent', 'text')
    .addColumn('version', 'integer', required)
    .addColumn('body', 'text', required)
    .execute();
  await db.schema
    .createIndex(`${kind}_list`)
    .on(kind)
    .columns(['customer_id', 'tm_create', 'id'])
    .where(sql.ref('deleted'), '=', sql.lit(0))
    .execute();
}

/**
 * Positions are given out by the one writer, one more than the newest: whatever clears old events has to leave the
 * newest one. The id of an event has no index: nobody looks for it, and it would cost more than all the rest.
 */
async function makeLogTables(db: Kysely<Tables>): Promise<void> {
  await db.schema
    .createTable('event')
    .addColumn('position', 'integer', (column) => column.primaryKey())
    .addColumn('id', 'text', required)
    .addColumn('type', 'text', required)
    .addColumn('customer_id', 'text', required)
    .addColumn('lane', 'text', required)
    .addColumn('resource_id', 'text', required)
    .addColumn('at', 'integer', required)
    .addColumn('body', 'text', required)
    .execute();
  await db.schema.createIndex('event_customer').on('event').columns(['customer_id', 'position']).execute();
  await db.schema
    .createTable('delivery')
    .addColumn('endpoint_id', 'text', required)
    .addColumn('position', 'integer', required)
    .addColumn('attempts', 'integer', required)
    .addColumn('next_attempt_at', 'integer', required)
    .addPrimaryKeyConstraint('delivery_key', ['endpoint_id', 'position'])
    .modifyEnd(sql`without rowid`)
    .execute();
  await db.schema.createIndex('delivery_position').on('delivery').column('position').execute();
  await db.schema
    .createTable('journal')
    .addColumn('sequence', 'integer', (column) => column.primaryKey())
    .addColumn('entry', 'text', required)
    .execute();
}

async function makeExtensionTables(db: Kysely<Tables>): Promise<void> {
  for (const kind of ['extension', 'registration']) {
    await makeRowTable(db, kind);
    await db.schema.alterTable(kind).addColumn('other_parent', 'text').execute();
  }
  await makeLookupIndex(db, 'extension');
  await makeLiveIndex(db, 'registration');
}

async function makeCarrierTables(db: Kysely<Tables>): Promise<void> {
  const live = ['groupcall', 'conference', 'confbridge', 'recording', 'provider', 'trunk'];
  for (const kind of [...live, 'transfer', 'route']) {
    await makeRowTable(db, kind);
    await db.schema.alterTable(kind).addColumn('other_parent', 'text').execute();
  }
  for (const kind of ['groupcall', 'recording', 'transfer', 'route']) await makeParentIndex(db, kind);
  for (const kind of live) await makeLiveIndex(db, kind);
  await makeLookupIndex(db, 'trunk');
}

async function makeQueueTables(db: Kysely<Tables>): Promise<void> {
  const live = ['agent', 'queue', 'queuecall'];
  for (const kind of [...live, 'login', 'session']) {
    await makeRowTable(db, kind);
    await db.schema.alterTable(kind).addColumn('other_parent', 'text').execute();
  }
  for (const kind of ['login', 'session']) await makeLookupIndex(db, kind);
  for (const kind of ['session', 'queuecall']) await makeParentIndex(db, kind);
  for (const kind of live) await makeLiveIndex(db, kind);
}

async function makeLookupIndex(db: Kysely<Tables>, kind: string): Promise<void> {
  await db.schema
    .createIndex(`${kind}_lookup`)
    .unique()
    .on(kind)
    .column('lookup')
    .where(sql.ref('deleted'), '=', sql.lit(0))
    .execute();
}

async function makeParentIndex(db: Kysely<Tables>, kind: string): Promise<void> {
  await db.schema
    .createIndex(`${kind}_parent`)
    .on(kind)
    .columns(['parent', 'tm_create', 'id'])
    .where(sql.ref('deleted'), '=', sql.lit(0))
    .execute();
}

async function makeLiveIndex(db: Kysely<Tables>, kind: string): Promise<void> {
  await db.schema
    .createIndex(`${kind}_live`)
    .on(kind)
    .columns(['tm_create', 'id'])
    .where(sql.ref('live'), '=', sql.lit(1))
    .execute();
}

/** All tables of rows have the same columns; only numbers point to two things. */
async function addOtherParent(db: Kysely<Tables>): Promise<void> {
  for (const kind of firstKinds) await db.schema.alterTable(kind).addColumn('other_parent', 'text').execute();
  const messageFlow = sql<string>`json_extract(body, '$.message_flow_id')`;
  await db
    .updateTable('number')
    .set({ other_parent: messageFlow })
    .where(messageFlow, '!=', nilId)
    .whereRef(messageFlow, '!=', 'parent')
    .execute();
  await db.schema
    .createIndex('number_other_parent')
    .on('number')
    .columns(['other_parent', 'tm_create', 'id'])
    .where(sql.ref('deleted'), '=', sql.lit(0))
    .execute();
}

async function makePrunedTable(db: Kysely<Tables>): Promise<void> {
  await db.schema
    .createTable('pruned')
    .addColumn('customer_id', 'text', (column) => column.primaryKey().notNull())
    .addColumn('position', 'integer', required)
    .execute();
}

/** Customers of before have none. */
async function addMusicOnHold(db: Kysely<Tables>): Promise<void> {
  await db.updateTable('customer').set({ body: sql`json_set(body, '$.music_on_hold_uri', '')` }).execute();
}

/** Until then they were all counted as abandoned, and still are. */
async function addQueueTotals(db: Kysely<Tables>): Promise<void> {
  const body = sql<string>`json_set(body, '$.total_overflowed_count', 0, '$.total_kicked_count', 0)`;
  await db.updateTable('queue').set({ body }).execute();
}

/** Queues of before ask for nothing more; who waited is told by the call. */
async function addMatching(db: Kysely<Tables>): Promise<void> {
  const settings = sql`'$.tag_match', 'any', '$.skills', json('{}'), '$.priority', 0,
    '$.sticky', json('{"within_seconds":0,"hold_seconds":0}'), '$.agents', json('[]')`;
  await db
    .updateTable('queue')
    .set({ body: sql`json_insert(body, ${settings})` })
    .execute();
  const side = sql`CASE call.body ->> '$.direction' WHEN 'incoming' THEN '$.source' ELSE '$.destination' END`;
  const nobody = '{"type":"","target":"","target_name":"","name":"","detail":""}';
  const source = sql`coalesce((SELECT json_extract(call.body, ${side}) FROM call WHERE call.id = queuecall.parent), ${nobody})`;
  await db
    .updateTable('queuecall')
    .set({ body: sql`json_insert(body, '$.priority', 0, '$.source', json(${source}))` })
    .execute();
}

/** Agents of before take callers by answering, at phones that ring. */
async function addBriefings(db: Kysely<Tables>): Promise<void> {
  const queue = sql<string>`json_insert(body, '$.agent_announcement', json('[]'), '$.confirm_key', '', '$.confirm_seconds', 10)`;
  await db.updateTable('queue').set({ body: queue }).execute();
  const agent = sql<string>`json_insert(body, '$.auto_answer', json('false'))`;
  await db.updateTable('agent').set({ body: agent }).execute();
}

/** Nobody had been sent on to keep one. */
async function addPlaces(db: Kysely<Tables>): Promise<void> {
  const overflow = sql<string>`json_set(body, '$.overflow.destinations', json('[]'), '$.overflow.keep_place', json('true'))`;
  await db.updateTable('queue').set({ body: overflow }).execute();
  const reason = sql`coalesce(json_extract(body, '$.end_reason'), '')`;
  const place = sql`json_extract(body, '$.tm_create')`;
  const visit = sql<string>`json_set(body, '$.end_reason', ${reason}, '$.tm_place', ${place}, '$.previous_id', ${nilId})`;
  await db.updateTable('queuecall').set({ body: visit }).execute();
}

async function makeExplanationTable(db: Kysely<Tables>): Promise<void> {
  await makeRowTable(db, 'explanation');
  await db.schema.alterTable('explanation').addColumn('other_parent', 'text').execute();
}

async function makeStatisticTables(db: Kysely<Tables>): Promise<void> {
  for (const kind of ['statistic', 'standing']) {
    await makeRowTable(db, kind);
    await db.schema.alterTable(kind).addColumn('other_parent', 'text').execute();
    await makeLiveIndex(db, kind);
  }
  await makeParentIndex(db, 'statistic');
}

/** Who rested after a caller has rested. */
async function addWrapUpEnds(db: Kysely<Tables>): Promise<void> {
  const queue = sql<string>`json_insert(body, '$.after_call', 'available')`;
  await db.updateTable('queue').set({ body: queue }).execute();
  const rested = sql`CASE body ->> '$.status_reason' WHEN 'wrap_up' THEN body ->> '$.tm_status' ELSE ${notYet} END`;
  const agent = sql<string>`json_insert(body, '$.after_call', '', '$.tm_wrap_up_end', ${rested})`;
  await db.updateTable('agent').set({ body: agent }).execute();
}

/** Queues of before offer it to nobody. */
async function addCallbacks(db: Kysely<Tables>): Promise<void> {
  const rules = {
    key: '',
    text: '',
    language: 'en-US',
    attempts: 2,
    retry_seconds: 300,
    timeout_seconds: 30,
    expire_seconds: 28_800,
  };
  const nobody = { type: '', target: '', target_name: '', name: '', detail: '' };
  const none = {
    state: '',
    destination: nobody,
    source: nobody,
    attempts: 0,
    call_id: nilId,
    skills: {},
    agent_id: nilId,
    tm_request: notYet,
    tm_next: notYet,
    tm_expire: notYet,
  };
  for (const [table, value] of [
    ['queue', rules],
    ['queuecall', none],
  ] as const) {
    const body = sql<string>`json_insert(body, '$.callback', json(${JSON.stringify(value)}))`;
    await db.updateTable(table).set({ body }).execute();
  }
}

/** Nobody had taken over a caller from another yet. */
async function addAnswerers(db: Kysely<Tables>): Promise<void> {
  const served = sql`body ->> '$.status' IN ('service', 'done')`;
  const answerer = sql`CASE WHEN ${served} THEN body ->> '$.service_agent_id' ELSE ${nilId} END`;
  const visit = sql<string>`json_insert(body, '$.answer_agent_id', ${answerer})`;
  await db.updateTable('queuecall').set({ body: visit }).execute();
}

function required(column: ColumnDefinitionBuilder): ColumnDefinitionBuilder {
  return column.notNull();
}
