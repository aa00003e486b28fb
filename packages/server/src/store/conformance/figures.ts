import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { Ledger, type Recounted } from '@parley/core';
import type { MakeStore, Testing } from '../conformance.ts';
import { BusyDay } from './busy-day.ts';
import { forSeeds } from './random.ts';
import { commitOf, put, sample, succeed, theEnd, time } from './samples.ts';
import { sharedStore } from './shared-store.ts';

/** `findBetween` and `recount`. */
export function describeFigures(testing: Testing, makeStore: MakeStore): void {
  const { describe, it } = testing;
  void describe('figures', () => {
    const store = sharedStore(testing, makeStore);

    void it('are found by whose they are and by a span of time, oldest first, no more than asked for', async () => {
      const [subject_id, other] = [randomUUID(), randomUUID()];
      const rows = [5, 3, 4, 2, 1].map((second) => sample.statistic({ subject_id, tm_create: time(second) }));
      const others = [
        sample.statistic({ subject_id: other, tm_create: time(3) }),
        sample.statistic({ subject_id, interval: 'day', tm_create: time(3) }),
        sample.statistic({ subject_id, tm_create: time(3), tm_delete: theEnd }),
      ];
      await succeed(store(), { puts: [...rows, ...others].map((row) => put('statistic', row)) });
      const secondsOf = async (from: number, before: number, limit: number): Promise<string[]> => {
        const span = { from: time(from), before: time(before), limit };
        const found = await store().findBetween('statistic', { parentId: `quarter ${subject_id}`, ...span });
        return found.map(({ row }) => row.tm_create);
      };
      assert.deepEqual(await secondsOf(2, 5, 10), [2, 3, 4].map(time));
      assert.deepEqual(await secondsOf(0, 9, 2), [1, 2].map(time));
      assert.deepEqual(await secondsOf(6, 9, 10), []);
      await assert.rejects(secondsOf(0, 9, 1_001), RangeError);
    });

    void it('go on from one process to the next until their interval is closed', async () => {
      const statistic = sample.statistic();
      const standing = sample.standing();
      await succeed(store(), { puts: [put('statistic', statistic), put('standing', standing)] });
      const isLive = async (): Promise<boolean[]> => [
        (await store().live('statistic')).some(({ row }) => row.id === statistic.id),
        (await store().live('standing')).some(({ row }) => row.id === standing.id),
      ];
      assert.deepEqual(await isLive(), [true, true]);
      await succeed(store(), {
        puts: [
          put('statistic', { ...statistic, closed: true }),
          put('standing', { ...standing, tm_delete: theEnd }),
        ],
      });
      assert.deepEqual(await isLive(), [false, false]);
      assert.equal((await store().findByParent('statistic', `quarter ${statistic.subject_id}`)).length, 1);
    });

    void it('are the same counted anew from rows and log as counted by the ledger', async () => {
      await forSeeds(12, async (random) => {
        const day = new BusyDay(random, 120);
        await store().commit(day.commits.map(commitOf));
        const ledger = new Ledger();
        for (const event of day.events) ledger.add(event);
        ledger.advance(day.now);
        const found = (await store().recount(day.now)).filter((row) => row.customerId === day.customerId);
        assert.ok(found.length > 20);
        assert.deepEqual(inOrder(found), inOrder(countedBy(ledger, found, day.customerId)));
      });
    });

    void it('are counted from the visits alone when no time is given', async () => {
      const day = new BusyDay((below) => below >> 1, 10);
      await store().commit(day.commits.map(commitOf));
      const found = (await store().recount(undefined)).filter((row) => row.customerId === day.customerId);
      for (const { tally } of found) assert.ok(!('availableMs' in tally) || tally.availableMs === 0);
    });
  });
}

/** All that the ledger has counted of those who were found. */
function countedBy(ledger: Ledger, found: readonly Recounted[], customerId: string): readonly Recounted[] {
  const subjects = new Map(found.map(({ subject, subjectId }) => [subjectId, subject]));
  return [...subjects].flatMap(([subjectId, subject]) =>
    [...ledger.intervals(subject, subjectId, 'quarter')].map(({ start, tally }) => ({
      customerId,
      subject,
      subjectId,
      start,
      tally,
    })),
  );
}

function inOrder(rows: readonly Recounted[]): readonly Recounted[] {
  const key = ({ subjectId, start }: Recounted): string => `${subjectId} ${start}`;
  return rows.toSorted((one, other) => (key(one) < key(other) ? -1 : 1));
}
