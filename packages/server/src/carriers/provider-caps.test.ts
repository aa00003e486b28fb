import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Provider } from '@parley/contract';
import { cause, type Monotonic } from '@parley/core';
import * as fc from 'fast-check';
import { ProviderCaps } from './provider-caps.ts';

const provider = (max_calls: number, calls_per_second: number): Provider =>
  ({ id: 'p', max_calls, calls_per_second }) as Provider;
const at = (ms: number): Monotonic => ms as Monotonic;

describe('the caps of a provider', () => {
  it('let nobody in beyond max_calls, until exactly one leg is over', () => {
    const caps = new ProviderCaps();
    const [first, second] = [caps.take(provider(2, 0), at(0)), caps.take(provider(2, 0), at(0))];
    assert.ok(first.ok && second.ok);
    assert.deepEqual(caps.take(provider(2, 0), at(0)), { ok: false, cause: cause.noCircuit });
    first.release();
    first.release();
    assert.equal(caps.live('p'), 1);
    assert.ok(caps.take(provider(2, 0), at(0)).ok);
    assert.ok(!caps.take(provider(2, 0), at(0)).ok);
  });

  it('let no more in than calls_per_second, and one more each part of a second', () => {
    const caps = new ProviderCaps();
    const takes = (ms: number): boolean => caps.take(provider(0, 2), at(ms)).ok;
    assert.deepEqual([takes(0), takes(0), takes(0)], [true, true, false]);
    assert.deepEqual(caps.take(provider(0, 2), at(0)), { ok: false, cause: cause.congestion });
    assert.deepEqual([takes(400), takes(500), takes(500)], [false, true, false]);
    assert.deepEqual([takes(9_000), takes(9_000), takes(9_000)], [true, true, false]);
  });

  it('take no token from a call that max_calls keeps out', () => {
    const caps = new ProviderCaps();
    const first = caps.take(provider(1, 2), at(0));
    assert.ok(first.ok && !caps.take(provider(1, 2), at(0)).ok);
    first.release();
    assert.ok(caps.take(provider(1, 2), at(0)).ok);
  });

  it('of 0 are none', () => {
    const caps = new ProviderCaps();
    for (let call = 0; call < 1000; call += 1) assert.ok(caps.take(provider(0, 0), at(0)).ok);
    assert.equal(caps.live('p'), 1000);
  });

  it('never let more in within any second than twice the rate, nor more at one time than the most', () => {
    const step = fc.record({ wait: fc.nat(400), hangUp: fc.boolean() });
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 1, max: 6 }),
        fc.array(step),
        (...given) => {
          const [rate, most, steps] = given;
          const caps = new ProviderCaps();
          const begun: number[] = [];
          const open: (() => void)[] = [];
          let now = 0;
          for (const { wait, hangUp } of steps) {
            now += wait;
            if (hangUp) open.shift()?.();
            const admission = caps.take(provider(most, rate), at(now));
            if (!admission.ok) continue;
            begun.push(now);
            open.push(admission.release);
          }
          assert.equal(caps.live('p'), open.length);
          assert.ok(open.length <= most);
          for (const time of begun)
            assert.ok(begun.filter((each) => each >= time && each < time + 1000).length <= 2 * rate);
        },
      ),
    );
  });
});
