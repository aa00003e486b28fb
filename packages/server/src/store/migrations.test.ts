import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { sql } from 'kysely';
import type { Store } from '@parley/core';
import { commit, put, sample, succeed } from './conformance/samples.ts';
import { type Migration, migrations } from './migrations.ts';
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
