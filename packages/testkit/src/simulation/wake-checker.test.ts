import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Violations } from './violations.ts';
import { DeadlineChecker, WakeCounter } from './wake-checker.ts';

describe('the checker of deadlines', () => {
  function found(...steps: readonly [now: number, at: number | undefined][]): string {
    const violations = new Violations();
    const checker = new DeadlineChecker(violations);
    for (const [now, core] of steps) checker.check(now, { core });
    return violations.list.join();
  }

  it('is content with deadlines to come, with none, and with one that is seen to in time', () => {
    assert.equal(found([0, 10], [5, undefined], [6, 10], [10, 10], [10.5, 10], [10.9, 30]), '');
  });

  it('sees one that was passed over', () => {
    assert.match(found([9, 10], [12, 10]), /core was not woken/);
  });

  it('sees one that is wanted again and again at the same time', () => {
    const again = Array.from({ length: 100 }, () => [10, 10] as [number, number]);
    assert.match(found(...again), /still wants to be/);
  });
});

describe('the counter of wake-ups', () => {
  const budget = { media: 50, exchange: 5 };

  it('allows what work needs, in each second anew', () => {
    const violations = new Violations();
    const counter = new WakeCounter(violations);
    for (let now = 0; now < 5000; now += 20) counter.woke('media', now, budget);
    for (let now = 5000; now < 9000; now += 200) counter.woke('exchange', now, budget);
    assert.deepEqual(violations.list, []);
    assert.equal(counter.total, 270);
  });

  it('sees who wakes more often, once a second', () => {
    const violations = new Violations();
    const counter = new WakeCounter(violations);
    for (let now = 0; now < 2000; now += 50) counter.woke('exchange', now, budget);
    assert.equal(violations.list.length, 2);
  });
});
