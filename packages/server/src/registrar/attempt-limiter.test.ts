import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Monotonic } from '@parley/core';
import { AttemptLimiter } from './attempt-limiter.ts';

const at = (ms: number): Monotonic => ms as Monotonic;
const limits = { burst: 3, forgiveMs: 1000, sources: 4 };

describe('the limit of failed log-ins', () => {
  it('lets so many failures pass, and forgives one each so often', () => {
    const limiter = new AttemptLimiter(limits);
    for (let n = 0; n < 3; n += 1) {
      assert.ok(limiter.allows('203.0.113.7', at(0)));
      limiter.failed('203.0.113.7', at(0));
    }
    assert.ok(!limiter.allows('203.0.113.7', at(0)));
    assert.ok(limiter.allows('203.0.113.8', at(0)));
    assert.ok(limiter.allows('203.0.113.7', at(1)), 'a part of a failure is forgiven');
    limiter.failed('203.0.113.7', at(1));
    assert.ok(limiter.allows('203.0.113.7', at(3000)));
  });

  it('is not made longer by failing on', () => {
    const limiter = new AttemptLimiter(limits);
    for (let n = 0; n < 1000; n += 1) limiter.failed('203.0.113.7', at(0));
    assert.ok(limiter.allows('203.0.113.7', at(1000)));
  });

  it('remembers a bounded number of sources, those that failed last', () => {
    const limiter = new AttemptLimiter(limits);
    for (let n = 0; n < 3; n += 1) limiter.failed('203.0.113.0', at(0));
    for (let n = 1; n < 4; n += 1) limiter.failed(`203.0.113.${n}`, at(0));
    assert.equal(limiter.size, 4);
    assert.ok(!limiter.allows('203.0.113.0', at(0)));
    limiter.failed('203.0.113.9', at(0));
    assert.equal(limiter.size, 4);
    assert.ok(limiter.allows('203.0.113.0', at(0)));
  });

  it('takes the addresses of one IPv6 network for one source', () => {
    const limiter = new AttemptLimiter(limits);
    for (const address of ['2001:db8::1', '2001:db8::2:1', '2001:db8:0:0:ffff::'])
      limiter.failed(address, at(0));
    assert.equal(limiter.size, 1);
    assert.ok(!limiter.allows('2001:db8:0:0:1:2:3:4', at(0)));
    assert.ok(limiter.allows('2001:db8:0:1::1', at(0)));
    assert.ok(limiter.allows('::1', at(0)));
  });
});
