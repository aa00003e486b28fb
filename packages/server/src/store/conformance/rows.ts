import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { Kind } from '@parley/core';
import type { MakeStore, Testing } from '../conformance.ts';
import { storeKinds } from '../schema.ts';
import { commitOf, put, sample, succeed, theEnd, versionOf } from './samples.ts';
import { sharedStore } from './shared-store.ts';

/** What a put does and `get` gives. */
export function describeRows(testing: Testing, makeStore: MakeStore): void {
  const { describe, it } = testing;
  void describe('rows', () => {
    const store = sharedStore(testing, makeStore);

    for (const kind of storeKinds) {
      void it(`gives back a row of kind ${kind} as it was put, at version 1`, async () => {
        const row = sample[kind]();
        await succeed(store(), { puts: [put<Kind>(kind, row)] });
        assert.deepEqual(await store().get(kind, row.id), { row, version: 1 });
      });
    }

    void it('knows no row that was never put, and none under another kind', async () => {
      const tag = sample.tag();
      await succeed(store(), { puts: [put('tag', tag)] });
      assert.equal(await store().get('tag', randomUUID()), undefined);
      assert.equal(await store().get('flow', tag.id), undefined);
    });

    void it('adds one to the version with each put', async () => {
      const tag = sample.tag();
      for (const version of [1, 2, 3]) {
        await succeed(store(), { puts: [put('tag', { ...tag, name: `name ${version}` })] });
        assert.deepEqual(await store().get('tag', tag.id), {
          row: { ...tag, name: `name ${version}` },
          version,
        });
      }
    });

    void it('takes puts of one commit in their order: the last one stands, each one counts', async () => {
      const tag = sample.tag();
      const other = sample.tag();
      const puts = ['one', 'two', 'three'].map((name) => put('tag', { ...tag, name }));
      await succeed(store(), { puts: [...puts, put('tag', other)] });
      assert.deepEqual(await store().get('tag', tag.id), { row: { ...tag, name: 'three' }, version: 3 });
      assert.equal(await versionOf(store(), 'tag', other.id), 1);
    });

    void it('takes puts of one group of commits in their order', async () => {
      const call = sample.call();
      const statuses = ['dialing', 'ringing', 'progressing'] as const;
      await store().commit(statuses.map((status) => commitOf({ puts: [put('call', { ...call, status })] })));
      const stored = await store().get('call', call.id);
      assert.deepEqual(stored, { row: { ...call, status: 'progressing' }, version: 3 });
    });

    void it('gives a deleted row to whoever asks by id', async () => {
      for (const kind of storeKinds) {
        const row = sample[kind]();
        const deleted = { ...row, tm_delete: theEnd };
        await succeed(store(), { puts: [put<Kind>(kind, row), put<Kind>(kind, deleted)] });
        assert.deepEqual(await store().get(kind, row.id), { row: deleted, version: 2 });
      }
    });

    void it('keeps every text as it is, in whatever script and of whatever length', async () => {
      const texts = [
        '',
        'Zoë 電話 👩🏽‍💻 ‮ \u0000 \u001f \\ " \' ; -- ',
        '\ud800 alone',
        '𝄞'.repeat(200_000),
        "'); DROP TABLE call; --",
      ];
      for (const detail of texts) {
        const tag = sample.tag({ detail });
        await succeed(store(), { puts: [put('tag', tag)] });
        assert.equal((await store().get('tag', tag.id))?.row.detail, detail);
      }
    });

    void it('keeps what a row may or may not have', async () => {
      const action = {
        id: randomUUID(),
        next_id: randomUUID(),
        type: 'x',
        option: { a: [1, null, { b: 0.1 }] },
      };
      const flow = sample.flow({ actions: [action] });
      await succeed(store(), { puts: [put('flow', flow)] });
      assert.deepEqual((await store().get('flow', flow.id))?.row, flow);
    });
  });
}
