import { setTimeout as pause } from 'node:timers/promises';
import { atMost, type Figure } from '../report/figure.ts';
import type { Phase } from '../report/outcome.ts';
import type { Table } from '../report/table.ts';
import type { Stage } from '../stage.ts';
import { median, pretty } from '../statistics.ts';
import type { ServerUnderTest } from '../programs/server.ts';
import { type Benchmark, setUpSeconds } from './benchmark.ts';
import { collectedTable, type InUse, inUse } from './in-use.ts';
import { type Live, liveCalls, liveSeconds } from './live-calls.ts';
import { callFor, type Receiver, receiveFrom, startAnswering } from './load.ts';
import { rest, sipTimersSeconds } from './rest.ts';

const rate = 150;
/** After the start, until it is looked at: what starting left behind may have been given back by then. */
const idleMs = 3_000;
interface Reading {
  readonly when: string;
  readonly residentMb: number;
  readonly heapUsedMb: number;
  readonly heapMb: number;
}

export const memory: Benchmark = {
  name: 'memory',
  title: 'Memory',
  how: ({ memory: { idle, calls, live, liveRuns } }) => [
    `VmRSS of the server process. Idle: ${idleMs / 1000} s after the start, ${idle} times.`,
    `At rest: after ${calls.toLocaleString('en-US')} calls at ${rate}/s with webhooks delivered, and again after ${(2 * calls).toLocaleString('en-US')}; each time when SIP's ${sipTimersSeconds} s timers have run out, which the server's own metrics tell.`,
    'Only after these looks the garbage of all threads is collected, so that both begin alike, and what is kept is told apart from what was not given back yet.',
    `Per live call: ${live.toLocaleString('en-US')} calls that stay up, two sockets each, against the same server at rest before, garbage collected in all threads both times, or else they fill what is free; ${liveRuns} times.`,
    'MB are 10^6 bytes, kB 10^3.',
  ],
  seconds: ({ memory: { idle, calls, live, liveRuns } }) =>
    idle * setUpSeconds +
    idleMs / 1000 +
    2 * (calls / rate + sipTimersSeconds + 2) +
    liveSeconds(live, liveRuns),
  async run(stage, { memory: size }) {
    const idle: number[] = [];
    for (let n = 1; n < size.idle; n += 1) idle.push(await idleOnce(stage));
    const server = await startAnswering(stage);
    await pause(idleMs);
    const start = await readingOf('idle', server);
    const receiver = await receiveFrom(stage, server);
    const collected = await inUse('idle', server);
    const halves = [
      await callsAndRest(stage, server, { receiver, calls: size.calls, before: 0 }),
      await callsAndRest(stage, server, { receiver, calls: size.calls, before: size.calls }),
    ];
    const live = await liveCalls(stage, size, server);
    return {
      figures: figuresOf([...idle, start.residentMb], halves, live),
      tables: [
        tableOf([start, ...halves.flatMap(({ readings }) => readings)]),
        collectedTable([collected, ...halves.map((half) => half.collected), ...live.states]),
      ],
      uses: [...halves.map(({ phase }) => phase), ...live.phases],
    };
  },
};

async function idleOnce(stage: Stage): Promise<number> {
  const server = await stage.startServer();
  await pause(idleMs);
  const { residentMb } = server;
  await stage.stopServer(server);
  return residentMb;
}

async function readingOf(when: string, server: ServerUnderTest): Promise<Reading> {
  const { residentMb } = server;
  const metrics = await server.api.metrics();
  const mb = (name: string): number => (metrics.get(name) ?? Number.NaN) / 1e6;
  return {
    when,
    residentMb,
    heapUsedMb: mb('nodejs_heap_size_used_bytes'),
    heapMb: mb('nodejs_heap_size_total_bytes'),
  };
}

interface Half {
  readonly readings: readonly Reading[];
  readonly atRest: Reading;
  readonly collected: InUse;
  readonly phase: Phase;
}

/** Makes calls, and waits until the server has forgotten them. */
async function callsAndRest(
  stage: Stage,
  server: ServerUnderTest,
  {
    receiver,
    calls,
    before,
  }: { readonly receiver: Receiver; readonly calls: number; readonly before: number },
): Promise<Half> {
  const what = `${(before + calls).toLocaleString('en-US')} calls`;
  const { use } = await stage.measure(server, what, () =>
    callFor(stage, server, { rate, seconds: calls / rate, receiver }),
  );
  const straightAfter = await readingOf(`straight after ${what}`, server);
  const { highestMb, seconds } = await rest(stage, server);
  const atRest = await readingOf(`at rest after ${what}`, server);
  const highest = {
    ...straightAfter,
    when: `highest in the ${pretty(seconds)} s between`,
    residentMb: highestMb,
  };
  return {
    readings: [straightAfter, { ...highest, heapUsedMb: Number.NaN, heapMb: Number.NaN }, atRest],
    atRest,
    collected: await inUse(`at rest after ${what}`, server),
    phase: { phase: what, use },
  };
}

function figuresOf(
  idle: readonly number[],
  halves: readonly Half[],
  { perCallKb, heapPerCallKb }: Live,
): Figure[] {
  const [first = Number.NaN, second = Number.NaN] = halves.map(({ atRest }) => atRest.residentMb);
  const [kept = Number.NaN, keptAfterAll = Number.NaN] = halves.map(({ collected }) => collected.heapsMb);
  return [
    { id: 'idle', what: 'Resident memory, idle', unit: 'MB', values: idle, goal: atMost(120) },
    ...halves.map(({ atRest: { when, residentMb } }, index) => ({
      id: `rest-${index + 1}`,
      what: `Resident memory, ${when}`,
      unit: 'MB',
      values: [residentMb],
    })),
    {
      id: 'growth',
      what: 'Growth from the first rest to the second',
      unit: '%',
      values: [(100 * (second - first)) / first],
      goal: atMost(5),
    },
    { id: 'over-idle', what: 'At the second rest, above idle', unit: 'MB', values: [second - median(idle)] },
    {
      id: 'kept',
      what: 'Growth of all heaps from the first rest to the second, garbage collected',
      unit: 'MB',
      values: [keptAfterAll - kept],
    },
    { id: 'live', what: 'Resident memory per live call', unit: 'kB', values: perCallKb, goal: atMost(60) },
    { id: 'live-heap', what: 'Of it in the heaps of all threads', unit: 'kB', values: heapPerCallKb },
  ];
}

function tableOf(readings: readonly Reading[]): Table {
  return {
    title: 'Memory, MB',
    columns: ['when', 'resident', 'heap used (main thread)', 'heap (main thread)'],
    rows: readings.map(({ when, residentMb, heapUsedMb, heapMb }) => [
      when,
      ...[residentMb, heapUsedMb, heapMb].map(pretty),
    ]),
  };
}
