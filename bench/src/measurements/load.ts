import { setTimeout as pause } from 'node:timers/promises';
import type { ActionInput } from '@parley/contract';
import type { CallerOperations, CallReport } from '../peers/caller.ts';
import type { ReceiverOperations } from '../peers/receiver.ts';
import type { Peer } from '../programs/peer-channel.ts';
import type { ServerUnderTest } from '../programs/server.ts';
import type { SippResult } from '../programs/sipp.ts';
import type { Stage } from '../stage.ts';

/** The number every measurement dials. */
export const number = '7000';

/** Answers and rests: the caller hangs up long before. */
export const answerAndRest: readonly ActionInput[] = [
  { type: 'answer' },
  { type: 'sleep', option: { duration: 3_600_000 } },
];

/** From the answer until the caller hangs up. */
export const holdMs = 200;

export type Receiver = Peer<ReceiverOperations>;

/** A server that answers and rests, with room for many calls. */
export async function startAnswering(
  stage: Stage,
  actions = answerAndRest,
  dataDir = stage.dataDir(),
): Promise<ServerUnderTest> {
  const server = await stage.startServer({
    dataDir,
    settings: { PARLEY_MAX_CALLS: '5000', PARLEY_MAX_CALLS_PER_CUSTOMER: '5000', PARLEY_RTP_TIMEOUT: '0' },
  });
  await server.api.number(number, actions);
  return server;
}

/** A receiver that takes everything, and is told everything. */
export async function receiveFrom(stage: Stage, server: ServerUnderTest): Promise<Receiver> {
  const receiver = await stage.receiver();
  const port = await receiver.ask('listen', { port: 0 });
  await server.api.sendEventsTo(urlOf(port));
  return receiver;
}

export function urlOf(port: number): string {
  return `http://127.0.0.1:${port}/events`;
}

/** Calls at an even rate that are over when this resolves, with all that follows from them. Throws when one fails. */
export async function callFor(
  stage: Stage,
  server: ServerUnderTest,
  load: { readonly rate: number; readonly seconds: number; readonly receiver?: Receiver | undefined },
): Promise<SippResult> {
  const { rate, seconds, receiver } = load;
  const calls = Math.round(rate * seconds);
  const result = await stage.sipp({ sipPort: server.sipPort, number, rate, calls, holdMs });
  if (result.failed > 0 || result.succeeded !== calls)
    throw new Error(
      `of ${calls} calls at ${rate}/s ${result.succeeded} succeeded and ${result.failed} failed`,
    );
  await settled(server, receiver);
  return result;
}

export type Caller = Peer<CallerOperations>;

/** How long a caller may take beside the time its calls need. */
const slackMs = 30_000;

/** The same of a caller of ours, that times the answers; what follows from the calls is not waited for. */
export function callAndTime(
  caller: Caller,
  server: ServerUnderTest,
  { rate, seconds }: { readonly rate: number; readonly seconds: number },
): Promise<CallReport> {
  const load = {
    sipPort: server.sipPort,
    number,
    rate,
    calls: Math.round(rate * seconds),
    holdMs,
    rtpPorts: [9],
  };
  return caller.ask('call', load, seconds * 1000 + slackMs);
}

const holdRate = 100;

/** How long it takes to begin calls that stay up. */
export function holdSeconds(calls: number): number {
  return calls / holdRate;
}

/** Calls that stay up until the caller is told to hang up. Throws when one fails. */
export async function hold(
  caller: Caller,
  server: ServerUnderTest,
  { calls, rtpPorts }: { readonly calls: number; readonly rtpPorts: readonly number[] },
): Promise<void> {
  const load = { sipPort: server.sipPort, number, rate: holdRate, calls, rtpPorts };
  const report = await caller.ask('hold', load, holdSeconds(calls) * 1000 + slackMs);
  if (report.failed > 0) throw new Error(`${report.failed} calls failed: ${report.refusals.join(', ')}`);
}

/** Ends all calls that stay up. */
export async function hangUp(caller: Caller): Promise<void> {
  await caller.ask('hangUp', undefined, slackMs);
}

const lookMs = 200;
const longestSettleMs = 120_000;

/** Resolves when no call is left, everything decided is durable, and nothing more comes to the receiver. */
export async function settled(server: ServerUnderTest, receiver?: Receiver): Promise<void> {
  const until = performance.now() + longestSettleMs;
  for (let before = -1; performance.now() < until; await pause(lookMs)) {
    const metrics = await server.api.metrics();
    const events = receiver === undefined ? 0 : (await receiver.ask('report', undefined)).events;
    assertUnderstood(metrics);
    const busy = (metrics.get('parley_calls_live') ?? 0) + (metrics.get('parley_commit_backlog') ?? 0);
    if (busy === 0 && events === before) return;
    before = events;
  }
  throw new Error('the server did not come to rest after the calls');
}

/** A caller that speaks nonsense is answered quickly: what it measures is no call. Throws. */
function assertUnderstood(metrics: ReadonlyMap<string, number>): void {
  const dropped = [...metrics].filter(
    ([name, count]) => name.startsWith('parley_sip_dropped_total') && count > 0,
  );
  if (dropped.length > 0)
    throw new Error(
      `the server dropped messages of the callers: ${dropped.map((each) => each.join(' ')).join(', ')}`,
    );
}
