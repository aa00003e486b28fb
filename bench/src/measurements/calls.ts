import { type CpuUse, serverTime } from '../machine/cpu-meter.ts';
import { atMost, type Figure } from '../report/figure.ts';
import type { Phase } from '../report/outcome.ts';
import type { Table } from '../report/table.ts';
import type { Stage } from '../stage.ts';
import { median, pretty } from '../statistics.ts';
import { type Benchmark, type Findings, setUpSeconds } from './benchmark.ts';
import { callFor, receiveFrom, type Receiver, startAnswering, urlOf } from './load.ts';
import type { Sizes } from './sizes.ts';

/** What becomes of the events of the calls, beside being durable. */
type Webhooks = (typeof kinds)[number];

const kinds = ['none', 'queued', 'delivered'] as const;

const words: Readonly<Record<Webhooks, string>> = {
  none: 'events durable, no webhooks',
  queued: 'events durable, webhooks queued',
  delivered: 'events durable, webhooks delivered',
};

const rate = 100;

export const calls: Benchmark = {
  name: 'calls',
  title: 'CPU per call',
  how: ({ calls: { warmUp, windows, window } }) => [
    `SIPp: INVITE, 200, ACK, 0.2 s, BYE by the caller, at ${rate} calls/s; the flow answers and rests.`,
    `${windows} windows of ${window} s after ${warmUp} s to warm up; each kind on a server of its own.`,
    'CPU of the whole server process from before the first INVITE until everything that follows from the calls is done.',
    'Queued: the receiver refuses connections. Delivered: it is a Node HTTP server in a process of its own.',
  ],
  seconds: ({ calls: { warmUp, windows, window } }) =>
    kinds.length * (setUpSeconds + warmUp + windows * (window + 0.5)),
  async run(stage, { calls: size }) {
    const findings: Findings[] = [];
    for (const webhooks of kinds) findings.push(await cost(stage, size, webhooks));
    return {
      figures: findings.flatMap(({ figures }) => figures),
      tables: findings.flatMap(({ tables }) => tables),
      uses: findings.flatMap(({ uses }) => uses),
    };
  },
};

interface Window {
  readonly calls: number;
  readonly events: number;
  readonly use: CpuUse;
}

async function cost(stage: Stage, size: Sizes['calls'], webhooks: Webhooks): Promise<Findings> {
  const server = await startAnswering(stage);
  const receiver = await sendTo(webhooks, stage, server);
  await callFor(stage, server, { rate, seconds: size.warmUp, receiver });
  const windows: Window[] = [];
  for (let n = 0; n < size.windows; n += 1) {
    await receiver?.ask('reset', { latency: false });
    const { value, use } = await stage.measure(server, `calls, ${words[webhooks]}`, () =>
      callFor(stage, server, { rate, seconds: size.window, receiver }),
    );
    const events = (await receiver?.ask('report', undefined))?.events ?? 0;
    windows.push({ calls: value.succeeded, events, use });
  }
  await stage.stopServer(server);
  if (receiver !== undefined) await stage.endPeer(receiver);
  return {
    figures: figuresOf(webhooks, windows),
    tables: [tableOf(webhooks, windows)],
    uses: usesOf(webhooks, windows),
  };
}

async function sendTo(
  webhooks: Webhooks,
  stage: Stage,
  server: Awaited<ReturnType<typeof startAnswering>>,
): Promise<Receiver | undefined> {
  if (webhooks === 'delivered') return await receiveFrom(stage, server);
  // The discard port: nobody listens.
  if (webhooks === 'queued') await server.api.sendEventsTo(urlOf(9));
  return undefined;
}

function figuresOf(webhooks: Webhooks, windows: readonly Window[]): Figure[] {
  const perCall = windows.map(({ use, calls: count }) => serverTime(use).all / count);
  const figure = {
    id: `cpu-${webhooks}`,
    what: `CPU per call, ${words[webhooks]}`,
    unit: 'ms',
    values: perCall,
  };
  return [webhooks === 'queued' ? { ...figure, goal: atMost(1.3) } : figure];
}

function tableOf(webhooks: Webhooks, windows: readonly Window[]): Table {
  const part = (read: (time: ReturnType<typeof serverTime>) => number): string =>
    pretty(median(windows.map(({ use, calls: count }) => read(serverTime(use)) / count)));
  const events = median(windows.map((window) => window.events / window.calls));
  return {
    title: `CPU-ms per call by thread: ${words[webhooks]}`,
    columns: ['all', 'main', 'store', 'media', 'rest (GC, compiler)', 'events delivered per call'],
    rows: [
      [
        part(({ all }) => all),
        part(({ main }) => main),
        part(({ store }) => store),
        part(({ media }) => media),
        part(({ rest }) => rest),
        pretty(events),
      ],
    ],
  };
}

function usesOf(webhooks: Webhooks, windows: readonly Window[]): Phase[] {
  return windows.map(({ use }, index) => ({ phase: `${webhooks} ${index + 1}`, use }));
}
