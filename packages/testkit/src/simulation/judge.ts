import { type Agent, notYet } from '@parley/contract';
import type { MemoryStore } from '../store.ts';
import type { VirtualStreams } from '../virtual-streams.ts';
import type { Crowd } from './crowd.ts';
import type { EventChecker } from './event-checker.ts';
import type { Receiver } from './receiver.ts';
import type { SimPhone } from './sim-phone.ts';
import type { SimServer } from './sim-server.ts';
import type { Violations } from './violations.ts';

export interface World {
  readonly store: MemoryStore;
  readonly server: SimServer | undefined;
  readonly serverAddress: string;
  readonly streams: VirtualStreams;
  readonly crowd: Crowd;
  readonly events: EventChecker;
  readonly receiver: Receiver;
}

/** Whether nothing is under way any more: no call, no transaction, nobody on the phone, nothing owed. */
export async function isAtRest({ server, crowd, store }: World): Promise<boolean> {
  if (server === undefined || server.isWriting) return false;
  const { centre } = server.exchange;
  if (centre.size > 0 || centre.wakeAt() !== undefined) return false;
  if (Object.values(server.sizes()).some((size) => size > 0)) return false;
  if (crowd.callers.some((caller) => !caller.hasBegun && !caller.phone.isGone)) return false;
  if (crowd.phones.some((phone) => !isIdle(phone))) return false;
  return (await store.owed({ after: 0 as never, limit: 1 })).length === 0;
}

/** Its calls are over and have left nothing behind in the phone; or nobody can tell any more. */
function isIdle({ isGone, state, sizes, registration }: SimPhone): boolean {
  if (isGone) return true;
  if (state.kind !== 'idle' || registration?.isAtRest === false) return false;
  return Object.values(sizes).every((size) => size === 0);
}

/** What has to be so once everything has come to rest. */
export async function judge(world: World, violations: Violations): Promise<void> {
  for (const life of world.events.unfinished()) violations.add(`${life} never ended`);
  await judgeDeliveries(world, violations);
  await judgeExplanations(world, violations);
  for (const phone of world.crowd.phones) judgePhone(phone, violations);
  judgeServer(world, violations);
}

async function judgeDeliveries({ events, receiver, store }: World, violations: Violations): Promise<void> {
  for (const entry of events.entries) {
    if (!receiver.acknowledged.has(entry.id))
      violations.add(`${entry.type} at ${entry.position} was never delivered`);
  }
  const owed = await store.owed({ after: 0 as never, limit: 10 });
  if (owed.length > 0) violations.add(`${owed.length} deliveries are still owed`);
  for (const kind of ['call', 'activeflow', 'groupcall', 'queuecall'] as const)
    if ((await store.live(kind)).length > 0) violations.add(`rows of kind ${kind} are still live`);
  for (const { row } of await store.live('confbridge'))
    if (row.call_ids.length > 0 || row.type === 'connect')
      violations.add(`room ${row.id} of type ${row.type} is left with ${row.call_ids.length}`);
  for (const { row } of await store.live('conference'))
    if (row.type === 'connect') violations.add(`conference ${row.id} of type connect is left`);
}

/** Every offer has come to an end, and whoever served a caller is told to have answered. */
async function judgeExplanations({ events, store }: World, violations: Violations): Promise<void> {
  for (const { type, resourceId: id } of events.entries) {
    if (type !== 'queuecall_done' && type !== 'queuecall_abandoned') continue;
    const offers = (await store.get('explanation', id))?.row.offers ?? [];
    const agents = offers.flatMap((offer) => offer.agents);
    if (agents.some(({ outcome }) => outcome === 'ringing'))
      violations.add(`visit ${id} is over, and its explanation has an agent who rings`);
    if (type === 'queuecall_abandoned') continue;
    // Another agent may have taken the caller over since, or have been handed it.
    const isTold = agents.some(({ outcome }) => outcome === 'answered');
    if (!isTold) violations.add(`visit ${id} was served, and no explanation tells who answered`);
  }
}

function judgePhone(phone: SimPhone, violations: Violations): void {
  const name = `phone ${phone.address.address}`;
  if (!isIdle(phone))
    violations.add(`${name}, ${phone.state.kind}, still has ${JSON.stringify(phone.sizes)}`);
  for (const ends of phone.isGone ? [] : phone.wrongEnds)
    violations.add(`a call of ${name} ended ${ends} times`);
}

/** It is for the agent to say that it has done. */
function staysBusy({ status_reason: reason, tm_wrap_up_end: end }: Agent): boolean {
  return reason === 'wrap_up' && end === notYet;
}

function judgeServer({ server, serverAddress, streams }: World, violations: Violations): void {
  if (server === undefined) return violations.add('there is no server at the end');
  const { centre, pipeline } = server.exchange;
  const groups = centre.groups.size;
  const inRooms = [...centre.rooms.values()].filter(
    ({ row }) => row.type === 'connect' || row.call_ids.length > 0,
  );
  const left = {
    live: centre.size,
    backlog: pipeline.backlog,
    groups,
    visits: centre.visits.size,
    ringing: [...centre.agents.values()].filter(
      ({ row }) => row.status === 'ringing' || (row.status === 'busy' && !staysBusy(row)),
    ).length,
    rooms: inRooms.length,
    ...server.sizes(),
  };
  for (const [what, size] of Object.entries(left))
    if (size !== 0) violations.add(`${size} ${what} are left at the end`);
  const open = streams.open.filter(({ local }) => local.address === serverAddress).length;
  const { connections } = server;
  if (connections !== open)
    violations.add(`the server holds ${connections} connections, of which ${open} are open`);
  if (centre.wakeAt() !== undefined) violations.add('a deadline is left at the end');
}
