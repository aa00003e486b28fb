import assert from 'node:assert/strict';
import * as nodeTest from 'node:test';
import { type Flow, notYet, type Tag } from '@parley/contract';
import type { Commit, Store } from '@parley/core';
import { storeConformance } from '@parley/server';
import { createMemoryStore, type MemoryStore, type MemoryStoreOptions } from './store.ts';

const { describe, it } = nodeTest;

const kinds: readonly (readonly [string, () => MemoryStoreOptions])[] = [
  ['Memory', () => ({ freeze: true })],
  ['Slow memory', () => ({ latency: () => new Promise((resolve) => setImmediate(resolve)) })],
];
for (const [name, options] of kinds) {
  storeConformance(nodeTest, name, () => {
    const store = createMemoryStore(options());
    return Promise.resolve({
      store,
      reopen: () => Promise.resolve(store.crash()),
      dispose: () => Promise.resolve(),
    });
  });
}

const owner = '5e4a0680-804e-11ec-8477-2fea5968d85b';

function tag(id: string): Tag {
  return {
    id,
    customer_id: owner,
    name: '',
    detail: '',
    tm_create: notYet,
    tm_update: notYet,
    tm_delete: notYet,
  };
}

function putting(...ids: string[]): Commit {
  return {
    puts: ids.map((id) => ({ kind: 'tag', row: tag(id) })),
    events: [],
    deliveries: [],
    preconditions: [],
  };
}

async function tagsIn(store: Store): Promise<readonly string[]> {
  const page = await store.list('tag', { customerId: owner, limit: 100, after: undefined });
  assert.ok(page !== 'badToken');
  return page.rows.map(({ id }) => id).toSorted();
}

/** Whether a promise was settled by the time everything that could run has run. */
async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  let settled = false;
  const note = (): void => void (settled = true);
  promise.then(note, note);
  await new Promise((resolve) => setImmediate(resolve));
  return settled;
}

/** A store whose commits stop at each stage until they are told to go on. */
function steppedStore(): { store: MemoryStore; stages: string[]; goOn: () => Promise<void> } {
  const stages: string[] = [];
  const waiting: (() => void)[] = [];
  const store = createMemoryStore({
    latency(stage) {
      stages.push(stage);
      return new Promise((resolve) => waiting.push(resolve));
    },
  });
  return {
    store,
    stages,
    async goOn() {
      waiting.shift()?.();
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
}

describe('A memory store that crashes', () => {
  it('leaves what was acknowledged to the next process, and hands it to every one after that', async () => {
    const first = createMemoryStore();
    await first.commit([putting('a'), putting('b')]);
    const second = first.crash();
    assert.deepEqual(await tagsIn(second), ['a', 'b']);
    await second.commit([putting('c')]);
    assert.deepEqual(await tagsIn(second.crash()), ['a', 'b', 'c']);
  });

  it('never answers the process that died, whatever it asks', async () => {
    const dead = createMemoryStore();
    const survivor = dead.crash();
    const asked = [dead.commit([putting('a')]), dead.get('tag', 'a'), dead.live('call'), dead.lastPosition()];
    for (const promise of asked) assert.equal(await isSettled(promise), false);
    assert.deepEqual(await tagsIn(survivor), []);
    await dead.close();
  });

  it('loses a commit that was not written yet', async () => {
    const { store, stages, goOn } = steppedStore();
    const done = store.commit([putting('a')]);
    assert.equal(await isSettled(done), false);
    assert.deepEqual(stages, ['write']);
    const survivor = store.crash();
    await goOn();
    assert.equal(await isSettled(done), false);
    assert.deepEqual(await tagsIn(survivor), []);
  });

  it('keeps a commit that was written, though nobody was told', async () => {
    const { store, stages, goOn } = steppedStore();
    const done = store.commit([putting('a')]);
    assert.equal(await isSettled(done), false);
    await goOn();
    assert.deepEqual(stages, ['write', 'acknowledge']);
    assert.deepEqual(await tagsIn(store), ['a']);
    const survivor = store.crash();
    await goOn();
    assert.equal(await isSettled(done), false);
    assert.deepEqual(await tagsIn(survivor), ['a']);
  });

  it('tells nobody of a commit that it crashed right after', async () => {
    const store = createMemoryStore();
    const done = store.commit([putting('a')]);
    const survivor = store.crash();
    assert.equal(await isSettled(done), false);
    assert.deepEqual(await tagsIn(survivor), ['a']);
  });
});

describe('A slow memory store', () => {
  it('makes commits one after the other, in the order in which they were handed in', async () => {
    const { store, stages, goOn } = steppedStore();
    const done = [store.commit([putting('a')]), store.commit([putting('b')])];
    assert.equal(await isSettled(Promise.any(done)), false);
    assert.deepEqual(stages, ['write']);
    await goOn();
    assert.deepEqual(await tagsIn(store), ['a']);
    await goOn();
    assert.deepEqual(await done[0], [{ ok: true, positions: [] }]);
    assert.deepEqual(stages, ['write', 'acknowledge', 'write']);
    await goOn();
    await goOn();
    assert.deepEqual(await done[1], [{ ok: true, positions: [] }]);
    assert.deepEqual(await tagsIn(store), ['a', 'b']);
  });

  it('waits in close for the commits before', async () => {
    const { store, goOn } = steppedStore();
    const done = store.commit([putting('a')]);
    const closed = store.close();
    await assert.rejects(store.commit([putting('b')]), /closed/);
    assert.equal(await isSettled(closed), false);
    await goOn();
    await goOn();
    await Promise.all([done, closed]);
    assert.deepEqual(await tagsIn(store.crash()), ['a']);
  });

  it('goes on after a commit that failed', async () => {
    const store = createMemoryStore({ latency: () => Promise.resolve() });
    store.failNext(1);
    const [first, second] = [store.commit([putting('a')]), store.commit([putting('b')])];
    await assert.rejects(first, /told to fail/);
    await second;
    assert.deepEqual(await tagsIn(store), ['b']);
  });
});

describe('A memory store that is told to fail', () => {
  it('rejects so many calls of commit and stores nothing of them', async () => {
    const store = createMemoryStore();
    store.failNext(2);
    await assert.rejects(store.commit([putting('a'), putting('b')]), /told to fail/);
    await assert.rejects(store.commit([putting('a')]), /told to fail/);
    assert.deepEqual(await tagsIn(store), []);
    await store.commit([putting('c')]);
    assert.deepEqual(await tagsIn(store), ['c']);
  });
});

describe('A memory store that freezes', () => {
  it('lets nobody change a row after it was put', async () => {
    const store = createMemoryStore({ freeze: true });
    const action = { id: 'a', next_id: 'b', type: 'c' };
    const flow: Flow = { ...tag('f'), type: 'flow', actions: [action] };
    const row = structuredClone(flow);
    await store.commit([{ ...putting(), puts: [{ kind: 'flow', row }] }]);
    assert.throws(() => Object.assign(row.actions[0] ?? {}, { type: 'd' }), TypeError);
    assert.deepEqual((await store.get('flow', 'f'))?.row, flow);
  });
});
