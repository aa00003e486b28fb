import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { deliveryLimits, probeDelayMs, retryDelayMs } from './delivery-limits.ts';

describe('the delays between attempts', () => {
  it('double from two seconds to six hours', () => {
    const whole = [1, 2, 3, 10, 14, 15, 1_000].map((failures) => retryDelayMs(failures, 1) / 1_000);
    assert.deepEqual(whole, [2, 4, 8, 1_024, 16_384, 21_600, 21_600]);
  });

  it('are a random part of that, but never nothing', () => {
    assert.equal(retryDelayMs(5, 0), deliveryLimits.retry.minMs);
    assert.equal(retryDelayMs(5, 0.25), 8_000);
  });

  it('of a failing endpoint double from one second to one minute, half of it random', () => {
    assert.deepEqual(
      [1, 2, 6, 7, 100].map((probes) => [probeDelayMs(probes, 0), probeDelayMs(probes, 1)]),
      [
        [500, 1_000],
        [1_000, 2_000],
        [16_000, 32_000],
        [30_000, 60_000],
        [30_000, 60_000],
      ],
    );
  });
});
