import { setTimeout as pause } from 'node:timers/promises';
import type { Stage } from '../stage.ts';
import { setUpSeconds } from './benchmark.ts';
import { type InUse, inUse } from './in-use.ts';
import { number, startAnswering } from './load.ts';
import type { Sizes } from './sizes.ts';
import { dial, dialSeconds, hangUpTalks, startPhones } from './talking.ts';

/** Calls that are made and ended first, so that what is made once is there already. */
const warmUpCalls = 20;
/** So long the calls talk until they are looked at. */
const talkMs = 3_000;

export interface BridgeMemory {
  /** One for each run. */
  readonly perCallKb: readonly number[];
  readonly heapPerCallKb: readonly number[];
  readonly states: readonly InUse[];
}

type Size = Pick<Sizes['bridges'], 'live' | 'liveRuns'>;

/** About how long it takes. */
export function bridgeMemorySeconds({ live, liveRuns }: Size): number {
  return liveRuns * (setUpSeconds + dialSeconds(warmUpCalls + live) + (2 * talkMs) / 1000);
}

/** What a bridged call, both of its legs, costs while it is up. */
export async function bridgeMemory(stage: Stage, { live, liveRuns }: Size): Promise<BridgeMemory> {
  const runs: { readonly before: InUse; readonly during: InUse }[] = [];
  for (let n = 0; n < liveRuns; n += 1) {
    runs.push(await look(stage, live));
    stage.say(`memory of ${live} bridged calls`);
  }
  const perCallKb = (read: (state: InUse) => number): number[] =>
    runs.map(({ before, during }) => ((read(during) - read(before)) * 1000) / live);
  return {
    perCallKb: perCallKb(({ residentMb }) => residentMb),
    heapPerCallKb: perCallKb(({ heapsMb }) => heapsMb),
    states: runs.flatMap(({ before, during }) => [before, during]),
  };
}

async function look(stage: Stage, live: number): Promise<{ readonly before: InUse; readonly during: InUse }> {
  const { talker, connect } = await startPhones(stage);
  const server = await startAnswering(stage, [connect]);
  await dial(talker, server, { numbers: [number], calls: warmUpCalls, speaks: 'all' });
  await pause(talkMs);
  await hangUpTalks(talker, server);
  const before = await inUse('none live', server);
  await dial(talker, server, { numbers: [number], calls: live, speaks: 'all' });
  await pause(talkMs);
  const during = await inUse(`${live} bridged calls`, server);
  await stage.endPeer(talker);
  await stage.stopServer(server);
  return { before, during };
}
