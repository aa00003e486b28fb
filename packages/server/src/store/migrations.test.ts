import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, it } from 'node:test';
import { nilId, notYet } from '@parley/contract';
import { sql } from 'kysely';
import type { Store } from '@parley/core';
import { commit, put, sample, succeed } from './conformance/samples.ts';
import { type Migration, migrations } from './migrations.ts';
import { storeKinds } from './schema.ts';
import { openSqliteStore } from './sqlite/sqlite-store.ts';
import { inScratchDirectory } from './sqlite/testing/scratch-directory.ts';
import { StoreError } from './store-error.ts';

/** What a release after this one might do: a new column, filled for the rows that are there. */
const next: Migration = {
  version: (migrations.at(-1)?.version ?? 0) + 1,
  name: 'shout the names of tags',
  async up(db) {
    await db.schema.alterTable('tag').addColumn('loud', 'text').execute();
    await db.updateTable('tag').set({ body: sql`replace(body, 'gold', 'GOLD')` }).execute();
  },
};

const failing: Migration = {
  ...next,
  async up(db) {
    await next.up(db);
    await sql`select * from nowhere`.execute(db);
  },
};

const firstKinds = ['customer', 'accesskey', 'flow', 'number', 'tag', 'call', 'activeflow'];

/** What the seventh made tables for. */
const queueKinds = ['agent', 'login', 'session', 'queue', 'queuecall'];

const laterKinds = [
  { version: 7, kinds: queueKinds },
  { version: 12, kinds: ['explanation'] },
  { version: 13, kinds: ['statistic', 'standing'] },
];

/** As that migration left it, but for the columns and keys that have come since. */
function goBackTo(version: number, db: DatabaseSync): void {
  db.exec(`DELETE FROM migration WHERE version > ${version}`);
  for (const later of laterKinds)
    if (later.version > version) for (const kind of later.kinds) db.exec(`DROP TABLE ${kind}`);
}

