import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Monotonic } from '@parley/core';
import { createRateLimit } from './rate-limit.ts';

const at = (ms: number): Monotonic => ms as Monotonic;

describe('a rate limit', () => {
  it('lets a burst through, then says when there is room again', () => {
    const limit = createRateLimit({ perSecond: 10, burst: 3 }, 10);
    assert.deepEqual(
      [1, 2, 3].map(() => limit.take('a', at(0))),
      [0, 0, 0],
    );
    assert.equal(limit.take('a', at(0)), 100);
    assert.equal(limit.take('a', at(40)), 60);
    assert.equal(limit.take('a', at(100)), 0);
  });

  it('never saves up more than the burst', () => {
    const limit = createRateLimit({ perSecond: 10, burst: 2 }, 10);
    limit.take('a', at(0));
    assert.deepEqual(
      [1, 2, 3].map(() => limit.take('a', at(1_000_000))),
      [0, 0, 100],
    );
  });

  it('keeps a bucket for each key', () => {
    const limit = createRateLimit({ perSecond: 1, burst: 1 }, 10);
    assert.equal(limit.take('a', at(0)), 0);
    assert.equal(limit.take('b', at(0)), 0);
    assert.equal(limit.take('a', at(0)), 1000);
  });

  it('looks without taking', () => {
    const limit = createRateLimit({ perSecond: 1, burst: 1 }, 10);
    assert.equal(limit.peek('a', at(0)), 0);
    assert.equal(limit.take('a', at(0)), 0);
    assert.equal(limit.peek('a', at(500)), 500);
    assert.equal(limit.peek('a', at(1000)), 0);
  });

  it('takes back what was taken, up to the burst', () => {
    const limit = createRateLimit({ perSecond: 1, burst: 1 }, 10);
    limit.take('a', at(0));
    limit.giveBack('a');
    limit.giveBack('a');
    limit.giveBack('never seen');
    assert.equal(limit.take('a', at(0)), 0);
    assert.equal(limit.take('a', at(0)), 1000);
  });

  it('remembers a bounded number of keys and forgets the one longest unused', () => {
    const limit = createRateLimit({ perSecond: 1, burst: 1 }, 2);
    limit.take('a', at(0));
    limit.take('b', at(0));
    limit.take('a', at(1));
    limit.take('c', at(1));
    assert.equal(limit.peek('b', at(1)), 0, 'forgotten');
    assert.ok(limit.peek('a', at(1)) > 0, 'kept');
    assert.ok(limit.peek('c', at(1)) > 0, 'kept');
  });
});
