import { type CpuUse, serverTime } from '../machine/cpu-meter.ts';
import type { Reception } from '../peers/receiver.ts';
import type { ServerUnderTest } from '../programs/server.ts';
import { atMost, type Figure } from '../report/figure.ts';
import type { Phase } from '../report/outcome.ts';
import type { Stage } from '../stage.ts';
import { pretty } from '../statistics.ts';
import { drain, drainSeconds } from './drain.ts';
import { type Benchmark, type Findings, setUpSeconds } from './benchmark.ts';
import { callFor, receiveFrom, type Receiver, startAnswering } from './load.ts';
import type { Sizes } from './sizes.ts';

interface Target {
  readonly events: number;
  readonly goal: { readonly share: 'p95' | 'p99'; readonly ms: number };
}

const targets: readonly Target[] = [
  { events: 200, goal: { share: 'p95', ms: 10 } },
  { events: 1_000, goal: { share: 'p99', ms: 50 } },
];

export const webhooks: Benchmark = {
  name: 'webhooks',
  title: 'Webhooks',
  how: ({ webhooks: { run, runs } }) => [
    'Events of real calls (SIPp, as in `calls`), received by a Node HTTP server in a process of its own.',
    `Latency: from the time that stands in the event, so the commit is in it, until its last byte was received; ${run} s, ${runs} times.`,
    'Backlog: calls while the receiver refuses connections; then it is opened and the endpoint saved again, so that it is tried at once.',
  ],
  seconds: ({ webhooks: { warmUp, runs, run, backlog } }) =>
    setUpSeconds + warmUp + targets.length * runs * (run + 1) + drainSeconds(backlog),
  async run(stage, { webhooks: size }) {
    const server = await startAnswering(stage);
    const receiver = await receiveFrom(stage, server);
    const perCall = await eventsPerCall(stage, size, server, receiver);
    const findings: Findings[] = [];
    for (const target of targets)
      findings.push(await latency(stage, size, { server, receiver, target, perCall }));
    findings.push(await drain(stage, size, { server, receiver, perCall }));
    return {
      figures: findings.flatMap(({ figures }) => figures),
      tables: findings.flatMap(({ tables }) => tables),
      uses: findings.flatMap(({ uses }) => uses),
    };
  },
};

/** Warms everything up as well. */
async function eventsPerCall(
  stage: Stage,
  size: Sizes['webhooks'],
  server: ServerUnderTest,
  receiver: Receiver,
): Promise<number> {
  await receiver.ask('reset', { latency: true });
  const { succeeded } = await callFor(stage, server, {
    rate: 100,
    seconds: size.warmUp,
    receiver,
  });
  const { events } = await receiver.ask('report', undefined);
  return events / succeeded;
}

interface Setting {
  readonly server: ServerUnderTest;
  readonly receiver: Receiver;
  readonly target: Target;
  readonly perCall: number;
}

async function latency(stage: Stage, size: Sizes['webhooks'], setting: Setting): Promise<Findings> {
  const { server, receiver, target, perCall } = setting;
  const runs: { reception: Reception; use: CpuUse }[] = [];
  for (let n = 0; n < size.runs; n += 1) {
    await receiver.ask('reset', { latency: true });
    const rate = target.events / perCall;
    const { value, use } = await stage.measure(server, `${target.events} events/s`, async () => {
      await callFor(stage, server, { rate, seconds: size.run, receiver });
      return await receiver.ask('report', undefined);
    });
    runs.push({ reception: value, use });
  }
  const { share, ms } = target.goal;
  const values = (of: 'p50' | 'p95' | 'p99'): number[] => runs.map(({ reception }) => reception.latency[of]);
  const what = `Webhook latency at ${target.events} events/s`;
  const figures: Figure[] = (['p50', 'p95', 'p99'] as const).map((of) => ({
    id: `latency-${target.events}-${of}`,
    what: `${what}, ${of}`,
    unit: 'ms',
    values: values(of),
    ...(of === share ? { goal: atMost(ms) } : {}),
  }));
  const rows = runs.map(
    ({
      reception: {
        events,
        requests,
        latency: { p50, p95, p99, max },
      },
      use,
    }) => [
      String(events),
      String(requests),
      ...[p50, p95, p99, max].map(pretty),
      pretty(serverTime(use).all / events),
    ],
  );
  const columns = [
    'events',
    'requests',
    'p50 ms',
    'p95',
    'p99',
    'max',
    'server CPU-ms per event, calls included',
  ];
  const uses: Phase[] = runs.map(({ use }, index) => ({
    phase: `${target.events} events/s ${index + 1}`,
    use,
  }));
  return { figures, tables: [{ title: what, columns, rows }], uses };
}
