import { machineText } from '../machine/facts.ts';
import { type CpuUse, generatorShare } from '../machine/cpu-meter.ts';
import { duration, pretty, sum } from '../statistics.ts';
import type { Result } from './outcome.ts';
import { markdownTable } from './table.ts';
import { figureTable } from './terminal.ts';

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
  if (results.length === 0) return 'No run has been written here yet.';
  return results.map(section).join('\n\n');
}

function section(result: Result): string {
  const { title, command, startedAt, seconds, load, figures: all, uses, machine, commit } = result;
  return [
    `### ${title}`,
    markdownTable(figureTable(all)),
    [
      `\`${command}\`, ${startedAt.slice(0, 16).replace('T', ' ')} UTC, commit ${commit}, ${duration(seconds)}.`,
      ...shareLine(uses.map(({ use }) => use)),
      `Load average ${pretty(load.before)} when it began, ${pretty(load.after)} at the end.`,
      `Machine: ${machineText(machine)}.`,
    ].join('\n'),
  ].join('\n\n');
}

function shareLine(uses: readonly CpuUse[]): string[] {
  if (uses.length === 0) return [];
  const shares = uses.map(generatorShare);
  const percent = (share: number): string => `${Math.round(100 * share)} %`;
  const strangers =
    sum(uses.map(({ othersMs, stolenMs }) => othersMs + stolenMs)) / sum(uses.map(({ ms }) => ms));
  const [least, most] = [percent(Math.min(...shares)), percent(Math.max(...shares))];
  return [
    `Of the CPU used, the generator took ${least === most ? least : `${least} to ${most}`}; all else on the machine took ${percent(strangers)} of a core.`,
  ];
}
