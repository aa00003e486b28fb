import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
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

describe('the whole server on virtual time', () => {
  it('keeps every invariant over 2,000 seeds of callers, faults and deaths', async () => {
    for (const { code, output } of await Promise.all([run('1-1000'), run('1001-2000')])) {
      assert.equal(code, 0, output);
    }
  });

  it('does the same again for the same seed, to the letter', async () => {
    for (const seed of [3, 77, 103]) {
      const log = await logOfSeed(seed);
      assert.ok(log.length > 0);
      assert.equal(await logOfSeed(seed), log);
    }
  });
});
