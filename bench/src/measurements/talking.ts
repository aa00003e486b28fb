import { setTimeout as pause } from 'node:timers/promises';
import type { ActionInput } from '@parley/contract';
import { type CpuUse, serverTime } from '../machine/cpu-meter.ts';
import type { TalkerOperations, TalkLoad } from '../peers/talker.ts';
import type { Heard, TalkReport } from '../peers/talks.ts';
import type { Peer } from '../programs/peer-channel.ts';
import type { ServerUnderTest } from '../programs/server.ts';
import type { Table } from '../report/table.ts';
import type { Stage } from '../stage.ts';
import { median, pretty, sum } from '../statistics.ts';
import { settled } from './load.ts';
import type { TalkSizes } from './sizes.ts';

export type Talker = Peer<TalkerOperations>;

const dialRate = 50;
const slackMs = 30_000;
/** Around a window: until the phones are calm, and until what was sent last has been heard. */
const aroundSeconds = 1.2;

/** Phones that talk, and where the server calls them. */
export interface Phones {
  readonly talker: Talker;
  /** `connect` to phones that answer at once. */
  readonly connect: ActionInput;
}

export async function startPhones(stage: Stage): Promise<Phones> {
  const talker = await stage.talker();
  const port = await talker.ask('listen', undefined);
  const destinations = [{ type: 'sip' as const, target: `sip:bench@127.0.0.1:${port}` }];
  return { talker, connect: { type: 'connect', option: { destinations } } };
}

/** Has phones call; resolves when all hear whom they are to hear. Throws when one does not. */
export async function dial(
  talker: Talker,
  server: ServerUnderTest,
  load: Pick<TalkLoad, 'numbers' | 'calls' | 'speaks'>,
): Promise<void> {
  const within = dialSeconds(load.calls) * 1000 + slackMs;
  await talker.ask('dial', { ...load, sipPort: server.sipPort, rate: dialRate }, within);
}

export function dialSeconds(calls: number): number {
  return calls / dialRate;
}

/** Ends all calls; resolves when the server has nothing more to do. */
export async function hangUpTalks(talker: Talker, server: ServerUnderTest): Promise<void> {
  await talker.ask('hangUp', { sipPort: server.sipPort }, slackMs);
  await settled(server);
}

export interface TalkWindow {
  readonly report: TalkReport;
  readonly use: CpuUse;
}

/** Listens in windows, after everything has settled. */
export async function listen(
  stage: Stage,
  server: ServerUnderTest,
  talker: Talker,
  { what, ears, size }: { readonly what: string; readonly ears: number; readonly size: TalkSizes },
): Promise<readonly TalkWindow[]> {
  await pause(size.settle * 1000);
  const windows: TalkWindow[] = [];
  for (let n = 0; n < size.windows; n += 1) {
    await talker.ask('begin', undefined);
    const { value: report, use } = await stage.measure(server, what, async () => {
      await pause(size.window * 1000);
      return await talker.ask('end', undefined);
    });
    const { ears: heard, strange, twice } = report.server;
    if (heard !== ears) throw new Error(`of ${ears} phones ${heard} hear somebody`);
    if (strange + twice > 0)
      throw new Error(`${strange} packets were heard by the wrong phone, and ${twice} twice`);
    windows.push({ report, use });
  }
  return windows;
}

export function listenSeconds({ settle, windows, window }: TalkSizes): number {
  return settle + windows * (window + aroundSeconds);
}

/** Packets lost on their way through the server; those that the phones were too slow to fetch are not. */
export function lostBy({ lost, dropped }: Heard): number {
  return Math.max(0, lost - dropped);
}

/** What the way through the server took longer than the direct way, at a percentile. */
export function added({ report: { server, direct } }: TalkWindow, at: 'p50' | 'p99'): number {
  return server.latency[at] - direct.latency[at];
}

/** Percent of a core of the whole server for each of so many. */
export function percentEach({ use }: TalkWindow, count: number): number {
  return (100 * serverTime(use).all) / use.ms / count;
}

/** How the ways and the generator were, by step; medians of its windows. */
export function waysTable(
  steps: readonly { readonly what: string; readonly windows: readonly TalkWindow[] }[],
): Table {
  const rows = steps.map(({ what, windows }) => {
    const middle = (read: (report: TalkReport) => number): string =>
      pretty(median(windows.map(({ report }) => read(report))));
    const total = (read: (heard: Heard) => number): string =>
      sum(windows.map(({ report }) => read(report.server))).toLocaleString('en-US');
    return [
      what,
      total(({ due }) => due),
      total(lostBy),
      total(({ droppedByServer }) => droppedByServer),
      total(({ dropped }) => dropped),
      ...(['p50', 'p99', 'max'] as const).map((at) => middle(({ server }) => server.latency[at])),
      ...(['p50', 'p99', 'max'] as const).map((at) => middle(({ direct }) => direct.latency[at])),
      ...(['p50', 'p99'] as const).map((at) => middle(({ server }) => server.unevenness[at])),
      ...(['p50', 'p99'] as const).map((at) => middle(({ direct }) => direct.unevenness[at])),
      middle(({ lag }) => lag.p99),
      middle(({ lag }) => lag.max),
    ];
  });
  return {
    title: 'Sound, ms from send to hearing; jitter is how far from 20 ms apart packets were heard',
    columns: [
      '',
      'packets due',
      'lost',
      'at the sockets of the server',
      'dropped by us',
      'latency p50',
      'p99',
      'max',
      'direct p50',
      'p99',
      'max',
      'jitter p50',
      'p99',
      'direct p50',
      'p99',
      'sent late p99',
      'max',
    ],
    rows,
  };
}

/** CPU of the server's threads for each of so many, by step; medians of its windows. */
export function threadsTable(
  each: string,
  steps: readonly {
    readonly what: string;
    readonly count: number;
    readonly windows: readonly TalkWindow[];
  }[],
): Table {
  const rows = steps.map(({ what, count, windows }) => [
    what,
    ...(['all', 'main', 'store', 'media', 'rest'] as const).map((part) =>
      pretty(median(windows.map(({ use }) => (100 * serverTime(use)[part]) / use.ms / count))),
    ),
  ]);
  return {
    title: `Percent of a core per ${each}, by thread`,
    columns: ['', 'all', 'main', 'store', 'media', 'rest (GC, compiler)'],
    rows,
  };
}
