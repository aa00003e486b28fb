import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { arrivals } from './arrivals.ts';
import { type Distribution, draw } from './distribution.ts';
import { SeededChance } from './seeded-chance.ts';

const many = 20_000;

/** Seconds, shortest first. */
function drawMany(from: Distribution): number[] {
  const chance = new SeededChance(11);
  return Array.from({ length: many }, () => draw(from, chance) / 1000).sort((one, other) => one - other);
}

function shareBelow(seconds: readonly number[], at: number): number {
  return seconds.filter((each) => each <= at).length / seconds.length;
}

function near(measured: number, expected: number, tolerance: number): void {
  assert.ok(Math.abs(measured - expected) <= tolerance, `${measured}, expected ${expected}`);
}

describe('a distribution', () => {
  it('is always the same when it is fixed', () => {
    assert.deepEqual([...new Set(drawMany({ fixed: 20 }))], [20]);
  });

  it('of a mean is exponential', () => {
    const seconds = drawMany({ mean: 180 });
    near(seconds.reduce((sum, each) => sum + each, 0) / many, 180, 4);
    near(shareBelow(seconds, 180), 1 - 1 / Math.E, 0.01);
  });

  it('of a median and a p90 has them', () => {
    const seconds = drawMany({ median: 150, p90: 360 });
    near(shareBelow(seconds, 150), 0.5, 0.01);
    near(shareBelow(seconds, 360), 0.9, 0.01);
  });

  it('of a curve goes through its points, and the rest never comes', () => {
    const seconds = drawMany({ curve: { '60': 0.15, '10': 0.05, '600': 0.9 } });
    near(shareBelow(seconds, 10), 0.05, 0.006);
    near(shareBelow(seconds, 35), 0.1, 0.008);
    near(shareBelow(seconds, 60), 0.15, 0.01);
    near(shareBelow(seconds, 600), 0.9, 0.01);
    near(seconds.filter((each) => !Number.isFinite(each)).length / many, 0.1, 0.01);
  });

  it('takes the same draws whatever its form, so that other draws stay the same', () => {
    const next = [{ fixed: 1 }, { mean: 1 }, { median: 1, p90: 2 }, { curve: { '1': 1 } }].map((form) => {
      const chance = new SeededChance(5);
      draw(form, chance);
      return chance.fraction();
    });
    assert.equal(new Set(next).size, 1);
  });
});

describe('callers who know nothing of each other', () => {
  it('come at the rate of the hour, and in no other', () => {
    const counts = new Map<number, number>();
    const gaps: number[] = [];
    let before = 0;
    for (let seed = 0; seed < 50; seed += 1)
      for (const at of arrivals({ '09': 100, '11': 20 }, new SeededChance(seed))) {
        const hour = Math.floor(at / 3_600_000);
        counts.set(hour, (counts.get(hour) ?? 0) + 1);
        if (hour === 9 && at > before) gaps.push((at - before) / 1000);
        before = at;
      }
    assert.deepEqual([...counts.keys()], [9, 11]);
    near((counts.get(9) ?? 0) / 50, 100, 4);
    near((counts.get(11) ?? 0) / 50, 20, 2);
    near(shareBelow(gaps, 36), 1 - 1 / Math.E, 0.03);
  });
});
