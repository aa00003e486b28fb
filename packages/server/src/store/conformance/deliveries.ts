import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { Instant } from '@parley/contract';
import type { Delivery, DeliveryChange, EventPosition } from '@parley/core';
import type { MakeStore, Testing } from '../conformance.ts';
import { storeLimits } from '../limits.ts';
import { beginning, commit, commitOf, event, requires, succeed } from './samples.ts';
import { sharedStore } from './shared-store.ts';

const later = 1_649_636_999_000_001 as Instant;

/** What is owed to whom, until it is settled. */
export function describeDeliveries(testing: Testing, makeStore: MakeStore): void {
  const { describe, it } = testing;
  void describe('deliveries', () => {
    const store = sharedStore(testing, makeStore);
    const owedTo = (endpointId: string, after = beginning, limit = 100): Promise<readonly Delivery[]> =>
      store().owed({ endpointId, after, limit });
    const owe = (...recipients: string[][]): Promise<readonly EventPosition[]> =>
      succeed(store(), { events: recipients.map((each) => event({ recipients: each })) });
    const change = (...deliveries: DeliveryChange[]): Promise<unknown> => succeed(store(), { deliveries });
    const settle = (endpointId: string, position: EventPosition | undefined): DeliveryChange => ({
      change: 'settled',
      endpointId,
      position: position ?? beginning,
    });
    const postpone = (
      endpointId: string,
      position: EventPosition | undefined,
      attempts = 3,
    ): DeliveryChange => ({
      change: 'postponed',
      endpointId,
      position: position ?? beginning,
      attempts,
      nextAttemptAt: later,
    });
    const positionsOf = (deliveries: readonly Delivery[]): EventPosition[] =>
      deliveries.map(({ event: { position } }) => position);

    void it('are owed from the commit of the event on: to each recipient, at once, without attempts', async () => {
      const endpointId = randomUUID();
      const written = event({ recipients: [randomUUID(), endpointId] });
      const [position] = await succeed(store(), { events: [written] });
      const { recipients: _, ...entry } = written;
      assert.deepEqual(await owedTo(endpointId), [
        { endpointId, event: { ...entry, position }, attempts: 0, nextAttemptAt: written.at },
      ]);
    });

    void it('are none for an event without recipients, and one for a recipient that is named twice', async () => {
      const endpointId = randomUUID();
      const positions = await owe([], [endpointId, endpointId]);
      assert.deepEqual(positionsOf(await owedTo(endpointId)), positions.slice(1));
    });

    void it('come oldest first, strictly after a position, up to a limit', async () => {
      const endpointId = randomUUID();
      const positions = await owe([endpointId], [endpointId], [randomUUID()], [endpointId], [endpointId]);
      const mine = positions.filter((_, index) => index !== 2);
      assert.deepEqual(positionsOf(await owedTo(endpointId)), mine);
      assert.deepEqual(positionsOf(await owedTo(endpointId, mine[0], 2)), mine.slice(1, 3));
    });

    void it('come for all endpoints when none is named, and an event is not split: the limit counts events', async () => {
      const start = await store().lastPosition();
      const [one, two, three] = ['a', 'b', 'c'].map((name) => `${name} ${randomUUID()}`) as [
        string,
        string,
        string,
      ];
      const [first, second, third] = await owe([three, one], [two], [one, two, three]);
      const found = async (after: EventPosition, limit: number): Promise<unknown> =>
        (await store().owed({ after, limit })).map(({ endpointId, event: { position } }) => [
          position,
          endpointId,
        ]);
      const expected = [
        [first, one],
        [first, three],
        [second, two],
        [third, one],
        [third, two],
        [third, three],
      ];
      assert.deepEqual(await found(start, 10), expected);
      assert.deepEqual(await found(start, 1), expected.slice(0, 2));
      assert.deepEqual(await found(start, 2), expected.slice(0, 3));
      assert.deepEqual(await found(first ?? beginning, 2), expected.slice(2));
      assert.deepEqual(await found(third ?? beginning, 2), []);
    });

    void it('are gone once they are settled, for that endpoint alone', async () => {
      const [one, other] = [randomUUID(), randomUUID()];
      const [first, second] = await owe([one, other], [one]);
      await change(settle(one, first));
      assert.deepEqual(positionsOf(await owedTo(one)), [second]);
      assert.deepEqual(positionsOf(await owedTo(other)), [first]);
    });

    void it('remember how often they failed and when to try again', async () => {
      const endpointId = randomUUID();
      const [first, second] = await owe([endpointId], [endpointId]);
      await change(postpone(endpointId, first, 1));
      await change(postpone(endpointId, first, 2));
      const found = await owedTo(endpointId);
      assert.deepEqual(positionsOf(found), [first, second]);
      assert.deepEqual([found[0]?.attempts, found[0]?.nextAttemptAt], [2, later]);
      assert.equal(found[1]?.attempts, 0);
    });

    void it('are settled after they were postponed, at once or later', async () => {
      const endpointId = randomUUID();
      const [first, second, third] = await owe([endpointId], [endpointId], [endpointId]);
      await change(postpone(endpointId, first), settle(endpointId, first), postpone(endpointId, second));
      assert.deepEqual(positionsOf(await owedTo(endpointId)), [second, third]);
      await change(settle(endpointId, second));
      await change(postpone(endpointId, third));
      await change(settle(endpointId, third));
      assert.deepEqual(await owedTo(endpointId), []);
    });

    void it('do not come back: what is settled is neither postponed nor settled again', async () => {
      const endpointId = randomUUID();
      const [first, second] = await owe([endpointId], [endpointId]);
      await change(settle(endpointId, first), postpone(endpointId, first), settle(endpointId, first));
      await change(postpone(endpointId, first));
      assert.deepEqual(positionsOf(await owedTo(endpointId)), [second]);
      await change(settle(endpointId, second));
      await owedTo(endpointId);
      await change(postpone(endpointId, second), settle(endpointId, second), postpone(endpointId, second));
      assert.deepEqual(await owedTo(endpointId), []);
    });

    void it('change nothing when nobody owes them', async () => {
      const [one, other] = [randomUUID(), randomUUID()];
      const [position] = await owe([one]);
      await change(postpone(other, position), settle(other, position), postpone(one, 1e9 as EventPosition));
      assert.deepEqual(await owedTo(other), []);
      assert.deepEqual(positionsOf(await owedTo(one)), [position]);
    });

    void it('stay as they are when the commit that changes them loses', async () => {
      const endpointId = randomUUID();
      const [position] = await owe([endpointId]);
      const preconditions = [requires('call', randomUUID(), 1)];
      for (const deliveries of [[settle(endpointId, position)], [postpone(endpointId, position)]]) {
        assert.equal((await commit(store(), { deliveries, preconditions })).ok, false);
      }
      const [found] = await owedTo(endpointId);
      assert.equal(found?.attempts, 0);
    });

    void it('are read in pieces of any size like at once, while earlier ones are settled', async () => {
      const endpointId = randomUUID();
      const positions = await owe(...Array.from({ length: 17 }, () => [endpointId]));
      const read: EventPosition[] = [];
      let cursor = beginning;
      for (;;) {
        const piece = positionsOf(await owedTo(endpointId, cursor, 4));
        read.push(...piece);
        if (piece.length === 0) break;
        cursor = piece.at(-1) ?? cursor;
        await store().commit(piece.map((each) => commitOf({ deliveries: [settle(endpointId, each)] })));
      }
      assert.deepEqual(read, positions);
      assert.deepEqual(await owedTo(endpointId), []);
    });

    void it('take limits from 1 to 1,000 and no others', async () => {
      assert.deepEqual(await owedTo(randomUUID(), beginning, storeLimits.read), []);
      for (const limit of [0, storeLimits.read + 1]) {
        await assert.rejects(owedTo('x', beginning, limit), RangeError);
        await assert.rejects(store().owed({ after: beginning, limit }), RangeError);
      }
    });
  });
}
