import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { array, assert as check, double, property } from 'fast-check';
import { duration, median, percentile, pretty, sum, summarize } from './statistics.ts';

const numbers = array(double({ noNaN: true, min: -1e6, max: 1e6 }), { minLength: 1 });

describe('statistics', () => {
  it('takes percentiles by nearest rank', () => {
    const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);
    assert.equal(percentile(hundred, 0.5), 50);
    assert.equal(percentile(hundred, 0.99), 99);
    assert.equal(percentile(hundred, 1), 100);
    assert.equal(percentile([7], 0.01), 7);
    assert.ok(Number.isNaN(percentile([], 0.5)));
  });

  it('sorts by value, not by text', () => {
    assert.equal(percentile([10, 9, 100], 1), 100);
    assert.equal(median([10, 9, 100]), 10);
  });

  it('takes the mean of the two in the middle as the median of an even number', () => {
    assert.equal(median([1, 2, 3, 10]), 2.5);
    assert.ok(Number.isNaN(median([])));
  });

  it('summarizes with the same percentiles, in rising order', () => {
    check(
      property(numbers, (values) => {
        const { count, p50, p90, p95, p99, max } = summarize(values);
        assert.equal(count, values.length);
        assert.equal(p50, percentile(values, 0.5));
        assert.equal(p99, percentile(values, 0.99));
        assert.equal(max, Math.max(...values));
        assert.ok(p50 <= p90 && p90 <= p95 && p95 <= p99 && p99 <= max);
      }),
    );
  });

  it('does not touch the values it is given', () => {
    const values = [3, 1, 2];
    summarize(values);
    median(values);
    percentile(values, 0.5);
    assert.deepEqual(values, [3, 1, 2]);
  });

  it('sums', () => {
    assert.equal(sum([]), 0);
    assert.equal(sum([1, 2, 3.5]), 6.5);
  });

  it('prints three digits that count', () => {
    const printed = [0, 0.012345, 1.234, 12.34, 123.4, 12_345.6, -12.34, Number.NaN].map(pretty);
    assert.deepEqual(printed, ['0', '0.0123', '1.23', '12.3', '123', '12,346', '-12.3', '-']);
  });

  it('prints durations as people say them', () => {
    assert.deepEqual([3.4, 119, 120, 200.4].map(duration), ['3 s', '119 s', '2 min 0 s', '3 min 20 s']);
  });
});
