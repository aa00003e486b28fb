import assert from 'node:assert/strict';
import type { Store } from '@parley/core';
import type { MakeStore, StoreUnderTest, Testing } from '../conformance.ts';
import { beginning, commit, commitOf, event, put, sample, succeed, theEnd } from './samples.ts';

/** What is there after the store was closed and opened again. */
export function describeDurability({ describe, it }: Testing, makeStore: MakeStore): void {
  void describe('closing and opening again', () => {
    const test = (name: string, check: (made: StoreUnderTest) => Promise<void>): void => {
      void it(name, async () => {
        const made = await makeStore();
        try {
          await check(made);
        } finally {
          await made.store.close();
          await made.dispose();
        }
      });
    };
    const reopened = async ({ store, reopen }: StoreUnderTest, check: (again: Store) => Promise<void>) => {
      await store.close();
      const again = await reopen();
      try {
        await check(again);
      } finally {
        await again.close();
      }
    };

    test('keeps rows, versions, keys, events and what is owed', async (made) => {
      const [call, number, tag] = [sample.call(), sample.number(), sample.tag()];
      const puts = [put('call', call), put('call', { ...call, status: 'progressing' })];
      const [first, second] = await succeed(made.store, {
        puts: [...puts, put('number', number), put('tag', { ...tag, tm_delete: theEnd })],
        events: [event({ recipients: ['one', 'two'] }), event({ recipients: ['one'] })],
      });
      assert.ok(first && second);
      await succeed(made.store, {
        deliveries: [
          { change: 'settled', endpointId: 'one', position: first },
          {
            change: 'postponed',
            endpointId: 'one',
            position: second,
            attempts: 4,
            nextAttemptAt: 9 as never,
          },
        ],
      });
      const before = await everythingIn(made.store, call.customer_id);
      await reopened(made, async (again) => {
        assert.deepEqual(await everythingIn(again, call.customer_id), before);
        assert.deepEqual(await again.get('call', call.id), {
          row: { ...call, status: 'progressing' },
          version: 2,
        });
        assert.deepEqual(await again.find('number', number.number), { row: number, version: 1 });
        assert.equal((await again.get('tag', tag.id))?.row.tm_delete, theEnd);
      });
    });

    test('goes on with versions, keys and positions where they were', async (made) => {
      const number = sample.number();
      const [position] = await succeed(made.store, { puts: [put('number', number)], events: [event()] });
      assert.ok(position);
      await reopened(made, async (again) => {
        const taken = await commit(again, {
          puts: [put('number', sample.number({ number: number.number }))],
        });
        assert.equal(taken.ok, false);
        const [next] = await succeed(again, { puts: [put('number', number)], events: [event()] });
        assert.ok(next && next > position);
        assert.equal((await again.get('number', number.id))?.version, 2);
      });
    });

    test('waits in close for what was handed in before', async (made) => {
      const calls = Array.from({ length: 30 }, () => sample.call());
      const outcomes = calls.map((call) => made.store.commit([commitOf({ puts: [put('call', call)] })]));
      await reopened(made, async (again) => {
        for (const outcome of await Promise.all(outcomes)) assert.equal(outcome[0]?.ok, true);
        assert.equal((await again.live('call')).length, calls.length);
      });
    });

    test('answers nothing once it is closed, and may be closed again', async ({ store }) => {
      await store.close();
      await assert.rejects(store.commit([commitOf({ puts: [put('tag', sample.tag())] })]), /closed/);
      await assert.rejects(store.get('tag', 'x'), /closed/);
      await assert.rejects(store.lastPosition(), /closed/);
      await store.close();
    });
  });
}

async function everythingIn(store: Store, customerId: string): Promise<unknown> {
  return {
    calls: await store.list('call', { customerId, limit: 10, after: undefined }),
    live: await store.live('call'),
    events: await store.events({ customerId: undefined, after: beginning, limit: 100 }),
    owed: await store.owed({ after: beginning, limit: 100 }),
    last: await store.lastPosition(),
  };
}
