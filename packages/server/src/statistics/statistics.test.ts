import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Instant } from '@parley/contract';
import {
  addCopy,
  type Commit,
  copyTally,
  type EventPosition,
  type Moment,
  type Monotonic,
  type NewEvent,
  type Recounted,
  type Store,
} from '@parley/core';
import { pino } from 'pino';
import { BusyDay } from '../store/conformance/busy-day.ts';
import { randomOf } from '../store/conformance/random.ts';
import { commitOf, event, succeed } from '../store/conformance/samples.ts';
import { openSqliteStore } from '../store/sqlite/sqlite-store.ts';
import { inScratchDirectory } from '../store/sqlite/testing/scratch-directory.ts';
import type { TallyQuery } from './kept-tallies.ts';
import { Statistics } from './statistics.ts';

const quarterMs = 900_000;
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A process with its statistics, on a clock that a test moves. */
class Life {
  readonly statistics: Statistics;
  readonly #store: Store;
  readonly #day: BusyDay;
  readonly alarms = new Set<{ readonly ms: number; readonly ring: () => void }>();
  checkpoints = 0;
  /** What has happened of the day. */
  #done = 0;

  constructor(store: Store, day: BusyDay, done = 0) {
    this.#done = done;
    this.#store = store;
    this.#day = day;
    this.statistics = new Statistics({
      store,
      submit: async (changes) => {
        const [outcome] = await store.commit([{ ...changes, events: [], deliveries: [] } satisfies Commit]);
        assert.ok(outcome?.ok);
        this.checkpoints += 1;
        return outcome;
      },
      clock: {
        now: (): Moment => ({ mono: 0 as Monotonic, wall: this.#now() }),
        after: (ms, ring) => {
          const alarm = { ms, ring };
          this.alarms.add(alarm);
          return () => this.alarms.delete(alarm);
        },
      },
      log: pino({ level: 'silent' }),
    });
  }

  /** When the last thing happened; in the end it is the end of the day. */
  #now(): Instant {
    const [last] = this.#day.commits[this.#done - 1]?.events ?? [];
    if (this.#done >= this.#day.commits.length) return (this.#day.now * 1000) as Instant;
    return last?.at ?? (0 as Instant);
  }

  /** Commits a part of the day; `isTold`: the statistics hear of it. */
  async live(from: number, to: number, isTold = true): Promise<void> {
    for (const commit of this.#day.commits.slice(from, to)) {
      this.#done = this.#day.commits.indexOf(commit) + 1;
      const positions = await succeed(this.#store, commitOf(commit));
      if (isTold) this.hear(commit.events, positions.at(-1));
    }
  }

  hear(events: readonly NewEvent[], last: EventPosition | undefined): void {
    if (last !== undefined) this.statistics.committed(events, last);
  }

  async ring(): Promise<void> {
    const before = this.checkpoints;
    for (const alarm of this.alarms) {
      this.alarms.delete(alarm);
      alarm.ring();
    }
    while (this.checkpoints === before) await settled();
    await settled();
  }

  /** Everything that is counted, in the form of the store's own count. */
  async counted(like: readonly Recounted[]): Promise<readonly Recounted[]> {
    const found: Recounted[] = [];
    for (const { subject, subjectId: id, start, customerId } of like) {
      const span = { fromMs: start, toMs: start + quarterMs, intervalMs: undefined };
      const { total } = await this.statistics.tallies({ subject, id, ...span });
      found.push({ customerId, subject, subjectId: id, start, tally: total });
    }
    return found;
  }
}

const steps = 200;

/** A store, and a day of which the first half has been counted by a process that has been killed. */
async function afterKill(
  use: (store: Store, day: BusyDay) => Promise<void>,
  isWritten = true,
): Promise<void> {
  await inScratchDirectory(async (directory) => {
    const day = new BusyDay(randomOf(7), steps);
    const first = await openSqliteStore({ directory });
    const life = new Life(first, day);
    await life.statistics.start();
    await life.live(0, 60);
    if (isWritten) await life.ring();
    await life.live(60, 100);
    await first.close();
    const store = await openSqliteStore({ directory });
    try {
      await use(store, day);
    } finally {
      await store.close();
    }
  });
}

describe('Statistics on a real store', () => {
  for (const isWritten of [true, false])
    it(`count on after a kill, ${isWritten ? 'from a checkpoint and the log' : 'from the log alone'}`, async () => {
      await afterKill(async (store, day) => {
        const life = new Life(store, day, 100);
        await life.statistics.start();
        await life.live(100, day.commits.length);
        const expected = await store.recount(day.now);
        assert.ok(expected.length > 40);
        assert.deepEqual(await life.counted(expected), expected);
        await life.statistics.stop();
        assert.equal(life.alarms.size, 0);
      }, isWritten);
    });

  it('are the same after another start, and when all events have been taken out of the log', async () => {
    await afterKill(async (store, day) => {
      const life = new Life(store, day, 100);
      await life.statistics.start();
      await life.live(100, day.commits.length);
      const expected = await store.recount(day.now);
      await life.statistics.stop();
      const before = (day.now * 1000 + 1_000_000) as Instant;
      for (let after: EventPosition | undefined = 0 as EventPosition; after !== undefined; )
        after = (await store.prune({ before, after, limit: 1_000 })).next;
      assert.equal(
        (await store.events({ customerId: undefined, after: 0 as EventPosition, limit: 9 })).length,
        1,
      );
      const next = new Life(store, day, day.commits.length);
      await next.statistics.start();
      assert.deepEqual(await next.counted(expected), expected);
      await next.statistics.stop();
    });
  });

  it('read in the log what they were not told of', async () => {
    await afterKill(async (store, day) => {
      const life = new Life(store, day, 100);
      await life.statistics.start();
      await life.live(100, 130, false);
      await life.live(130, day.commits.length);
      await life.statistics.caughtUp();
      const expected = await store.recount(day.now);
      assert.deepEqual(await life.counted(expected), expected);
      await life.statistics.stop();
    });
  });

  it('pass over an event that cannot be counted, and count on', async () => {
    await afterKill(async (store, day) => {
      const life = new Life(store, day, 100);
      await life.statistics.start();
      const broken = event({ type: 'queuecall_created', body: '{"type":"queuecall_created","data":{}}' });
      const positions = await succeed(store, { events: [broken] });
      life.hear([broken], positions.at(-1));
      await life.live(100, day.commits.length);
      const answered = await life.counted(await store.recount(undefined));
      const sum = answered.reduce((total, { tally }) => total + tally.answered, 0);
      const isAnswered = ({ type }: NewEvent): boolean => type === 'queuecall_serviced';
      assert.equal(sum, 2 * day.events.filter(isAnswered).length, 'for the queue and for the agent');
      await life.statistics.stop();
    });
  });

  it('begin with the visits there are when there were no figures before', async () => {
    await inScratchDirectory(async (directory) => {
      const day = new BusyDay(randomOf(3), steps);
      const store = await openSqliteStore({ directory });
      const life = new Life(store, day);
      await life.live(0, day.commits.length, false);
      await life.statistics.start();
      const expected = await store.recount(undefined);
      assert.deepEqual(await life.counted(expected), expected);
      await life.statistics.stop();
      await store.close();
    });
  });

  it('let go of intervals that are over, and still tell them', async () => {
    await afterKill(async (store, day) => {
      const life = new Life(store, day, 100);
      await life.statistics.start();
      await life.live(100, day.commits.length);
      const expected = await store.recount(day.now);
      const held = life.statistics.size;
      await life.ring();
      assert.ok(life.statistics.size < held / 2, `${life.statistics.size} of ${held} are left`);
      assert.deepEqual(await life.counted(expected), expected);
      await life.statistics.stop();
    });
  });

  it('are written down within a minute of something new, and each quarter of an hour while somebody is on duty', async () => {
    await afterKill(async (store, day) => {
      const life = new Life(store, day, 100);
      await life.statistics.start();
      await life.ring();
      const pauses = (): number[] => [...life.alarms].map(({ ms }) => ms);
      assert.deepEqual(pauses(), [900_000]);
      await life.live(100, 101);
      assert.deepEqual(pauses(), [60_000]);
      await life.live(101, 110);
      assert.deepEqual(pauses(), [60_000]);
      await life.statistics.stop();
      assert.deepEqual(pauses(), []);
    });
  });

  it('tell days and hours that are the sums of their quarters', async () => {
    await afterKill(async (store, day) => {
      const life = new Life(store, day, 100);
      await life.statistics.start();
      await life.live(100, day.commits.length);
      const counted = await store.recount(day.now);
      const queue = counted.find(({ subject }) => subject === 'queue');
      assert.ok(queue);
      const quarters = counted.filter(({ subjectId }) => subjectId === queue.subjectId);
      const sum = copyTally('queue', queue.tally);
      for (const { tally, start } of quarters) if (start !== queue.start) addCopy('queue', sum, tally);
      const fromMs = Date.parse('2026-03-01T00:00:00Z');
      const span = { fromMs, toMs: fromMs + 14 * 96 * quarterMs } as const;
      for (const intervalMs of [undefined, quarterMs, 4 * quarterMs, 96 * quarterMs]) {
        const wanted: TallyQuery<'queue'> = { subject: 'queue', id: queue.subjectId, ...span, intervalMs };
        assert.deepEqual((await life.statistics.tallies(wanted)).total, sum, `${intervalMs}`);
      }
      await life.statistics.stop();
    });
  });
});
