import type { CpuUse } from '../machine/cpu-meter.ts';
import { atMost, type Figure } from '../report/figure.ts';
import { pretty, type Summary, summarize } from '../statistics.ts';
import type { Benchmark } from './benchmark.ts';
import { callFor, number, receiveFrom, settled, startAnswering } from './load.ts';

const rate = 50;

export const invite: Benchmark = {
  name: 'invite',
  title: 'INVITE to 200',
  how: (size) => [
    `A caller of our own, timing to the microsecond: ${rate} calls/s for ${size.of({ quick: 10, usual: 60 })} s, ${size.of({ quick: 1, usual: 3 })} times, each held for 0.2 s.`,
    'The flow answers and rests; the 200 leaves after call_created and call_answered are durable. Webhooks are delivered meanwhile.',
  ],
  async run(stage, size) {
    const server = await startAnswering(stage);
    const receiver = await receiveFrom(stage, server);
    const caller = stage.caller();
    await callFor(stage, server, { rate: 100, seconds: size.of({ quick: 2, usual: 10 }), receiver });
    const runs: { summary: Summary; failed: number; use: CpuUse }[] = [];
    for (let n = 0; n < size.of({ quick: 1, usual: 3 }); n += 1) {
      const { value, use } = await stage.measure(server, 'INVITE to 200', () =>
        caller.ask('call', {
          sipPort: server.sipPort,
          number,
          rate,
          calls: rate * size.of({ quick: 10, usual: 60 }),
          holdMs: 200,
          rtpPorts: [9],
        }),
      );
      runs.push({ summary: summarize(value.answeredMs), failed: value.failed, use });
      await settled(server, receiver);
    }
    return {
      figures: figuresOf(runs.map(({ summary }) => summary)),
      tables: [
        {
          title: 'Each run, ms',
          columns: ['calls', 'p50', 'p90', 'p99', 'max', 'failed'],
          rows: runs.map(({ summary: { count, p50, p90, p99, max }, failed }) => [
            String(count),
            ...[p50, p90, p99, max].map(pretty),
            String(failed),
          ]),
        },
      ],
      uses: runs.map(({ use }, index) => ({ phase: `run ${index + 1}`, use })),
    };
  },
};

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
