import { setTimeout as pause } from 'node:timers/promises';
import { atMost, type Figure } from '../report/figure.ts';
import type { Phase } from '../report/outcome.ts';
import type { Table } from '../report/table.ts';
import type { Stage } from '../stage.ts';
import { median, pretty } from '../statistics.ts';
import type { ServerUnderTest } from '../programs/server.ts';
import { type Benchmark, setUpSeconds } from './benchmark.ts';
import {
  type Caller,
  callFor,
  hangUp,
  hold,
  holdSeconds,
  number,
  type Receiver,
  receiveFrom,
  settled,
  startAnswering,
} from './load.ts';
import type { Sizes } from './sizes.ts';

const rate = 150;
/** After the start, until it is looked at: what starting left behind may have been given back by then. */
const idleMs = 3_000;
/** Timers B, D, F, H and J of SIP, 64 * T1 (RFC 3261, table 4): so long a transaction is remembered after a call. */
const sipTimersSeconds = 32;
/** Beyond them a SIP table that is not empty leaks. */
const longestRestMs = (sipTimersSeconds + 28) * 1000;
const lookMs = 500;

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
    `Per live call: ${live.toLocaleString('en-US')} calls that stay up, two sockets each, against the same server at rest before; ${liveRuns} times.`,
    'Nothing is asked of the garbage collector. MB are 10^6 bytes, kB 10^3.',
  ],
  seconds: ({ memory: { idle, calls, live, liveRuns } }) =>
    idle * setUpSeconds +
    idleMs / 1000 +
    2 * (calls / rate + sipTimersSeconds + 2) +
    liveRuns * (holdSeconds(live) + idleMs / 1000 + 1) +
    (liveRuns - 1) * sipTimersSeconds,
  async run(stage, { memory: size }) {
    const idle: number[] = [];
    for (let n = 1; n < size.idle; n += 1) idle.push(await idleOnce(stage));
    const server = await startAnswering(stage);
    await pause(idleMs);
    const start = await readingOf('idle', server);
    const receiver = await receiveFrom(stage, server);
    const halves = [
      await callsAndRest(stage, server, { receiver, calls: size.calls, before: 0 }),
      await callsAndRest(stage, server, { receiver, calls: size.calls, before: size.calls }),
    ];
    const live = await liveCalls(stage, size, server);
    return {
      figures: figuresOf(
        [...idle, start.residentMb],
        halves.map(({ atRest }) => atRest),
        live,
      ),
      tables: [tableOf([start, ...halves.flatMap(({ readings }) => readings), ...live.readings])],
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
    phase: { phase: what, use },
  };
}

/** Resolves when SIP remembers nothing of any call; follows the memory meanwhile. Throws when it never forgets. */
async function rest(
  stage: Stage,
  server: ServerUnderTest,
): Promise<{ readonly highestMb: number; readonly seconds: number }> {
  stage.say(`waiting for SIP's timers: ${sipTimersSeconds} s`);
  const began = performance.now();
  let highestMb = server.residentMb;
  for (let left = await sipEntries(server); left > 0; left = await sipEntries(server)) {
    if (performance.now() - began > longestRestMs)
      throw new Error(`SIP still holds ${left} entries ${longestRestMs / 1000} s after the last call`);
    await pause(lookMs);
    highestMb = Math.max(highestMb, server.residentMb);
  }
  return { highestMb, seconds: (performance.now() - began) / 1000 };
}

/** Transactions, dialogs and all else that the SIP engine remembers. */
async function sipEntries(server: ServerUnderTest): Promise<number> {
  const tables = [...(await server.api.metrics())].filter(([name]) =>
    name.startsWith('parley_sip_table_size{'),
  );
  if (tables.length === 0) throw new Error('the server does not tell how large its SIP tables are');
  return tables.reduce((total, [, entries]) => total + entries, 0);
}

interface Live {
  readonly perCallKb: readonly number[];
  readonly readings: readonly Reading[];
  readonly phases: readonly Phase[];
}

async function liveCalls(stage: Stage, size: Sizes['memory'], server: ServerUnderTest): Promise<Live> {
  const caller = await stage.caller();
  const perCallKb: number[] = [];
  const readings: Reading[] = [];
  const phases: Phase[] = [];
  for (let n = 1; n <= size.liveRuns; n += 1) {
    if (n > 1) await rest(stage, server);
    const before = await readingOf('none live', server);
    const { use } = await stage.measure(server, `${size.live} live calls`, () =>
      holdAndLook(caller, server, size.live),
    );
    const during = await readingOf(`${size.live.toLocaleString('en-US')} live`, server);
    perCallKb.push(((during.residentMb - before.residentMb) * 1000) / size.live);
    readings.push(before, during);
    phases.push({ phase: `${size.live} live ${n}`, use });
    await hangUp(caller);
    await settled(server);
  }
  return { perCallKb, readings, phases };
}

/** Throws when the server does not hold all of them. */
async function holdAndLook(caller: Caller, server: ServerUnderTest, calls: number): Promise<void> {
  await hold(caller, server, { calls, rtpPorts: [9] });
  await pause(idleMs);
  const live = (await server.api.metrics()).get('parley_calls_live');
  if (live !== calls) throw new Error(`of ${calls} calls to ${number} ${live} are live`);
}

function figuresOf(idle: readonly number[], atRest: readonly Reading[], { perCallKb }: Live): Figure[] {
  const [first = Number.NaN, second = Number.NaN] = atRest.map(({ residentMb }) => residentMb);
  return [
    { id: 'idle', what: 'Resident memory, idle', unit: 'MB', values: idle, goal: atMost(120) },
    ...atRest.map(({ when, residentMb }, index) => ({
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
    { id: 'live', what: 'Resident memory per live call', unit: 'kB', values: perCallKb, goal: atMost(60) },
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