describe('Opening a database of another version', () => {
  const opened = async <T>(
    directory: string,
    known: readonly Migration[],
    use: (store: Store) => Promise<T>,
  ): Promise<T> => {
    const store = await openSqliteStore({ directory, migrations: known });
    try {
      return await use(store);
    } finally {
      await store.close();
    }
  };
  const nameOf = async (store: Store, id: string) => (await store.get('tag', id))?.row.name;

  it('brings an older one up to date, once, with all that is in it', async () => {
    await inScratchDirectory(async (directory) => {
      const tag = sample.tag({ name: 'gold' });
      const later = sample.tag({ name: 'gold' });
      await opened(directory, migrations, (store) => succeed(store, { puts: [put('tag', tag)] }));
      await opened(directory, [...migrations, next], async (store) => {
        assert.equal(await nameOf(store, tag.id), 'GOLD');
        await succeed(store, { puts: [put('tag', later)] });
      });
      await opened(directory, [...migrations, next], async (store) => {
        assert.equal(await nameOf(store, tag.id), 'GOLD');
        assert.equal(await nameOf(store, later.id), 'gold');
      });
    });
  });

  it('finds numbers of before by their flow for messages', async () => {
    await inScratchDirectory(async (directory) => {
      const [flow, other] = [randomUUID(), randomUUID()];
      await opened(directory, migrations, () => Promise.resolve());
      const db = new DatabaseSync(join(directory, 'parley.db'));
      // As the first release left it.
      db.exec('DROP INDEX number_other_parent; DROP TABLE pruned; DELETE FROM migration WHERE version > 1');
      for (const kind of firstKinds) db.exec(`ALTER TABLE ${kind} DROP COLUMN other_parent`);
      for (const kind of storeKinds) if (!firstKinds.includes(kind)) db.exec(`DROP TABLE ${kind}`);
      const put = db.prepare(
        `INSERT INTO number (id, customer_id, tm_create, deleted, live, lookup, parent, version, body)
         VALUES (?, 'c', ?, 0, 0, ?, ?, 1, ?)`,
      );
      const numbers = [
        sample.number({ call_flow_id: other, message_flow_id: flow }),
        sample.number({ call_flow_id: flow, message_flow_id: flow }),
        sample.number({ call_flow_id: other, message_flow_id: nilId }),
      ];
      for (const row of numbers)
        put.run(row.id, row.tm_create, row.number, row.call_flow_id, JSON.stringify(row));
      db.close();
      await opened(directory, migrations, async (store) => {
        const found = async (parent: string) =>
          new Set((await store.findByParent('number', parent)).map(({ row }) => row.id));
        assert.deepEqual(await found(flow), new Set([numbers[0]?.id, numbers[1]?.id]));
        assert.deepEqual(await found(other), new Set([numbers[0]?.id, numbers[2]?.id]));
      });
    });
  });

  it('gives customers of before no music of their own', async () => {
    await inScratchDirectory(async (directory) => {
      const { music_on_hold_uri: _, ...row } = sample.customer();
      await opened(directory, migrations, () => Promise.resolve());
      const db = new DatabaseSync(join(directory, 'parley.db'));
      // As the fifth left it.
      goBackTo(5, db);
      db.prepare(
        `INSERT INTO customer (id, customer_id, tm_create, deleted, live, version, body) VALUES (?, ?, ?, 0, 0, 1, ?)`,
      ).run(row.id, row.id, row.tm_create, JSON.stringify(row));
      db.close();
      await opened(directory, migrations, async (store) => {
        assert.deepEqual((await store.get('customer', row.id))?.row, { ...row, music_on_hold_uri: '' });
      });
    });
  });

  it('counts nobody of before as overflowed or kicked', async () => {
    await inScratchDirectory(async (directory) => {
      const row = sample.queue();
      const { total_overflowed_count: _, total_kicked_count: __, ...before } = row;
      await opened(directory, migrations, () => Promise.resolve());
      const db = new DatabaseSync(join(directory, 'parley.db'));
      // As the seventh left it.
      goBackTo(7, db);
      db.prepare(
        `INSERT INTO queue (id, customer_id, tm_create, deleted, live, version, body) VALUES (?, ?, ?, 0, 1, 1, ?)`,
      ).run(row.id, row.customer_id, row.tm_create, JSON.stringify(before));
      db.close();
      await opened(directory, migrations, async (store) => {
        const zero = { total_overflowed_count: 0, total_kicked_count: 0 };
        assert.deepEqual((await store.get('queue', row.id))?.row, { ...row, ...zero });
      });
    });
  });

  it('gives queues and visits of before what they lack', async () => {
    await inScratchDirectory(async (directory) => {
      const call = sample.call();
      const lacking = {
        tag_match: 'any',
        skills: {},
        priority: 0,
        sticky: { within_seconds: 0, hold_seconds: 0 },
        agents: [],
      } as const;
      const queue = sample.queue({ ...lacking, agents: [] });
      const visit = sample.queuecall({ reference_id: call.id });
      const stray = sample.queuecall();
      await opened(directory, migrations, (store) => succeed(store, { puts: [put('call', call)] }));
      const db = new DatabaseSync(join(directory, 'parley.db'));
      // As the eighth left it.
      goBackTo(8, db);
      const insert = (table: string, row: { readonly id: string }, parent: string | null): void => {
        const before = Object.entries(row).filter(([key]) => !(key in lacking) && key !== 'source');
        db.prepare(
          `INSERT INTO ${table} (id, customer_id, tm_create, deleted, live, parent, version, body)
             VALUES (?, 'c', '', 0, 1, ?, 1, ?)`,
        ).run(row.id, parent, JSON.stringify(Object.fromEntries(before)));
      };
      insert('queue', queue, null);
      for (const row of [visit, stray]) insert('queuecall', row, row.reference_id);
      db.close();
      await opened(directory, migrations, async (store) => {
        assert.deepEqual((await store.get('queue', queue.id))?.row, queue);
        const source = async (id: string) => (await store.get('queuecall', id))?.row.source;
        assert.deepEqual(await source(visit.id), call.source);
        assert.equal((await source(stray.id))?.target, '');
      });
    });
  });

  it('has agents of before take callers by answering', async () => {
    await inScratchDirectory(async (directory) => {
      const { auto_answer: _, ...agent } = sample.agent();
      const { agent_announcement: __, confirm_key: ___, confirm_seconds: ____, ...queue } = sample.queue();
      await opened(directory, migrations, () => Promise.resolve());
      const db = new DatabaseSync(join(directory, 'parley.db'));
      goBackTo(9, db);
      for (const [kind, row] of [
        ['agent', agent],
        ['queue', queue],
      ] as const)
        db.prepare(
          `INSERT INTO ${kind} (id, customer_id, tm_create, deleted, live, version, body) VALUES (?, ?, ?, 0, 1, 1, ?)`,
        ).run(row.id, row.customer_id, row.tm_create, JSON.stringify(row));
      db.close();
      await opened(directory, migrations, async (store) => {
        assert.deepEqual((await store.get('agent', agent.id))?.row, { ...agent, auto_answer: false });
        const unbriefed = { agent_announcement: [], confirm_key: '', confirm_seconds: 10 };
        assert.deepEqual((await store.get('queue', queue.id))?.row, { ...queue, ...unbriefed });
      });
    });
  });

  it('has agents of before rested, and queues free their agents after a caller', async () => {
    await inScratchDirectory(async (directory) => {
      const agents = [
        sample.agent({ status: 'busy', status_reason: 'wrap_up' }),
        sample.agent({ status: 'busy', status_reason: 'paperwork' }),
      ];
      const { after_call: _, ...queue } = sample.queue();
      await opened(directory, migrations, () => Promise.resolve());
      const db = new DatabaseSync(join(directory, 'parley.db'));
      db.exec('DELETE FROM migration WHERE version > 13');
      const insert = (kind: string, row: { readonly id: string }): void =>
        void db
          .prepare(
            `INSERT INTO ${kind} (id, customer_id, tm_create, deleted, live, version, body) VALUES (?, 'c', '', 0, 1, 1, ?)`,
          )
          .run(row.id, JSON.stringify(row));
      for (const { after_call: __, tm_wrap_up_end: ___, ...agent } of agents) insert('agent', agent);
      insert('queue', queue);
      db.close();
      await opened(directory, migrations, async (store) => {
        const [rested, busy] = await Promise.all(agents.map(({ id }) => store.get('agent', id)));
        assert.equal(rested?.row.tm_wrap_up_end, rested?.row.tm_status);
        assert.deepEqual([busy?.row.tm_wrap_up_end, busy?.row.after_call], [notYet, '']);
        assert.equal((await store.get('queue', queue.id))?.row.after_call, 'available');
      });
    });
  });

  it('has the agents who served callers of before for those who answered them', async () => {
    await inScratchDirectory(async (directory) => {
      const agentId = randomUUID();
      const served = sample.queuecall({
        status: 'done',
        service_agent_id: agentId,
        answer_agent_id: agentId,
      });
      const unserved = sample.queuecall({ status: 'abandoned' });
      await opened(directory, migrations, (store) =>
        succeed(store, { puts: [put('queuecall', served), put('queuecall', unserved)] }),
      );
      const db = new DatabaseSync(join(directory, 'parley.db'));
      goBackTo(15, db);
      db.exec(`UPDATE queuecall SET body = json_remove(body, '$.answer_agent_id')`);
      db.close();
      await opened(directory, migrations, async (store) => {
        for (const row of [served, unserved])
          assert.deepEqual((await store.get('queuecall', row.id))?.row, row);
      });
    });
  });

  it('leaves it as it was when a migration fails', async () => {
    await inScratchDirectory(async (directory) => {
      const tag = sample.tag({ name: 'gold' });
      await opened(directory, migrations, (store) => succeed(store, { puts: [put('tag', tag)] }));
      await assert.rejects(
        opened(directory, [...migrations, failing], () => Promise.resolve()),
        new RegExp(`migration ${next.version} \\(${next.name}\\).*nowhere`),
      );
      await opened(directory, migrations, async (store) => assert.equal(await nameOf(store, tag.id), 'gold'));
      await opened(directory, [...migrations, next], async (store) =>
        assert.equal(await nameOf(store, tag.id), 'GOLD'),
      );
    });
  });

  it('refuses a newer one, naming both versions and the way out, and changes nothing', async () => {
    await inScratchDirectory(async (directory) => {
      const known = migrations.at(-1)?.version ?? 0;
      await opened(directory, [...migrations, next], () => Promise.resolve());
      await assert.rejects(
        opened(directory, migrations, () => Promise.resolve()),
        (error) => {
          assert.ok(error instanceof StoreError);
          assert.equal(error.code, 'newer');
          const versions = new RegExp(`version ${next.version}, .*up to ${known}\\. Start the newer Parley`);
          assert.match(error.message, versions);
          assert.ok(error.message.includes(directory));
          return true;
        },
      );
      await opened(directory, [...migrations, next], async (store) => {
        assert.equal((await commit(store, { puts: [put('tag', sample.tag())] })).ok, true);
      });
    });
  });

  it('numbers its migrations from 1 without a gap', () => {
    assert.deepEqual(
      migrations.map(({ version }) => version),
      migrations.map((_, index) => index + 1),
    );
  });
});
