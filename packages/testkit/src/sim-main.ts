/**
 * Runs seeds of the simulation:
 *
 *   npm run sim -- --seed 42        one seed, with everything that happens
 *   npm run sim -- --seeds 1-2000   many, stops at the first that breaks an invariant
 */
import { parseArgs } from 'node:util';
import { createEventValidator } from '@parley/contract';
import { addCoverage, noCoverage, printCoverage } from './simulation/coverage.ts';
import { simulateSeed } from './simulation/simulate.ts';

const { values } = parseArgs({ options: { seed: { type: 'string' }, seeds: { type: 'string' } } });

async function one(seed: number): Promise<boolean> {
  console.log(`seed ${seed}`);
  const { violations, trace, virtualMs, coverage } = await simulateSeed(seed);
  for (const line of trace) console.log(line);
  console.log(printCoverage(coverage));
  console.log(
    violations.length === 0
      ? `all invariants held over ${(virtualMs / 1000).toFixed(0)} s`
      : violations.join('\n'),
  );
  return violations.length === 0;
}

async function many(first: number, last: number): Promise<boolean> {
  const began = performance.now();
  const validate = createEventValidator();
  let seen = noCoverage;
  for (let seed = first; seed <= last; seed += 1) {
    const { violations, coverage } = await simulateSeed(seed, validate);
    seen = addCoverage(seen, coverage);
    if (violations.length === 0) continue;
    console.log(
      `seed ${seed} broke:\n${violations.join('\n')}\nreplay it with: npm run sim -- --seed ${seed}`,
    );
    return false;
  }
  const seconds = (performance.now() - began) / 1000;
  console.log(printCoverage(seen));
  console.log(`seeds ${first}-${last}: all invariants held, ${seconds.toFixed(1)} s`);
  return true;
}

const range = /^(\d+)-(\d+)$/.exec(values.seeds ?? '');
if (values.seed === undefined && range === null) {
  console.error('usage: npm run sim -- --seed N, or --seeds FIRST-LAST');
  process.exitCode = 2;
} else {
  const held =
    range === null ? await one(Number(values.seed)) : await many(Number(range[1]), Number(range[2]));
  process.exitCode = held ? 0 : 1;
}
