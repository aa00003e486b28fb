import { type Activeflow, type Call, nilId, type Recording } from '@parley/contract';
import type { LiveKind, Orphans, Rows, Store } from '@parley/core';

/** Reads all that was live when the last process died, and what is needed to end it. */
export async function findOrphans(
  store: Pick<Store, 'live' | 'get'>,
  recorded: (recordingId: string) => Promise<number>,
): Promise<Orphans> {
  const rows = async <K extends LiveKind>(kind: K): Promise<readonly Rows[K][]> =>
    (await store.live(kind)).map(({ row }) => row);
  const [calls, activeflows, groupcalls, confbridges, conferences, recordings] = await Promise.all([
    rows('call'),
    rows('activeflow'),
    rows('groupcall'),
    rows('confbridge'),
    rows('conference'),
    rows('recording'),
  ]);
  const [queuecalls, agents, queues] = await Promise.all([rows('queuecall'), rows('agent'), rows('queue')]);
  const explanations = await Promise.all(
    queuecalls.map(async ({ id }) => await store.get('explanation', id)),
  );
  const endedRecordings = await endedOf(store, activeflows);
  const lengths = await Promise.all(recordings.map(async ({ id }) => [id, await recorded(id)] as const));
  const wanted = [
    ...calls.map((call) => call.master_call_id),
    ...groupcalls.map((groupcall) => groupcall.master_call_id),
    ...[...recordings, ...endedRecordings].map((recording) => recording.reference_id),
    ...queuecalls.map((queuecall) => queuecall.reference_id),
  ];
  return {
    calls,
    masters: await mastersOf(store, calls, wanted),
    activeflows,
    groupcalls,
    confbridges,
    conferences,
    recordings,
    endedRecordings,
    queuecalls,
    explanations: explanations.flatMap((stored) => (stored === undefined ? [] : [stored.row])),
    agents,
    queues,
    recorded: new Map(lengths),
  };
}

/** The recordings that those of these activeflows follow that follow one. */
async function endedOf(
  store: Pick<Store, 'get'>,
  activeflows: readonly Activeflow[],
): Promise<readonly Recording[]> {
  const ids = activeflows
    .filter(({ reference_type: type }) => type === 'recording')
    .map(({ reference_id: id }) => id);
  const found = await Promise.all(ids.map(async (id) => (await store.get('recording', id))?.row));
  return found.flatMap((row) => row ?? []);
}

/** The calls of these ids that are over already, and those that made them, up to the first. */
async function mastersOf(
  store: Pick<Store, 'get'>,
  live: readonly Call[],
  wanted: readonly string[],
): Promise<readonly Call[]> {
  const seen = new Set([nilId, ...live.map(({ id }) => id)]);
  const masters: Call[] = [];
  const open = [...wanted];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (seen.has(id)) continue;
    seen.add(id);
    const master = (await store.get('call', id))?.row;
    if (master === undefined) continue;
    masters.push(master);
    open.push(master.master_call_id);
  }
  return masters;
}
