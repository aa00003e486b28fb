import { type Agent, notYet, type Queue } from '@parley/contract';
import { wrapUpDeadline } from '../agent/wrap-up.ts';
import type { House } from '../call/house.ts';
import type { Moment, Monotonic } from '../ports/moment.ts';
import type { Precondition, Put, Stored } from '../ports/store.ts';
import { changesDuties } from './duty.ts';
import { idleSince } from './history.ts';
import type { LiveAgent } from './live-queue.ts';

/** A row and how often it has been put, as the store counts. */
export interface Kept<Row> {
  readonly row: Row;
  readonly version: number;
}

/** Agents and queues as they were when this process started. */
export function loadStaff(
  house: House,
  agents: readonly Kept<Agent>[],
  queues: readonly Kept<Queue>[],
  at: Moment,
): void {
  for (const { row, version } of agents)
    house.agents.set(row.id, newAgent(row, version, idleSince(row, at), at));
  for (const { row, version } of queues) house.putQueue({ row, version });
}

/**
 * Whether a change of agents and queues that is about to be written was made of what they are now: what is not would put
 * back what has been decided since, and loses. Those that are new here depend on nothing.
 */
export function isUpToDate(house: House, preconditions: readonly Precondition[]): boolean {
  return preconditions.every(({ kind, id, version }) => {
    const kept =
      kind === 'agent' ? house.agents.get(id) : kind === 'queue' ? house.queues.get(id) : undefined;
    return kept === undefined || kept.version === version;
  });
}

/** From now on agents and queues are as that change says. Answers the customers of whom somebody may be free now. */
export function takeOver(house: House, puts: readonly Put[], at: Moment): readonly string[] {
  const customers = new Set<string>();
  for (const put of puts) {
    if (put.kind === 'agent') agentIs(house, put.row, at);
    if (put.kind === 'queue') queueIs(house, put.row);
    if (put.kind === 'agent') customers.add(put.row.customer_id);
  }
  return [...customers];
}

/** What a row is, and how often it has been put, as the store says. */
export function staffIs<K extends 'agent' | 'queue'>(
  house: House,
  kind: K,
  stored: Stored<K>,
  at: Moment,
): void {
  const put = { kind, row: stored.row } as unknown as Put;
  if (put.kind === 'agent') agentIs(house, put.row, at);
  if (put.kind === 'queue') queueIs(house, put.row);
  const kept = kind === 'agent' ? house.agents.get(stored.row.id) : house.queues.get(stored.row.id);
  if (kept !== undefined) kept.version = stored.version;
}

/** The call centre has put those rows itself. */
export function countPuts(house: House, puts: readonly Put[]): void {
  for (const { kind, row } of puts) {
    const kept =
      kind === 'agent' ? house.agents.get(row.id) : kind === 'queue' ? house.queues.get(row.id) : undefined;
    if (kept !== undefined) kept.version += 1;
  }
}

function agentIs(house: House, row: Agent, at: Moment): void {
  const agent = house.agents.get(row.id);
  if (row.tm_delete !== notYet) return void house.agents.delete(row.id);
  if (agent === undefined) return void house.agents.set(row.id, newAgent(row, 1, at.mono, at));
  if (row.status === 'available' && agent.row.status !== 'available') agent.idleSince = at.mono;
  agent.wrapUpUntil = wrapUpDeadline(row, at);
  // Whoever says to be ready is ready, whatever the rest was for.
  if (row.status === 'available') agent.notBefore = undefined;
  agent.row = row;
  agent.version += 1;
}

function queueIs(house: House, row: Queue): void {
  const queue = house.queues.get(row.id);
  if (row.tm_delete !== notYet) return house.removeQueue(row);
  if (changesDuties(queue?.row, row)) forgetDuties(house, row.customer_id);
  if (queue === undefined) return house.putQueue({ row, version: 1 });
  queue.row = row;
  queue.version += 1;
}

/** They are worked out again when somebody asks. */
function forgetDuties(house: House, customerId: string): void {
  for (const agent of house.agents.values()) if (agent.row.customer_id === customerId) agent.duty = undefined;
}

function newAgent(row: Agent, version: number, idle: Monotonic, at: Moment): LiveAgent {
  return {
    row,
    version,
    idleSince: idle,
    notBefore: undefined,
    missed: 0,
    visitId: undefined,
    briefedOn: undefined,
    lastOfferedAt: new Map(),
    serving: undefined,
    wrapUpUntil: wrapUpDeadline(row, at),
    directCalls: 0,
    duty: undefined,
    figures: { day: 0, calls: 0, talkMs: 0 },
  };
}
