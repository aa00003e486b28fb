/**
 * Benchmarks: measurements of the real server over loopback, never tests.
 *
 *   npm run bench                       all of them
 *   npm run bench -- calls invite       some
 *   npm run bench -- --quick            all, small, in less than three minutes
 *   npm run bench -- --full             longer where length matters
 *   npm run bench -- --write-docs       and rewrite the figures in docs/benchmarks.md
 *   npm run bench -- calls --profile    and say where the server's time went
 *
 * What they say stands in bench/results/ as JSON too.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { loadNow, readMachineFacts } from './machine/facts.ts';
import { type Benchmark, Size } from './measurements/benchmark.ts';
import { calls } from './measurements/calls.ts';
import { invite } from './measurements/invite.ts';
import { memory } from './measurements/memory.ts';
import { playback } from './measurements/playback.ts';
import { rates } from './measurements/rates.ts';
import { start } from './measurements/start.ts';
import { webhooks } from './measurements/webhooks.ts';
import { type Options, parseOptions } from './options.ts';
import { Programs } from './programs/program.ts';
import { withFigures } from './report/docs-table.ts';
import type { Result } from './report/outcome.ts';
import { ResultsFolder } from './report/results-folder.ts';
import { printResult } from './report/terminal.ts';
import { Stage } from './stage.ts';

const benchmarks: readonly Benchmark[] = [invite, calls, rates, webhooks, playback, start, memory];
const names = benchmarks.map(({ name }) => name);

const resultsFolder = fileURLToPath(new URL('../results', import.meta.url));
const docsPage = fileURLToPath(new URL('../../docs/benchmarks.md', import.meta.url));

async function measure(benchmark: Benchmark, options: Options, programs: Programs): Promise<Result> {
  const size = new Size(options);
  const stage = new Stage(programs, resultsFolder, options.profile);
  const [startedAt, before, began] = [new Date().toISOString(), loadNow(), performance.now()];
  try {
    const machine = readMachineFacts(stage.folder);
    const findings = await benchmark.run(stage, size);
    await stage.end();
    return {
      ...findings,
      profiles: stage.profiles,
      benchmark: benchmark.name,
      title: benchmark.title,
      how: benchmark.how(size),
      command: `npm run bench -- ${benchmark.name}${size.mode === 'usual' ? '' : ` --${size.mode}`}`,
      mode: size.mode,
      profiled: options.profile,
      startedAt,
      seconds: (performance.now() - began) / 1000,
      load: { before, after: loadNow() },
      machine,
    };
  } finally {
    await stage.end();
    stage.removeFiles();
  }
}

async function runAll(options: Options): Promise<number> {
  mkdirSync(resultsFolder, { recursive: true });
  const results = new ResultsFolder(resultsFolder);
  const programs = new Programs();
  let failed = 0;
  for (const benchmark of benchmarks.filter(({ name }) => options.names.includes(name))) {
    try {
      const result = await measure(benchmark, options, programs);
      results.keep(result);
      console.log(printResult(result));
    } catch (error) {
      failed += 1;
      console.error(
        `\n== ${benchmark.title}\n   could not be measured: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  }
  if (options.writeDocs)
    writeFileSync(docsPage, withFigures(readFileSync(docsPage, 'utf8'), results.latest(names)));
  return failed;
}

const options = parseOptions(process.argv.slice(2), names);
if (options.ok) {
  process.exitCode = (await runAll(options.value)) === 0 ? 0 : 1;
} else {
  console.error(options.error);
  process.exitCode = 2;
}
