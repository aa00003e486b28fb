import { generatorShare, serverThreads } from '../machine/cpu-meter.ts';
import { pretty } from '../statistics.ts';
import { machineText } from '../machine/facts.ts';
import { describe, describeGoal, type Figure, isMet } from './figure.ts';
import type { Phase, Result } from './outcome.ts';
import { printTable, type Table } from './table.ts';

/** Everything about a result that fits a terminal. */
export function printResult(result: Result): string {
  const { title, how, figures, tables, uses, profiles, load, seconds } = result;
  const parts = [
    `\n== ${title}`,
    ...how.map((line) => `   ${line}`),
    `   ${result.startedAt}, commit ${result.commit}, ${machineText(result.machine)}.`,
    `   Load when it began ${pretty(load.before)}, at the end ${pretty(load.after)}; it took ${pretty(seconds)} s.`,
    ...(result.profiled ? ['   The server was being profiled: its figures are too high.'] : []),
    printTable(figureTable(figures)),
    ...tables.map(printTable),
    ...(uses.length === 0 ? [] : [printTable(useTable(uses))]),
    ...profiles.map(printTable),
  ];
  return parts.join('\n');
}

/** What others need has a column when it is known of any figure. */
export function figureTable(figures: readonly Figure[]): Table {
  const compares = figures.some(({ others }) => others !== undefined);
  return {
    title: 'Figures',
    columns: ['what', 'measured', 'goal', '', ...(compares ? ['others'] : [])],
    rows: figures.map((figure) => [
      figure.what,
      describe(figure),
      describeGoal(figure),
      verdict(figure),
      ...(compares ? [figure.others ?? ''] : []),
    ]),
  };
}

function verdict(figure: Figure): string {
  const met = isMet(figure);
  if (met === undefined) return '';
  return met ? 'met' : 'missed';
}

/** Percent of one core; `generator` is the part of the CPU our own load and receivers took from what we used. */
function useTable(uses: readonly Phase[]): Table {
  return {
    title: 'CPU, in percent of one core',
    columns: [
      'phase',
      's',
      'server',
      'main',
      'store',
      'media',
      'beside it',
      'generator share',
      'others',
      'main waited',
    ],
    rows: uses.map(({ phase, use }) => useRow(phase, use)),
  };
}

function useRow(phase: string, use: Phase['use']): string[] {
  const percent = (ms: number): string => ((100 * ms) / use.ms).toFixed(1);
  const server = use.processes.find(({ name }) => name === 'server');
  const thread = (name: string): string => {
    const time = server?.threads[name];
    return time === undefined ? '-' : percent(time.cpuMs);
  };
  const waited = server?.threads[serverThreads.main]?.waitMs;
  const beside = use.processes.filter(({ name }) => name !== 'server');
  return [
    phase,
    (use.ms / 1000).toFixed(1),
    server === undefined ? '-' : percent(server.cpuMs),
    thread(serverThreads.main),
    thread(serverThreads.store),
    thread(serverThreads.media),
    beside.map(({ name, cpuMs }) => `${name} ${percent(cpuMs)}`).join(', '),
    server === undefined ? '-' : `${(100 * generatorShare(use)).toFixed(0)} %`,
    percent(use.othersMs + use.stolenMs),
    waited === undefined ? '-' : percent(waited),
  ];
}
