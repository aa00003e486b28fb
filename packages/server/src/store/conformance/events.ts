import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { EventPosition, LogEntry, NewEvent } from '@parley/core';
import type { MakeStore, Testing } from '../conformance.ts';
import { storeLimits } from '../limits.ts';
import { beginning, commitOf, event, put, sample, succeed } from './samples.ts';
import { sharedStore } from './shared-store.ts';

/** The event log. */
export function describeEvents(testing: Testing, makeStore: MakeStore): void {
  const { describe, it } = testing;
  void describe('the event log', () => {
    const store = sharedStore(testing, makeStore);
    const after = (position: EventPosition, limit = 100): Promise<readonly LogEntry[]> =>
      store().events({ customerId: undefined, after: position, limit });
    const idsOf = (events: readonly Pick<NewEvent, 'id'>[]): string[] => events.map(({ id }) => id);

    void it('is empty at first, and its newest position is 0', async () => {
      assert.equal(await store().lastPosition(), 0);
      assert.deepEqual(await after(beginning), []);
    });

    void it('gives an event back as it was written, with its position', async () => {
      const written = event({
        body: `{"type":"call_updated","data":{"name":"Zoë 👩🏽‍💻 ${'x'.repeat(70_000)}"}}`,
      });
      const start = await store().lastPosition();
      const [position] = await succeed(store(), { events: [{ ...written, recipients: ['someone'] }] });
      const { recipients: _, ...entry } = written;
      assert.deepEqual(await after(start), [{ ...entry, position }]);
    });

    void it('has events in the order of the commits and of each commit, at growing positions', async () => {
      const start = await store().lastPosition();
      const groups = Array.from({ length: 4 }, () => Array.from({ length: 3 }, () => [event(), event()]));
      for (const group of groups) await store().commit(group.map((events) => commitOf({ events })));
      const found = await after(start);
      assert.deepEqual(idsOf(found), idsOf(groups.flat(2)));
      const positions = found.map(({ position }) => position);
      assert.deepEqual(
        positions,
        [...new Set(positions)].toSorted((one, other) => one - other),
      );
      assert.equal(await store().lastPosition(), positions.at(-1));
    });

    void it('gives what comes strictly after a position, up to a limit', async () => {
      const events = Array.from({ length: 5 }, () => event());
      const [first, second] = await succeed(store(), { events });
      assert.ok(first && second);
      assert.deepEqual(idsOf(await after(first, 2)), idsOf(events.slice(1, 3)));
      assert.deepEqual(idsOf(await after(second)), idsOf(events.slice(2)));
      assert.deepEqual(await after(await store().lastPosition()), []);
    });

    void it('gives the same in pieces of any size as at once', async () => {
      const start = await store().lastPosition();
      const events = Array.from({ length: 23 }, () => event());
      await succeed(store(), { events });
      for (const limit of [1, 2, 7, 23, 24]) {
        const read: LogEntry[] = [];
        let cursor = start;
        for (;;) {
          const piece = await after(cursor, limit);
          read.push(...piece);
          cursor = piece.at(-1)?.position ?? cursor;
          if (piece.length < limit) break;
        }
        assert.deepEqual(idsOf(read), idsOf(events));
      }
    });

    void it('gives the events of one customer, if asked', async () => {
      const customerId = randomUUID();
      const events = [event({ customerId }), event(), event({ customerId }), event(), event({ customerId })];
      const [first] = await succeed(store(), { events });
      assert.ok(first);
      const [one, , two, , three] = events as [NewEvent, NewEvent, NewEvent, NewEvent, NewEvent];
      const mine = (from: EventPosition, limit: number): Promise<readonly LogEntry[]> =>
        store().events({ customerId, after: from, limit });
      assert.deepEqual(idsOf(await mine(beginning, 10)), idsOf([one, two, three]));
      assert.deepEqual(idsOf(await mine(first, 1)), idsOf([two]));
      assert.deepEqual(await store().events({ customerId: randomUUID(), after: beginning, limit: 1 }), []);
    });

    void it('has no event of a commit that lost, and goes on without it', async () => {
      const [before, lost, later] = [event(), event(), event()];
      const number = sample.number();
      const start = await store().lastPosition();
      await store().commit([
        commitOf({ puts: [put('number', number)], events: [before] }),
        commitOf({ puts: [put('number', { ...number, id: randomUUID() })], events: [lost] }),
        commitOf({ events: [later] }),
      ]);
      assert.deepEqual(idsOf(await after(start)), idsOf([before, later]));
    });

    void it('takes limits from 1 to 1,000 and no others', async () => {
      assert.ok((await after(beginning, storeLimits.read)).length > 0);
      for (const limit of [0, -1, 0.5, storeLimits.read + 1]) {
        await assert.rejects(after(beginning, limit), RangeError);
      }
    });
  });
}
