import { createHash } from 'node:crypto';
import type { DayFile } from '../day-file.ts';
import { type DayOutcome, runDay } from '../day.ts';
import { Referee } from '../referee.ts';

/** Three hours with everything in them that people do, and two deaths. */
export const smallDay: DayFile = {
  name: 'three busy hours',
  queues: [
    {
      name: 'orders',
      tags: ['orders'],
      settings: { wrap_up_seconds: 10, wait_timeout: 240_000, max_length: 12 },
      overflow_to: 'help',
      calls_per_hour: { '09': 80, '10': 120, '11': 40 },
      talk_seconds: { median: 120, p90: 300 },
      patience_seconds: { curve: { '20': 0.1, '120': 0.5, '600': 0.9 } },
    },
    {
      name: 'help',
      settings: { routing_method: 'ring_all', service_timeout: 900_000, after_call: 'stay_busy' },
      calls_per_hour: { '09': 30, '10': 40, '11': 20 },
      talk_seconds: { mean: 150 },
      patience_seconds: { mean: 90 },
    },
    {
      name: 'experts',
      tags: ['orders', 'experts'],
      skills: { experts: 5 },
      settings: { routing_method: 'weighted', priority: 3, announce: { interval_seconds: 15 } },
      calls_per_hour: { '10': 30 },
      patience_seconds: { mean: 200 },
    },
  ],
  teams: [
    {
      name: 'early',
      agents: 6,
      tags: ['orders'],
      from: '08:30',
      until: '11:00',
      breaks: [{ at: '10:00', minutes: 15, spread_minutes: 30 }],
      habits: {
        answer_seconds: { mean: 4 },
        misses: 0.1,
        declines: 0.05,
        away_per_hour: 2,
        away_seconds: { mean: 120 },
        phone_lost_per_hour: 1,
        double_clicks: 0.3,
        ends_talk: 0.3,
      },
    },
    {
      name: 'late',
      agents: 3,
      tags: ['experts', 'orders'],
      skills: { experts: 7 },
      from: '10:30',
      until: '12:10',
      habits: { misses: 0.3, notices_seconds: { fixed: 90 } },
    },
  ],
  deaths: [
    { at: '10:10', down_seconds: 20 },
    { at: '11:05', down_seconds: 0 },
  ],
};

export interface LivedDay extends DayOutcome {
  readonly hash: string;
  readonly types: ReadonlyMap<string, number>;
  readonly violations: readonly string[];
  readonly looked: Referee['looked'];
}

/** Lives through a day with a referee. */
export async function liveDay(day: DayFile, seed: number): Promise<LivedDay> {
  const hash = createHash('sha256');
  const types = new Map<string, number>();
  const problems: string[] = [];
  const referees: Referee[] = [];
  const outcome = await runDay(day, {
    seed,
    log: ({ type, body }) => {
      hash.update(body);
      types.set(type, (types.get(type) ?? 0) + 1);
    },
    watch: (around) => {
      const referee = new Referee(around);
      referees.push(referee);
      return referee;
    },
    report: (problem, text) => {
      if (problem !== 'dial') problems.push(`${problem}: ${text}`);
    },
  });
  const [referee] = referees;
  if (referee === undefined) throw new Error('a day without a referee');
  const violations = [...problems, ...referee.violations];
  return { ...outcome, hash: hash.digest('hex'), types, violations, looked: referee.looked };
}

if (import.meta.main) process.stdout.write((await liveDay(smallDay, Number(process.argv[2]))).hash);
