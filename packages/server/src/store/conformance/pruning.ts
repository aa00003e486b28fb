import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { Instant } from '@parley/contract';
import type { EventPosition, NewEvent, Store } from '@parley/core';
import type { MakeStore, Testing } from '../conformance.ts';
import { storeLimits } from '../limits.ts';
import { beginning, event, put, sample, succeed } from './samples.ts';

const noon = 1_649_678_400_000_000 as Instant;
const earlier = (seconds: number): Instant => (noon - seconds * 1_000_000) as Instant;
const whole = { before: noon, after: beginning, limit: 100 };

/** `prune` and `prunedTo`, each in a store of its own: they are about the whole log. */
export function describePruning({ describe, it }: Testing, makeStore: MakeStore): void {
  const within = async (
    use: (store: Store, reopen: () => Promise<Store>) => Promise<void>,
  ): Promise<void> => {
    const made = await makeStore();
    let open = made.store;
    try {
      await use(open, async () => {
        await open.close();
        return (open = await made.reopen());
      });
    } finally {
      await open.close();
      await made.dispose();
    }
  };
  const positionsIn = async (store: Store, customerId?: string): Promise<readonly number[]> =>
    (await store.events({ customerId, after: beginning, limit: 1_000 })).map(({ position }) => position);
  const old = (change: Partial<NewEvent> = {}): NewEvent => event({ at: earlier(60), ...change });

  void describe('pruning the event log', () => {
    void it('takes out what is old enough, for all customers, and says how far each has lost', async () => {
      await within(async (store) => {
        const [one, other, quiet] = [randomUUID(), randomUUID(), randomUUID()];
        await succeed(store, {
          events: [
            old({ customerId: quiet, at: noon }),
            old({ customerId: one }),
            old({ customerId: other }),
            old({ customerId: one }),
          ],
        });
        // An event of noon is not before noon, and what follows it is not looked at.
        assert.deepEqual(await store.prune(whole), { removed: 0, next: undefined });
        const later = { ...whole, before: (noon + 1) as Instant };
        assert.deepEqual(await store.prune(later), { removed: 3, next: undefined });
        assert.deepEqual(await positionsIn(store), [4]);
        assert.deepEqual(await positionsIn(store, other), []);
        const lost = await Promise.all([one, other, quiet].map((id) => store.prunedTo(id)));
        assert.deepEqual(lost, [2, 3, 1]);
        assert.equal(await store.prunedTo(randomUUID()), 0);
      });
    });

    void it('never takes out the newest, so that positions go on growing', async () => {
      await within(async (store, reopen) => {
        await succeed(store, { events: [old(), old()] });
        assert.equal((await store.prune(whole)).removed, 1);
        assert.equal((await store.prune(whole)).removed, 0);
        const again = await reopen();
        assert.equal(await again.lastPosition(), 2);
        assert.deepEqual(await succeed(again, { events: [old()] }), [3]);
      });
    });

    void it('leaves what is owed until it is settled, and takes out what is around it', async () => {
      await within(async (store) => {
        const customerId = randomUUID();
        const events = [old(), old({ customerId, recipients: ['a', 'b'] }), old(), old()];
        await succeed(store, { events });
        assert.equal((await store.prune(whole)).removed, 2);
        assert.deepEqual(await positionsIn(store), [2, 4]);
        assert.equal(await store.prunedTo(customerId), 0);
        const owed = await store.owed({ after: beginning, limit: 10 });
        assert.deepEqual(
          owed.map((delivery) => [delivery.endpointId, delivery.event.body]),
          ['a', 'b'].map((endpointId) => [endpointId, events[1]?.body]),
        );
        const settled = (endpointId: string) =>
          ({ change: 'settled', endpointId, position: 2 as EventPosition }) as const;
        await succeed(store, { deliveries: [settled('a')] });
        assert.equal((await store.prune(whole)).removed, 0);
        await succeed(store, { deliveries: [settled('b')] });
        assert.equal((await store.prune(whole)).removed, 1);
        assert.equal(await store.prunedTo(customerId), 2);
      });
    });

    void it('goes on in small pieces, past what has to stay', async () => {
      await within(async (store) => {
        const stays = Array.from({ length: 5 }, () => old({ recipients: ['a'] }));
        await succeed(store, { events: [...stays, old(), old(), old(), event({ at: noon })] });
        const steps: number[][] = [];
        for (let after: EventPosition | undefined = beginning; after !== undefined; ) {
          const done: Awaited<ReturnType<Store['prune']>> = await store.prune({ ...whole, after, limit: 3 });
          steps.push([done.removed, done.next ?? -1]);
          after = done.next;
        }
        assert.deepEqual(steps, [
          [0, 3],
          [1, 6],
          [2, -1],
        ]);
        assert.deepEqual(await positionsIn(store), [1, 2, 3, 4, 5, 9]);
      });
    });

    void it('keeps every row that an old event told of', async () => {
      await within(async (store, reopen) => {
        const tag = sample.tag();
        const body = `{"type":"agent_updated","data":${JSON.stringify(tag)}}`;
        await succeed(store, {
          puts: [put('tag', tag)],
          events: [old({ type: 'agent_updated', resourceId: tag.id, body }), old()],
        });
        assert.equal((await store.prune(whole)).removed, 1);
        assert.deepEqual(await (await reopen()).get('tag', tag.id), { row: tag, version: 1 });
      });
    });

    void it('refuses limits out of range', async () => {
      await within(async (store) => {
        for (const limit of [0, 1.5, storeLimits.read + 1])
          await assert.rejects(store.prune({ ...whole, limit }), RangeError);
      });
    });
  });
}
