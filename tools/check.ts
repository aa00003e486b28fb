/**
 * Everything about the sources that can be known without running them:
 *
 *   npm run check
 *
 * Types, lint with type-aware rules, format, which package may import which, house rules, links, generated files.
 */
import { spawn } from 'node:child_process';
import { importViolations } from './import-rules.ts';
import { linkViolations } from './links.ts';
import type { Violation } from './source-files.ts';
import { tidyViolations } from './tidy.ts';

interface Step {
  readonly name: string;
  run(): Promise<string | undefined>;
}

const projects = [
  ...['contract', 'core', 'sip'].flatMap((name) => [
    `packages/${name}/tsconfig.json`,
    `packages/${name}/tsconfig.test.json`,
  ]),
  ...['media', 'server', 'testkit'].map((name) => `packages/${name}/tsconfig.json`),
  ...['e2e', 'bench', 'tools'].map((name) => `${name}/tsconfig.json`),
];

const steps: readonly Step[] = [
  { name: 'import rules', run: () => Promise.resolve(report(importViolations())) },
  { name: 'tidy', run: () => Promise.resolve(report(tidyViolations())) },
  { name: 'links', run: () => Promise.resolve(report(linkViolations())) },
  { name: 'format', run: () => command('biome', ['format', '.']) },
  { name: 'generated files', run: () => command('node', ['tools/generate.ts', '--check']) },
  ...projects.map((project) => ({ name: `types ${project}`, run: () => command('tsc', ['-p', project]) })),
  { name: 'lint', run: () => command('oxlint', ['--type-aware', '--quiet', '.']) },
];

function report(violations: readonly Violation[]): string | undefined {
  return violations.length === 0
    ? undefined
    : violations.map(({ file, message }) => `${file}: ${message}`).join('\n');
}

/** Undefined when it exits with 0, else what it printed. */
function command(name: string, args: readonly string[]): Promise<string | undefined> {
  return new Promise((resolve) => {
    const child = spawn(name, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    child.stdout.on('data', (chunk) => (output += String(chunk)));
    child.stderr.on('data', (chunk) => (output += String(chunk)));
    child.on('error', (error) => resolve(`${name}: ${error.message}; run it through npm`));
    child.on('close', (code) => resolve(code === 0 ? undefined : output));
  });
}

/** Two at a time: the machines this runs on have two cores. */
async function runAll(): Promise<number> {
  const waiting = [...steps];
  let failed = 0;
  const lane = async (): Promise<void> => {
    for (let step = waiting.shift(); step !== undefined; step = waiting.shift()) {
      const began = performance.now();
      const problem = await step.run();
      const seconds = ((performance.now() - began) / 1000).toFixed(1);
      console.log(`${problem === undefined ? 'ok  ' : 'FAIL'} ${step.name} (${seconds} s)`);
      if (problem === undefined) continue;
      failed += 1;
      console.log(problem.trimEnd());
    }
  };
  await Promise.all([lane(), lane()]);
  return failed;
}

const failed = await runAll();
console.log(failed === 0 ? 'check passed' : `check failed: ${failed} of ${steps.length} steps`);
process.exitCode = failed === 0 ? 0 : 1;
