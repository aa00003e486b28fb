import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { Tag } from '@parley/contract';
import type { Kind, Page } from '@parley/core';
import type { MakeStore, Testing } from '../conformance.ts';
import { storeLimits } from '../limits.ts';
import { storeKinds } from '../schema.ts';
import { put, sample, succeed, theEnd, time } from './samples.ts';
import { sharedStore } from './shared-store.ts';

/** `list` and `customers`. Paging itself has a group of its own. */
export function describeLists(testing: Testing, makeStore: MakeStore): void {
  const { describe, it } = testing;
  void describe('lists', () => {
    const store = sharedStore(testing, makeStore);
    const tags = async (customerId: string, limit = 100, after?: string): Promise<Page<'tag'>> => {
      const page = await store().list('tag', { customerId, limit, after });
      assert.ok(page !== 'badToken');
      return page;
    };
    const idsOf = (rows: readonly { readonly id: string }[]): string[] => rows.map(({ id }) => id);

    for (const kind of storeKinds) {
      void it(`lists rows of kind ${kind}`, async () => {
        const row = sample[kind]();
        await succeed(store(), { puts: [put<Kind>(kind, row)] });
        const customerId = 'customer_id' in row ? row.customer_id : row.id;
        const page = await store().list(kind, { customerId, limit: 10, after: undefined });
        assert.deepEqual(page, { rows: [row], next: undefined });
      });
    }

    void it('begins with the newest; of the same time, with the greatest id', async () => {
      const customer_id = randomUUID();
      const rows = [2, 1, 3, 1, 3].map((second) => sample.tag({ customer_id, tm_create: time(second) }));
      await succeed(store(), { puts: rows.map((row) => put('tag', row)) });
      const key = (tag: Tag): string => tag.tm_create + tag.id;
      const expected = rows.toSorted((one, other) => (key(one) > key(other) ? -1 : 1));
      assert.deepEqual(idsOf((await tags(customer_id)).rows), idsOf(expected));
    });

    void it('lists the rows of one customer alone', async () => {
      const [mine, other] = [sample.tag(), sample.tag()];
      await succeed(store(), { puts: [put('tag', mine), put('tag', other)] });
      assert.deepEqual((await tags(mine.customer_id)).rows, [mine]);
      assert.deepEqual((await tags(randomUUID())).rows, []);
    });

    void it('hides deleted rows, also those that were deleted from the start', async () => {
      const customer_id = randomUUID();
      const [kept, deleted] = [sample.tag({ customer_id }), sample.tag({ customer_id })];
      await succeed(store(), { puts: [put('tag', kept), put('tag', deleted)] });
      await succeed(store(), {
        puts: [
          put('tag', { ...deleted, tm_delete: theEnd }),
          put('tag', sample.tag({ customer_id, tm_delete: theEnd })),
        ],
      });
      assert.deepEqual((await tags(customer_id)).rows, [kept]);
    });

    void it('lists a call that is over and is not deleted', async () => {
      const call = sample.call({ status: 'hangup' });
      await succeed(store(), { puts: [put('call', call)] });
      const page = await store().list('call', { customerId: call.customer_id, limit: 10, after: undefined });
      assert.deepEqual(page, { rows: [call], next: undefined });
    });

    void it('says on the last page that it is the last, also when it is full', async () => {
      const customer_id = randomUUID();
      const rows = [1, 2, 3, 4].map((second) => sample.tag({ customer_id, tm_create: time(second) }));
      await succeed(store(), { puts: rows.map((row) => put('tag', row)) });
      const first = await tags(customer_id, 2);
      assert.ok(first.next);
      const second = await tags(customer_id, 2, first.next);
      assert.deepEqual(idsOf([...first.rows, ...second.rows]), idsOf(rows.toReversed()));
      assert.equal(second.next, undefined);
    });

    void it('takes limits from 1 to 100 and no others', async () => {
      const customerId = randomUUID();
      for (const limit of [1, storeLimits.page]) assert.deepEqual((await tags(customerId, limit)).rows, []);
      for (const limit of [0, -1, 1.5, Number.NaN, storeLimits.page + 1]) {
        await assert.rejects(store().list('tag', { customerId, limit, after: undefined }), RangeError);
      }
    });

    void it('gives all customers that are not removed, oldest first', async () => {
      const rows = [3, 1, 2].map((second) => sample.customer({ tm_create: time(second) }));
      const removed = sample.customer({ tm_delete: theEnd });
      await succeed(store(), { puts: [...rows, removed].map((row) => put('customer', row)) });
      const ids = new Set(idsOf([...rows, removed]));
      const found = (await store().customers()).filter(({ row }) => ids.has(row.id));
      const [third, first, second] = rows;
      assert.deepEqual(
        found,
        [first, second, third].map((row) => ({ row, version: 1 })),
      );
    });
  });
}
