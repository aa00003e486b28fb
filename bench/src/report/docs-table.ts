import { generatorShare } from '../machine/cpu-meter.ts';
import { pretty } from '../statistics.ts';
import { describe, describeGoal } from './figure.ts';
import type { Result } from './outcome.ts';
import { markdownTable } from './table.ts';
import { verdict } from './terminal.ts';

const begin = '<!-- figures: written by `npm run bench -- --write-docs` -->';
const end = '<!-- end of figures -->';

/** The page with its marked part replaced by the figures of these results. Throws when the page has no such part. */
export function withFigures(page: string, results: readonly Result[]): string {
  const from = page.indexOf(begin);
  const to = page.indexOf(end);
  if (from < 0 || to < from) throw new Error(`the page has no part between "${begin}" and "${end}"`);
  return `${page.slice(0, from + begin.length)}\n\n${figures(results)}\n\n${page.slice(to)}`;
}

function figures(results: readonly Result[]): string {
  return [machineLine(results), ...results.map(section)].join('\n\n');
}

function machineLine(results: readonly Result[]): string {
  const machine = results[0]?.machine;
  if (machine === undefined) return 'Nothing has been measured yet.';
  const { cores, cpu, memoryGb, system, node, sqlite, flushMs } = machine;
  return `Machine: ${cores} cores of ${cpu}, ${memoryGb} GB, ${system}; Node ${node}, SQLite ${sqlite}; a flush of 4 kB to its disk takes ${pretty(flushMs)} ms.`;
}

function section({ title, command, startedAt, seconds, load, figures: all, uses }: Result): string {
  const shares = uses.filter(({ use }) => use.processes.some(({ name }) => name === 'server'));
  const generator = shares.map(({ use }) => generatorShare(use));
  return [
    `### ${title}`,
    markdownTable({
      columns: ['what', 'measured', 'goal', ''],
      rows: all.map((figure) => [figure.what, describe(figure), describeGoal(figure), verdict(figure)]),
    }),
    `\`${command}\`, ${startedAt.slice(0, 10)}, ${pretty(seconds)} s. ${shareLine(generator)}Load of the machine ${pretty(load.before)} when it began, ${pretty(load.after)} at the end.`,
  ].join('\n\n');
}

function shareLine(shares: readonly number[]): string {
  if (shares.length === 0) return '';
  const percent = (share: number): string => `${Math.round(100 * share)} %`;
  return `The generator's share of the CPU was ${percent(Math.min(...shares))} to ${percent(Math.max(...shares))}. `;
}
