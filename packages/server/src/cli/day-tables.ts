import type { AgentFigures, QueueFigures } from '@parley/contract';
import type { DayFile } from '../simulate/day-file.ts';
import type { DayReport } from '../simulate/day-report.ts';

/** More agents than that are shown by team, unless each is asked for. */
const fewAgents = 30;

interface Column<Row> {
  readonly title: string;
  readonly cell: (row: Row) => string;
}

interface Named<Figures> {
  readonly name: string;
  readonly figures: Figures;
}

/** The figures of one run. */
export function reportLines(day: DayFile, report: DayReport, byAgent: boolean): readonly string[] {
  const all = { name: 'all', figures: report.allQueues };
  const queues = report.queues.length > 1 ? [...report.queues, all] : report.queues;
  const hours = report.hours.map(({ hour, queues: figures, agents }) => ({
    name: clock(hour),
    figures,
    agents,
  }));
  const lines = [headline(day, report), '', ...table('queue', queueColumns(report.queues), queues)];
  lines.push('', ...table('hour', [...withoutWentOn(queueColumns([all])), occupancyOfHour], hours));
  const teams = report.teams.map(({ name, agents, figures }) => ({ name: `${name} (${agents})`, figures }));
  lines.push('', ...table('team', agentColumns, teams));
  const each = byAgent || report.agents.length <= fewAgents;
  lines.push('', ...(each ? table('agent', agentColumns, report.agents) : ['Each agent: --by-agent']));
  return [...lines, '', ...notes(report)];
}

export interface Run {
  readonly title: string;
  readonly day: DayFile;
  readonly report: DayReport;
}

/** Runs side by side; the first says which queues there are. */
export function comparisonLines(first: Run, others: readonly Run[]): readonly string[] {
  const runs = [first, ...others];
  const width = Math.max(14, ...runs.map(({ title }) => title.length)) + 3;
  const line = (name: string, cell: (run: Run) => string): string =>
    `${name.padEnd(18)}${runs.map((run) => cell(run).padStart(width)).join('')}`;
  const { queues } = first.report;
  const names =
    queues.length > 1 ? [...queues.map(({ name }) => name), 'all'] : queues.map(({ name }) => name);
  const lines = [headline(first.day, first.report), '', line('', ({ title }) => title)];
  for (const name of names) {
    lines.push('', name);
    for (const { title, cell } of queueColumns([{ name, figures: figuresIn(first, name) }]))
      lines.push(line(`  ${title}`, (run) => cell({ name, figures: figuresIn(run, name) })));
  }
  lines.push(
    '',
    'agents',
    line('  agents', ({ report }) => count(report.agents.length)),
  );
  for (const { title, cell } of agentColumns)
    lines.push(line(`  ${title}`, ({ report }) => cell({ name: '', figures: report.allAgents })));
  return [...lines, '', ...notes(first.report)];
}

function figuresIn({ report }: Run, queue: string): QueueFigures {
  return report.queues.find(({ name }) => name === queue)?.figures ?? report.allQueues;
}

function headline({ name }: DayFile, { seeds, calls, agents }: DayReport): string {
  const which =
    seeds.length === 1 ? `seed ${seeds[0] ?? 0}` : `${seeds.length} days, seeds from ${seeds[0] ?? 0}`;
  const what = `${count(calls)} callers, ${count(agents.length)} agents, ${which}`;
  return name === undefined ? what : `${name}: ${what}`;
}

/** The threshold is said in the title when all are measured by the same. */
function queueColumns(queues: readonly Named<QueueFigures>[]): readonly Column<Named<QueueFigures>>[] {
  const thresholds = new Set(queues.map(({ figures }) => figures.service_level.threshold_seconds));
  const [only] = thresholds;
  const isSame = thresholds.size === 1;
  return [
    { title: 'offered', cell: ({ figures }) => count(figures.incoming_count) },
    { title: 'served', cell: ({ figures }) => count(figures.answered_count) },
    { title: 'abandoned', cell: ({ figures }) => count(figures.abandoned_count) },
    { title: 'share', cell: ({ figures }) => percent(figures.abandonment_rate) },
    { title: 'went on', cell: ({ figures }) => count(figures.overflowed_count + figures.kicked_count) },
    {
      title: isSame ? `SLA ${only ?? 0} s` : 'SLA',
      cell: ({ figures: { service_level: level } }) =>
        `${percent(level.of_offered)}${isSame ? '' : ` in ${level.threshold_seconds} s`}`,
    },
    { title: 'ASA', cell: ({ figures }) => duration(figures.average_speed_of_answer) },
    { title: 'AHT', cell: ({ figures }) => duration(figures.average_handle_time) },
    { title: 'longest wait', cell: ({ figures }) => duration(figures.longest_waittime) },
  ];
}

/** Of hours there is less to tell, so that a line fits a terminal. */
function withoutWentOn<Row>(columns: readonly Column<Row>[]): readonly Column<Row>[] {
  return columns.filter(({ title }) => title !== 'went on');
}

const occupancyOfHour: Column<{ readonly agents: AgentFigures }> = {
  title: 'occupancy',
  cell: ({ agents }) => percent(agents.occupancy),
};

const agentColumns: readonly Column<Named<AgentFigures>>[] = [
  { title: 'offered', cell: ({ figures }) => count(figures.offered_count) },
  { title: 'answered', cell: ({ figures }) => count(figures.answered_count) },
  { title: 'occupancy', cell: ({ figures }) => percent(figures.occupancy) },
  { title: 'AHT', cell: ({ figures }) => duration(figures.average_handle_time) },
  { title: 'talk', cell: ({ figures }) => duration(figures.total_service_duration) },
  { title: 'available', cell: ({ figures }) => duration(figures.status_durations.available) },
  { title: 'away', cell: ({ figures }) => duration(figures.status_durations.away) },
];

function* notes({ lost }: DayReport): Generator<string> {
  yield 'SLA: served within the time, of served and abandoned. ASA: average wait of those who were served.';
  yield 'AHT: average talk and rest after it. Occupancy: talk and rest, of that and the time to be had for it.';
  if (lost > 0) yield `${count(lost)} called while Parley was not there to take calls.`;
}

function table<Row extends { readonly name: string }>(
  what: string,
  columns: readonly Column<Row>[],
  rows: readonly Row[],
): readonly string[] {
  const cells = rows.map((row) => columns.map(({ cell }) => cell(row)));
  const nameWidth = Math.max(what.length, ...rows.map(({ name }) => name.length));
  const widths = columns.map(({ title }, index) =>
    Math.max(title.length, ...cells.map((row) => row[index]?.length ?? 0)),
  );
  const line = (name: string, texts: readonly string[]): string =>
    [name.padEnd(nameWidth), ...texts.map((text, index) => text.padStart(widths[index] ?? 0))]
      .join('  ')
      .trimEnd();
  return [
    line(
      what,
      columns.map(({ title }) => title),
    ),
    ...rows.map(({ name }, index) => line(name, cells[index] ?? [])),
  ];
}

function count(number: number): string {
  return number.toLocaleString('en-US');
}

function percent(share: number | null): string {
  return share === null ? '-' : `${(share * 100).toFixed(1)} %`;
}

/** Milliseconds as minutes and seconds, or hours, minutes and seconds. */
function duration(ms: number | null): string {
  if (ms === null) return '-';
  const seconds = Math.round(ms / 1000);
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  const tail = String(seconds % 60).padStart(2, '0');
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}:${tail}` : `${minutes}:${tail}`;
}

function clock(hour: number): string {
  return `${String(hour % 24).padStart(2, '0')}:00`;
}
