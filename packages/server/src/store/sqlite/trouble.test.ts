import assert from 'node:assert/strict';
import { open, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { Instant } from '@parley/contract';
import type { CommitOutcome, EventPosition } from '@parley/core';
import { commit, commitOf, event, put, sample, succeed, versionOf } from '../conformance/samples.ts';
import { StoreError, type StoreErrorCode } from '../store-error.ts';
import { type Link, openLink } from './link.ts';
import { openSqliteStore, storeOver } from './sqlite-store.ts';
import { tapeOf } from './tape.ts';
import { inScratchDirectory } from './testing/scratch-directory.ts';

const isError = (code: StoreErrorCode) => (error: unknown) =>
  error instanceof StoreError && error.code === code;

/** A store and the link under it, through which a test sets the size at which SQLite finds its disk full. */
async function withLink(check: (link: Link, file: string) => Promise<void>): Promise<void> {
  await inScratchDirectory(async (directory) => {
    await (await openSqliteStore({ directory })).close();
    const file = join(directory, 'parley.db');
    const link = await openLink({ file, onFatal: (error) => assert.fail(error) });
    await link.ask({ ask: 'recover' });
    try {
      await check(link, file);
    } finally {
      await link.close();
    }
  });
}

async function growBy(link: Link, pages: number): Promise<void> {
  const [row] = await link.ask({ ask: 'query', sql: 'PRAGMA page_count', parameters: [] });
  const most = Number(row?.['page_count']) + pages;
  await link.ask({ ask: 'query', sql: `PRAGMA max_page_count = ${most}`, parameters: [] });
}

describe('A store whose disk is full', () => {
  const big = 'x'.repeat(30_000);

  it('rejects a group of commits wholly, and takes it when there is room again', async () => {
    await withLink(async (link) => {
      const store = storeOver(link);
      const [before, lost] = [sample.tag(), sample.tag()];
      await succeed(store, { puts: [put('tag', before)], events: [event({ recipients: ['endpoint'] })] });
      const last = await store.lastPosition();
      await growBy(link, 2);
      const group = [
        commitOf({ puts: [put('tag', lost)], events: [event({ recipients: ['endpoint'] })] }),
        commitOf({ puts: [put('number', sample.number({ detail: big }))], events: [event({ body: big })] }),
      ];
      await assert.rejects(store.commit(group), isError('full'));
      await assert.rejects(store.commit(group), /the disk is full\. Nothing was stored; make room/);
      assert.equal(await store.lastPosition(), last);
      await growBy(link, 1_000);
      assert.equal(await versionOf(store, 'tag', lost.id), 0);
      assert.equal((await store.owed({ after: 0 as EventPosition, limit: 10 })).length, 1);
      const outcomes = await store.commit(group);
      assert.deepEqual(outcomes, [
        { ok: true, positions: [last + 1] },
        { ok: true, positions: [last + 2] },
      ]);
      assert.equal(await versionOf(store, 'tag', lost.id), 1);
      assert.equal(await versionOf(store, 'tag', before.id), 1);
    });
  });

  it('loses nothing when there is room for the journal and none for the tables', async () => {
    await withLink(async (link) => {
      const store = storeOver(link);
      const tags = Array.from({ length: 12 }, () => sample.tag({ detail: big }));
      await growBy(link, 30);
      const stored: string[] = [];
      for (const tag of tags) {
        const outcome = await commit(store, { puts: [put('tag', tag)] }).catch((error: unknown) => error);
        if ((outcome as CommitOutcome).ok) stored.push(tag.id);
        else assert.ok(isError('full')(outcome));
      }
      assert.ok(stored.length > 0 && stored.length < tags.length);
      // To read them they have to be in their table, for which there is no room.
      await assert.rejects(store.get('tag', 'x'), isError('full'));
      await growBy(link, 1_000);
      for (const { id } of tags) {
        assert.equal(await versionOf(store, 'tag', id), stored.includes(id) ? 1 : 0);
      }
    });
  });

  it('keeps what waits in the journal when it is closed, and finds it when it is opened again', async () => {
    await inScratchDirectory(async (directory) => {
      await (await openSqliteStore({ directory })).close();
      const file = join(directory, 'parley.db');
      const tag = sample.tag({ detail: big });
      const link = await openLink({ file, onFatal: (error) => assert.fail(error) });
      await link.ask({ ask: 'recover' });
      try {
        await growBy(link, 5);
        await succeed(storeOver(link), { puts: [put('tag', tag)] });
        await assert.rejects(storeOver(link).get('tag', tag.id), isError('full'));
      } finally {
        await link.close();
      }
      const store = await openSqliteStore({ directory });
      assert.deepEqual(await store.get('tag', tag.id), { row: tag, version: 1 });
      await store.close();
    });
  });
});

describe('A store that is given nonsense', () => {
  it('refuses a row or an event that lacks what it is found by, before anything is written', async () => {
    await withLink(async (link) => {
      const store = storeOver(link);
      const broken = [
        { puts: [put('tag', { ...sample.tag(), id: undefined as unknown as string })] },
        { puts: [put('tag', { ...sample.tag(), tm_create: null as unknown as string })] },
        { puts: [put('number', sample.number({ call_flow_id: {} as unknown as string }))] },
        { puts: [put('nothing' as 'tag', sample.tag())] },
        { preconditions: [{ kind: 'tag' as const, id: 'x', version: Number.NaN }] },
        { events: [event({ lane: undefined as unknown as string })] },
        { events: [event({ at: Number.NaN as Instant })] },
      ];
      for (const parts of broken) {
        await assert.rejects(store.commit([commitOf({}), commitOf(parts)]), TypeError);
      }
      assert.equal(await store.lastPosition(), 0);
    });
  });

  it('takes back what a transaction did before it broke off', async () => {
    await withLink(async (link) => {
      const store = storeOver(link);
      const number = sample.number();
      const good = commitOf({ puts: [put('number', number), put('tag', sample.tag())], events: [event()] });
      await assert.rejects(link.ask({ ask: 'commit', tape: [...tapeOf([good]), 0, 1] }), /too short/);
      assert.equal(await store.lastPosition(), 0);
      assert.equal(await store.find('number', number.number), undefined);
      assert.deepEqual(await store.commit([good]), [{ ok: true, positions: [1] }]);
    });
  });
});

describe('A store whose file is damaged', () => {
  it('says so once, and answers nothing any more', async () => {
    await inScratchDirectory(async (directory) => {
      const first = await openSqliteStore({ directory });
      const calls = Array.from({ length: 1000 }, () => sample.call());
      await first.commit(calls.map((call) => commitOf({ puts: [put('call', call)] })));
      await first.close();
      await scribble(join(directory, 'parley.db'));
      const told: StoreError[] = [];
      const store = await openSqliteStore({ directory, onFatal: (error) => told.push(error) });
      const answers = calls.map(({ id }) => store.get('call', id));
      const broken = (await Promise.allSettled(answers)).filter(({ status }) => status === 'rejected');
      assert.ok(broken.length > 0);
      assert.deepEqual(
        told.map(({ code }) => code),
        ['damaged'],
      );
      assert.match(told[0]?.message ?? '', /parley\.db is damaged\. Put a copy/);
      await assert.rejects(commit(store, { puts: [put('tag', sample.tag())] }), isError('damaged'));
      await store.close();
    });
  });
});

/** Writes nonsense over the second half of a file, where the rows are; the schema is at its beginning. */
async function scribble(file: string): Promise<void> {
  const { size } = await stat(file);
  const handle = await open(file, 'r+');
  const half = Math.floor(size / 2);
  await handle.write(Buffer.alloc(size - half, 0xa5), 0, size - half, half);
  await handle.close();
}

describe('A store whose thread dies', () => {
  it('rejects what was asked and all that is asked later, tells it once, and can be closed', async () => {
    const told: StoreError[] = [];
    const link = await openLink({
      file: 'parley.db',
      onFatal: (error) => told.push(error),
      program: new URL('./testing/dying-worker.ts', import.meta.url),
    });
    const ask = () => link.ask({ ask: 'commit', tape: [] });
    assert.deepEqual(await ask(), []);
    const [second, third] = await Promise.allSettled([ask(), ask()]);
    for (const answer of [second, third]) {
      assert.equal(answer.status, 'rejected');
      assert.ok(isError('broken')(answer.reason));
      assert.match(String(answer.reason), /struck by lightning/);
    }
    await assert.rejects(ask(), /struck by lightning/);
    assert.equal(told.length, 1);
    await link.close();
    assert.equal(told.length, 1);
  });
});
