import { setTimeout as pause } from 'node:timers/promises';
import type { ServerUnderTest } from '../programs/server.ts';
import type { Phase } from '../report/outcome.ts';
import type { Stage } from '../stage.ts';
import { type InUse, inUse } from './in-use.ts';
import { type Caller, hangUp, hold, holdSeconds, number, settled } from './load.ts';
import { rest, sipTimersSeconds } from './rest.ts';
import type { Sizes } from './sizes.ts';

/** After the last call has been answered, until it is looked at. */
const settleMs = 2_000;

export interface Live {
  /** One for each run. */
  readonly perCallKb: readonly number[];
  readonly heapPerCallKb: readonly number[];
  readonly states: readonly InUse[];
  readonly phases: readonly Phase[];
}

/** About how long it takes. */
export function liveSeconds(calls: number, runs: number): number {
  return runs * (holdSeconds(calls) + settleMs / 1000 + 3) + (runs - 1) * sipTimersSeconds;
}

/** What a call costs while it is up. The server has to be at rest. */
export async function liveCalls(
  stage: Stage,
  { live, liveRuns }: Sizes['memory'],
  server: ServerUnderTest,
): Promise<Live> {
  const caller = await stage.caller();
  const runs: { before: InUse; during: InUse; phase: Phase }[] = [];
  for (let n = 1; n <= liveRuns; n += 1) {
    if (n > 1) await rest(stage, server);
    const before = await inUse('none live', server);
    const { use } = await stage.measure(server, `${live} live calls`, () => holdAll(caller, server, live));
    const during = await inUse(`${live.toLocaleString('en-US')} live`, server);
    runs.push({ before, during, phase: { phase: `${live} live ${n}`, use } });
    await hangUp(caller);
    await settled(server);
  }
  const perCallKb = (read: (state: InUse) => number): number[] =>
    runs.map(({ before, during }) => ((read(during) - read(before)) * 1000) / live);
  return {
    perCallKb: perCallKb(({ residentMb }) => residentMb),
    heapPerCallKb: perCallKb(({ heapsMb }) => heapsMb),
    states: runs.flatMap(({ before, during }) => [before, during]),
    phases: runs.map(({ phase }) => phase),
  };
}

/** Throws when the server does not hold all of them. */
async function holdAll(caller: Caller, server: ServerUnderTest, calls: number): Promise<void> {
  await hold(caller, server, { calls, rtpPorts: [9] });
  await pause(settleMs);
  const live = (await server.api.metrics()).get('parley_calls_live');
  if (live !== calls) throw new Error(`of ${calls} calls to ${number} ${live} are live`);
}
