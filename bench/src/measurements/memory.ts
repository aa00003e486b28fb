import { setTimeout as pause } from 'node:timers/promises';
import { atMost, type Figure } from '../report/figure.ts';
import type { Stage } from '../stage.ts';
import { pretty } from '../statistics.ts';
import type { ServerUnderTest } from '../programs/server.ts';
import type { Benchmark, Size } from './benchmark.ts';
import { callFor, number, receiveFrom, startAnswering } from './load.ts';

const rate = 150;
/** Looks at memory between the calls. */
const parts = 4;
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
  how: (size) => [
    `VmRSS of the server process: idle ${size.of({ quick: 1, usual: 3 })} times, ${idleMs / 1000} s after the start; then ${callCount(size).toLocaleString('en-US')} calls at ${rate}/s, webhooks delivered; then calls that stay up.`,
    'Nothing is asked of the garbage collector. MB are 10^6 bytes, kB 10^3.',
    'Per live call: the difference between 0 and all resting calls, two sockets each included, on the server that has taken the calls before.',
  ],
  async run(stage, size) {
    const idle: number[] = [];
    for (let n = 1; n < size.of({ quick: 1, usual: 3 }); n += 1) idle.push(await idleOnce(stage));
    const server = await startAnswering(stage);
    await pause(idleMs);
    const readings = [await readingOf('idle', server)];
    const receiver = await receiveFrom(stage, server);
    const { use } = await stage.measure(server, 'calls', async () => {
      for (let part = 1; part <= parts; part += 1) {
        const count = callCount(size) / parts;
        await callFor(stage, server, { rate, seconds: count / rate, receiver });
        readings.push(await readingOf(`after ${(part * count).toLocaleString('en-US')} calls`, server));
      }
    });
    const { perCallKb, live } = await liveCalls(stage, size, server);
    return {
      figures: figuresOf([...idle, readings[0]?.residentMb ?? Number.NaN], readings, perCallKb),
      tables: [tableOf([...readings, ...live])],
      uses: [{ phase: 'calls', use }],
    };
  },
};

function callCount(size: Size): number {
  return size.of({ quick: 2_000, usual: 20_000, full: 100_000 });
}

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

interface Live {
  readonly perCallKb: number[];
  readonly live: Reading[];
}

async function liveCalls(stage: Stage, size: Size, server: ServerUnderTest): Promise<Live> {
  const caller = stage.caller();
  const count = size.of({ quick: 500, usual: 1_000 });
  const perCallKb: number[] = [];
  const live: Reading[] = [];
  for (let n = 0; n < size.of({ quick: 1, usual: 3 }); n += 1) {
    const before = await readingOf('none live', server);
    const report = await caller.ask('hold', {
      sipPort: server.sipPort,
      number,
      rate: 100,
      calls: count,
      rtpPorts: [9],
    });
    if (report.failed > 0) throw new Error(`${report.failed} calls failed: ${report.refusals.join(', ')}`);
    await pause(idleMs);
    const during = await readingOf(`${count} live`, server);
    perCallKb.push(((during.residentMb - before.residentMb) * 1000) / count);
    live.push(before, during);
    await caller.ask('hangUp', undefined);
    await pause(idleMs);
  }
  return { perCallKb, live };
}

function figuresOf(
  idle: readonly number[],
  readings: readonly Reading[],
  perCallKb: readonly number[],
): Figure[] {
  const half = readings[(readings.length - 1) / 2]?.residentMb ?? Number.NaN;
  const end = readings.at(-1);
  return [
    { id: 'idle', what: 'Resident memory, idle', unit: 'MB', values: idle, goal: atMost(120) },
    {
      id: 'after',
      what: `Resident memory, ${end?.when ?? ''}`,
      unit: 'MB',
      values: [end?.residentMb ?? Number.NaN],
    },
    {
      id: 'growth',
      what: 'Growth over the second half of these calls',
      unit: '%',
      values: [(100 * ((end?.residentMb ?? Number.NaN) - half)) / half],
      goal: atMost(5),
    },
    { id: 'live', what: 'Resident memory per live call', unit: 'kB', values: perCallKb, goal: atMost(60) },
  ];
}

function tableOf(readings: readonly Reading[]) {
  return {
    title: 'Memory, MB',
    columns: ['when', 'resident', 'heap used (main thread)', 'heap (main thread)'],
    rows: readings.map(({ when, residentMb, heapUsedMb, heapMb }) => [
      when,
      ...[residentMb, heapUsedMb, heapMb].map(pretty),
    ]),
  };
}
