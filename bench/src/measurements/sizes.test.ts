import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { sum } from '../statistics.ts';
import { benchmarks } from './benchmarks.ts';
import { modeOf, sizes } from './sizes.ts';

describe('the sizes of runs', () => {
  it('have every benchmark once', () => {
    const names = benchmarks.map(({ name }) => name).sort();
    assert.deepEqual(names, Object.keys(sizes.usual).sort());
  });

  it('leave all quick runs together below six minutes', () => {
    assert.ok(sum(benchmarks.map((each) => each.seconds(sizes.quick))) < 360);
  });

  it('grow from quick to usual to full', () => {
    for (const each of benchmarks) {
      const { name } = each;
      const [quick, usual, full] = [
        each.seconds(sizes.quick),
        each.seconds(sizes.usual),
        each.seconds(sizes.full),
      ];
      assert.ok(quick < usual && usual <= full, `${name}: ${quick}, ${usual}, ${full}`);
    }
  });

  it('are usual unless quick or full is asked for', () => {
    assert.equal(modeOf({ quick: false, full: false }), 'usual');
    assert.equal(modeOf({ quick: true, full: false }), 'quick');
    assert.equal(modeOf({ quick: false, full: true }), 'full');
  });

  it('stand in what is said about each run', () => {
    for (const mode of ['quick', 'usual', 'full'] as const)
      for (const each of benchmarks)
        for (const line of each.how(sizes[mode]))
          assert.doesNotMatch(line, /undefined|NaN|object/, each.name);
  });
});
