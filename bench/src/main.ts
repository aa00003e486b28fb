/**
 * Benchmarks: measurements of the real server over loopback, never tests.
 *
 *   npm run bench                       all of them
 *   npm run bench -- calls invite       some
 *   npm run bench -- --quick            all, small, in less than six minutes
 *   npm run bench -- --full             longer where length matters
 *   npm run bench -- --write-docs       and rewrite the figures in docs/benchmarks.md
 *   npm run bench -- calls --profile    and say where the server's time went
 *
 * What they say stands in bench/results/ as JSON too.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { loadNow, readCommit, readMachineFacts } from './machine/facts.ts';
import type { Benchmark } from './measurements/benchmark.ts';
import { benchmarks } from './measurements/benchmarks.ts';
import { modeOf, sizes } from './measurements/sizes.ts';
import { commandOf, type Options, parseOptions } from './options.ts';
import { Programs } from './programs/program.ts';
import { withFigures } from './report/docs-table.ts';
import type { Result } from './report/outcome.ts';
import { ResultsFolder } from './report/results-folder.ts';
import { printResult } from './report/terminal.ts';
import { Stage } from './stage.ts';
import { duration, sum } from './statistics.ts';

const names = benchmarks.map(({ name }) => name);

const resultsFolder = fileURLToPath(new URL('../results', import.meta.url));
const docsPage = fileURLToPath(new URL('../../docs/benchmarks.md', import.meta.url));

async function measure(benchmark: Benchmark, options: Options): Promise<Result> {
  const programs = new Programs();
  const stage = new Stage(programs, resultsFolder, options.profile);
  try {
    return await Promise.race([findOut(benchmark, options, stage), programs.failure()]);
  } catch (error) {
    throw new Error(explain(error, programs), { cause: error });
  } finally {
    await stage.end();
  }
}

async function findOut(benchmark: Benchmark, options: Options, stage: Stage): Promise<Result> {
  const mode = modeOf(options);
  const [startedAt, before, began] = [new Date().toISOString(), loadNow(), performance.now()];
  const machine = readMachineFacts(stage.folder);
  const findings = await benchmark.run(stage, sizes[mode]);
  return {
    ...findings,
    profiles: stage.profiles,
    benchmark: benchmark.name,
    title: benchmark.title,
    how: benchmark.how(sizes[mode]),
    command: commandOf(benchmark.name, options),
    mode,
    profiled: options.profile,
    startedAt,
    seconds: (performance.now() - began) / 1000,
    load: { before, after: loadNow() },
    machine,
    commit: readCommit(),
  };
}

/** With what can be said of programs that failed meanwhile, which may be why. */
function explain(error: unknown, programs: Programs): string {
  const message = error instanceof Error ? error.message : String(error);
  const others = programs.casualties().filter(({ name }) => !message.startsWith(`${name} `));
  return [message, ...others.map((program) => program.describe('has failed meanwhile'))].join('\n   ');
}

/** Undefined when it could not be measured; says why. */
async function tryToMeasure(benchmark: Benchmark, options: Options): Promise<Result | undefined> {
  const expected = benchmark.seconds(sizes[modeOf(options)]);
  console.error(`\n-- ${benchmark.name}: ${benchmark.title}, about ${duration(expected)}`);
  try {
    return await measure(benchmark, options);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    console.error(`\n== ${benchmark.title}\n   could not be measured: ${why}`);
    return undefined;
  }
}

/** Resolves with how many benchmarks could not be measured. */
async function runAll(options: Options): Promise<number> {
  mkdirSync(resultsFolder, { recursive: true });
  const results = new ResultsFolder(resultsFolder);
  const chosen = benchmarks.filter(({ name }) => options.names.includes(name));
  const expected = chosen.map((each) => each.seconds(sizes[modeOf(options)]));
  console.error(`${chosen.map(({ name }) => name).join(', ')}: about ${duration(sum(expected))} in all`);
  let failed = 0;
  for (const benchmark of chosen) {
    const result = await tryToMeasure(benchmark, options);
    if (result === undefined) failed += 1;
    else {
      results.keep(result);
      console.log(printResult(result));
    }
  }
  if (options.writeDocs) writeFigures(results);
  return failed;
}

function writeFigures(results: ResultsFolder): void {
  writeFileSync(docsPage, withFigures(readFileSync(docsPage, 'utf8'), results.latest(names)));
  console.error('\ndocs/benchmarks.md has the latest figures of every benchmark');
}

async function run(words: readonly string[]): Promise<number> {
  const options = parseOptions(words, names);
  if (options.ok) return (await runAll(options.value)) === 0 ? 0 : 1;
  console.error(options.error);
  return 2;
}

// Ended by name: a socket that a failed measurement has left open must not keep the run from ending.
process.exit(await run(process.argv.slice(2)));
