import { setTimeout as pause } from 'node:timers/promises';
import { serverTime } from '../machine/cpu-meter.ts';
import type { ServerUnderTest } from '../programs/server.ts';
import { atLeast, type Figure } from '../report/figure.ts';
import type { Stage } from '../stage.ts';
import { median, pretty } from '../statistics.ts';
import type { Findings } from './benchmark.ts';
import { callFor, type Receiver, urlOf } from './load.ts';
import type { Sizes } from './sizes.ts';

const rate = 140;
const lookMs = 250;
const longestMs = 120_000;

/** About how long it takes to pile up so many events and to deliver them: 7 of a call that is answered and ended. */
export function drainSeconds(events: number): number {
  return events / 7 / rate + events / 5_000 + 2;
}

interface Setting {
  readonly server: ServerUnderTest;
  readonly receiver: Receiver;
  readonly perCall: number;
}

/** Lets events pile up while the receiver is away, then measures how fast it is told all of them. */
export async function drain(
  stage: Stage,
  { backlog: wanted }: Sizes['webhooks'],
  { server, receiver, perCall }: Setting,
): Promise<Findings> {
  await receiver.ask('close', undefined);
  const before = server.residentMb;
  const { succeeded } = await callFor(stage, server, { rate, seconds: wanted / perCall / rate });
  const backlog = Math.round(succeeded * perCall);
  const piled = server.residentMb;
  await receiver.ask('reset', { latency: false });
  const { value: highest, use } = await stage.measure(server, 'backlog', async () => {
    const port = await receiver.ask('listen', { port: 0 });
    await server.api.sendEventsTo(urlOf(port));
    return await untilReceived(backlog, server, receiver);
  });
  const reception = await receiver.ask('report', undefined);
  const seconds = (reception.lastAt - reception.firstAt) / 1000;
  const time = serverTime(use);
  const perEvent = (ms: number): string => pretty((1000 * ms) / reception.events);
  const figures: Figure[] = [
    {
      id: 'drain',
      what: `Webhooks delivered from a backlog of ${backlog.toLocaleString('en-US')}`,
      unit: 'events/s',
      values: [reception.events / seconds],
      goal: atLeast(5_000),
    },
    { id: 'cpu', what: 'CPU per delivery from a backlog', unit: 'ms', values: [time.all / reception.events] },
  ];
  const tenths = reception.tenths.slice(2, -2).map((count) => count * 10);
  const columns = [
    'events',
    'requests',
    's',
    'events/s, median of 0.1 s',
    'CPU-us per event',
    'main',
    'store',
    'rest',
    'MB before',
    'piled up',
    'highest',
  ];
  const row = [
    String(reception.events),
    String(reception.requests),
    pretty(seconds),
    pretty(median(tenths)),
    perEvent(time.all),
    perEvent(time.main),
    perEvent(time.store),
    perEvent(time.rest),
    ...[before, piled, highest].map(pretty),
  ];
  return {
    figures,
    tables: [{ title: 'Backlog', columns, rows: [row] }],
    uses: [{ phase: 'backlog', use }],
  };
}

/** Resolves with the most memory the server had meanwhile. */
async function untilReceived(count: number, server: ServerUnderTest, receiver: Receiver): Promise<number> {
  const until = performance.now() + longestMs;
  let highest = server.residentMb;
  while ((await receiver.ask('report', undefined)).events < count) {
    if (performance.now() > until) throw new Error('the backlog was not delivered in time');
    await pause(lookMs);
    highest = Math.max(highest, server.residentMb);
  }
  return highest;
}
