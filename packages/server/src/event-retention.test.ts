import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Instant } from '@parley/contract';
import type { EventPosition, Moment, Monotonic, PruneQuery } from '@parley/core';
import { startEventRetention } from './event-retention.ts';

const now = 1_700_000_000_000_000;
const day = 86_400_000_000;
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function setUp(days: number) {
  const asked: PruneQuery[] = [];
  const answers: ({ removed: number; next: number | undefined } | Error)[] = [];
  const alarms: { ms: number; ring: () => void }[] = [];
  const told: unknown[] = [];
  const at: Moment = { mono: 0 as Monotonic, wall: now as Instant };
  const retention = startEventRetention({
    store: {
      async prune(query) {
        asked.push(query);
        const answer = answers.shift() ?? { removed: 0, next: undefined };
        if (answer instanceof Error) throw answer;
        return { removed: answer.removed, next: answer.next as EventPosition | undefined };
      },
    },
    clock: {
      now: () => at,
      after(ms, ring) {
        const alarm = { ms, ring };
        alarms.push(alarm);
        return () => void alarms.splice(alarms.indexOf(alarm), 1);
      },
    },
    days,
    pruned: (removed) => told.push(removed),
    failed: (error) => told.push(String(error)),
  });
  const ring = async (): Promise<number> => {
    const alarm = alarms.shift();
    assert.ok(alarm);
    alarm.ring();
    await settled();
    return alarm.ms;
  };
  return { retention, asked, answers, alarms, told, ring };
}

describe('the retention of events', () => {
  it('goes through the log in pieces with pauses, from the start again an hour later', async () => {
    const { asked, answers, told, ring, alarms } = setUp(30);
    answers.push({ removed: 400, next: 500 }, { removed: 100, next: undefined });
    const waits = [await ring(), await ring(), await ring()];
    assert.deepEqual(waits, [60_000, 500, 3_600_000]);
    assert.deepEqual(
      asked.map(({ after }) => after),
      [0, 500, 0],
    );
    assert.ok(asked.every(({ before }) => before === now - 30 * day));
    assert.deepEqual(told, [500]);
    assert.equal(alarms.length, 1);
  });

  it('tells of trouble and tries again with the next round', async () => {
    const { answers, told, ring } = setUp(1);
    answers.push(new Error('disk full'));
    await ring();
    assert.deepEqual(told, ['Error: disk full']);
    assert.equal(await ring(), 3_600_000);
  });

  it('of 0 days keeps all', () => {
    assert.deepEqual(setUp(0).alarms, []);
  });

  it('leaves no timer behind when it is stopped, even in the middle of a piece', async () => {
    const { retention, answers, alarms } = setUp(1);
    answers.push({ removed: 1, next: 7 });
    alarms.shift()?.ring();
    await retention.stop();
    assert.deepEqual(alarms, []);
  });
});
