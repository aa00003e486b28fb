import assert from 'node:assert/strict';
import { it } from 'node:test';
import { Spread } from './spread.ts';

it('a spread has the percentiles of what it was told, to 10 us', () => {
  const spread = new Spread();
  for (let n = 1; n <= 100; n += 1) spread.note(n / 10);
  assert.deepEqual(spread.summary(), { count: 100, p50: 5, p90: 9, p95: 9.5, p99: 9.9, max: 10 });
});

it('what took longer than a second counts as a second, and what is below nothing as nothing', () => {
  const spread = new Spread();
  spread.note(5_000);
  spread.note(-1);
  const { count, p50, max } = spread.summary();
  assert.deepEqual([count, p50, max], [2, 0, 999.99]);
});

it('a spread that was told nothing has no percentiles, also after it has forgotten', () => {
  const spread = new Spread();
  spread.note(3);
  spread.reset();
  const { count, p99 } = spread.summary();
  assert.deepEqual([count, p99], [0, Number.NaN]);
});
