import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { type Coverage, parseCoverage } from './coverage.ts';
import { logOfSeed } from './simulate.ts';

const main = fileURLToPath(new URL('../sim-main.ts', import.meta.url));

/** Runs seeds in a process of their own; answers what it printed. */
function run(seeds: string): Promise<{ readonly code: number | null; readonly output: string }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [main, '--seeds', seeds], { stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    child.stdout.on('data', (chunk) => (output += String(chunk)));
    child.stderr.on('data', (chunk) => (output += String(chunk)));
    child.on('close', (code) => resolve({ code, output }));
  });
}

/** What all those seeds together see at least: where nothing happens, every invariant holds. */
const least: Partial<Coverage> = {
  visits: 3_000,
  served: 1_000,
  confirmed: 100,
  abandoned: 500,
  overflowed: 150,
  callbacks: 400,
  calledBack: 50,
  supervisions: 150,
  transfers: 200,
  transferred: 80,
  recordings: 500,
};

describe('the whole server on virtual time', () => {
  it('keeps every invariant over 2,000 seeds of callers, faults and deaths', async () => {
    const runs = await Promise.all([run('1-1000'), run('1001-2000')]);
    for (const { code, output } of runs) assert.equal(code, 0, output);
    const seen = parseCoverage(runs.map(({ output }) => output).join('\n'));
    for (const [what, minimum] of Object.entries(least))
      assert.ok(seen[what as keyof Coverage] >= minimum, `too little is simulated: ${JSON.stringify(seen)}`);
  });

  it('does the same again for the same seed, to the letter', async () => {
    for (const seed of [3, 77, 103]) {
      const log = await logOfSeed(seed);
      assert.ok(log.length > 0);
      assert.equal(await logOfSeed(seed), log);
    }
  });
});
