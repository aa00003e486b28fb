import type { CpuUse } from '../machine/cpu-meter.ts';
import type { CallReport } from '../peers/caller.ts';
import { atMost, type Figure } from '../report/figure.ts';
import { pretty, type Summary, summarize } from '../statistics.ts';
import { type Benchmark, setUpSeconds } from './benchmark.ts';
import { callAndTime, callFor, receiveFrom, settled, startAnswering } from './load.ts';

const rate = 50;

export const invite: Benchmark = {
  name: 'invite',
  title: 'INVITE to 200',
  how: ({ invite: { run, runs } }) => [
    `A caller of our own, timing to the microsecond: ${rate} calls/s for ${run} s, ${runs} times, each held for 0.2 s.`,
    'The flow answers and rests; the 200 leaves after call_created and call_answered are durable. Webhooks are delivered meanwhile.',
  ],
  seconds: ({ invite: { warmUp, runs, run } }) => setUpSeconds + warmUp + runs * (run + 2),
  async run(stage, { invite: { warmUp, runs: repeats, run } }) {
    const server = await startAnswering(stage);
    const receiver = await receiveFrom(stage, server);
    const caller = await stage.caller();
    await callFor(stage, server, { rate: 100, seconds: warmUp, receiver });
    const runs: { summary: Summary; use: CpuUse }[] = [];
    for (let n = 0; n < repeats; n += 1) {
      const { value, use } = await stage.measure(server, 'INVITE to 200', () =>
        callAndTime(caller, server, { rate, seconds: run }),
      );
      assertAnswered(value);
      runs.push({ summary: summarize(value.answeredMs), use });
      await settled(server, receiver);
    }
    return {
      figures: figuresOf(runs.map(({ summary }) => summary)),
      tables: [
        {
          title: 'Each run, ms',
          columns: ['calls', 'p50', 'p90', 'p99', 'max'],
          rows: runs.map(({ summary: { count, p50, p90, p99, max } }) => [
            String(count),
            ...[p50, p90, p99, max].map(pretty),
          ]),
        },
      ],
      uses: runs.map(({ use }, index) => ({ phase: `run ${index + 1}`, use })),
    };
  },
};

/** Calls that failed are missing among the times, and would make them look better. Throws. */
function assertAnswered({ failed, refusals }: CallReport): void {
  if (failed > 0) throw new Error(`${failed} calls failed: ${refusals.join(', ')}`);
}

function figuresOf(runs: readonly Summary[]): Figure[] {
  const figure = (id: keyof Summary, what: string): Figure => ({
    id,
    what: `INVITE to 200, ${what}`,
    unit: 'ms',
    values: runs.map((run) => run[id]),
  });
  return [
    figure('p50', 'p50'),
    figure('p90', 'p90'),
    { ...figure('p99', 'p99'), goal: atMost(15) },
    figure('max', 'longest'),
  ];
}
