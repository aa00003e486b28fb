import { setImmediate as turn } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { DayFile } from '../simulate/day-file.ts';
import type { DayReport } from '../simulate/day-report.ts';
import { type Command, Failure, type Terminal, UsageError } from './command.ts';
import { readJsonFile } from './json-file.ts';

/** Columns beside the day as it is. */
const mostWhatIfs = 5;
const mostDays = 100;
const largestSeed = 4_294_967_295;
/** Whoever waits for longer wants to see that something happens. */
const quietMs = 2_000;

export const simulate: Command = {
  name: 'simulate',
  usage: 'simulate FILE [options]',
  summary: "Lives through a call centre's day, with the decisions of the real one, in seconds.",
  help: `  FILE               JSON: queues with their callers, teams with their agents; - reads standard input
  --seed N           another day of the same kind; the same seed is the same day. Left out: seed in the file, else 1
  --days N           so many days together, with seeds one after the other: chance weighs less; at most ${mostDays}
  --agents CHANGE    what if there were more: +3, late=+1 or late=12; or fewer: --agents=-2. No team said: the first
  --what-if CHANGES  what if several things were otherwise: "agents +3, calls 120%", "calls orders=+10%"
  --by-agent         shows every agent, however many there are
  --json             all figures, as one object

Each --agents and each --what-if is a column beside the day as it is, up to ${mostWhatIfs}. Callers call at the same times with
the same patience in all columns, so that what differs comes from the change.

docs/guides/simulate.md says what may be in the file, and what the figures mean.

Exit code 0: the figures are shown. 1: it was interrupted, or Parley broke one of its own rules. 2: the file is wrong,
and every problem was named.

Example

  parley simulate examples/day.json --agents +3`,
  async run(args, terminal) {
    const options = readOptions(args);
    const days = await readDays(options, terminal);
    const reports: DayReport[] = [];
    for (const { title, day } of days) reports.push(await live(title, day, options, terminal));
    await show(days, reports, options, terminal);
    return complainOfBugs(reports, terminal);
  },
};

interface Options {
  readonly file: string;
  readonly seed: number | undefined;
  readonly days: number;
  readonly whatIfs: readonly string[];
  readonly byAgent: boolean;
  readonly json: boolean;
}

interface Column {
  readonly title: string;
  readonly day: DayFile;
}

function readOptions(args: readonly string[]): Options {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      seed: { type: 'string' },
      days: { type: 'string', default: '1' },
      agents: { type: 'string', multiple: true, default: [] },
      'what-if': { type: 'string', multiple: true, default: [] },
      'by-agent': { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    },
  });
  const [file, ...rest] = positionals;
  if (file === undefined || rest.length > 0)
    throw new UsageError('usage: parley simulate FILE, such as: parley simulate examples/day.json');
  const whatIfs = [...values.agents.map((change) => `agents ${change}`), ...values['what-if']];
  if (whatIfs.length > mostWhatIfs)
    throw new UsageError(
      `--agents and --what-if may be said ${mostWhatIfs} times together, not ${whatIfs.length}`,
    );
  return {
    file,
    seed: values.seed === undefined ? undefined : wholeNumber('--seed', values.seed, 0, largestSeed),
    days: wholeNumber('--days', values.days, 1, mostDays),
    whatIfs,
    byAgent: values['by-agent'],
    json: values.json,
  };
}

function wholeNumber(flag: string, text: string, least: number, most: number): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && number >= least && number <= most) return number;
  throw new UsageError(`${flag} takes a whole number from ${least} to ${most}, not ${JSON.stringify(text)}`);
}

/** The day as it is, then as it might be. */
async function readDays({ file, whatIfs }: Options, terminal: Terminal): Promise<readonly Column[]> {
  const [{ parseDay }, { whatIf }] = await Promise.all([
    import('../simulate/day-file.ts'),
    import('../simulate/what-if.ts'),
  ]);
  const checked = parseDay(await readJsonFile(file, terminal));
  if (!checked.ok) {
    const problems = checked.problems.map(({ path, message }) => `${file}: ${path || 'the file'} ${message}`);
    throw new UsageError(problems.join('\n'));
  }
  const others = whatIfs.map((changes) => {
    const changed = whatIf(checked.day, changes);
    if (!changed.ok) throw new UsageError(changed.problem);
    return { title: changes, day: changed.day };
  });
  return [{ title: 'as it is', day: checked.day }, ...others];
}

async function live(title: string, day: DayFile, options: Options, terminal: Terminal): Promise<DayReport> {
  const { reportDays } = await import('../simulate/day-report.ts');
  const first = options.seed ?? day.seed ?? 1;
  const seeds = Array.from({ length: options.days }, (_, index) => (first + index) % (largestSeed + 1));
  let toldAt = performance.now();
  return await reportDays({
    day,
    seeds,
    hourOver: async (seed, hour) => {
      // Ctrl-C is heard between two turns of the event loop.
      await turn();
      if (terminal.interrupted.aborted) throw new Failure('interrupted; nothing was written');
      if (performance.now() - toldAt < quietMs) return;
      toldAt = performance.now();
      const which = options.days > 1 ? `, day ${seeds.indexOf(seed) + 1} of ${options.days}` : '';
      terminal.err(`${title}${which}: it is ${String((hour + 1) % 24).padStart(2, '0')}:00 there`);
    },
  });
}

async function show(
  columns: readonly Column[],
  reports: readonly DayReport[],
  { json, byAgent }: Options,
  { out }: Terminal,
): Promise<void> {
  if (json) {
    const runs = columns.map(({ title }, index) => ({ title, ...reports[index] }));
    return out(JSON.stringify({ name: columns[0]?.day.name ?? '', runs }, null, 2));
  }
  const { comparisonLines, reportLines } = await import('./day-tables.ts');
  const runs = columns.flatMap(({ title, day }, index) => {
    const report = reports[index];
    return report === undefined ? [] : [{ title, day, report }];
  });
  const [first, ...others] = runs;
  if (first === undefined) throw new Error('no day was lived through');
  const lines =
    others.length === 0 ? reportLines(first.day, first.report, byAgent) : comparisonLines(first, others);
  for (const line of lines) out(line);
}

/** What the referee saw is nobody's fault but Parley's, and the seed shows it again. */
function complainOfBugs(reports: readonly DayReport[], { err }: Terminal): number {
  const violations = reports.flatMap((report) => report.violations);
  for (const violation of violations)
    err(`parley: a rule of the call centre was broken, a bug: ${violation}`);
  return violations.length === 0 ? 0 : 1;
}
