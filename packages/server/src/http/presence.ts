import { notYet } from '@parley/contract';
import type { Kind, Rows, Stored } from '@parley/core';
import type { HttpDeps } from './deps.ts';
import { answer, type Outcome, refuse } from './outcome.ts';

/** Logins, sessions, explanations and what statistics are made of are no resources: nobody asks for one by its id. */
type OwnedKind = Exclude<Kind, 'customer' | 'login' | 'session' | 'explanation' | 'statistic' | 'standing'>;

const notFoundReasons = {
  accesskey: 'ACCESSKEY_NOT_FOUND',
  flow: 'FLOW_NOT_FOUND',
  number: 'NUMBER_NOT_FOUND',
  tag: 'TAG_NOT_FOUND',
  extension: 'EXTENSION_NOT_FOUND',
  registration: 'EXTENSION_NOT_FOUND',
  call: 'CALL_NOT_FOUND',
  activeflow: 'ACTIVEFLOW_NOT_FOUND',
  groupcall: 'GROUPCALL_NOT_FOUND',
  conference: 'CONFERENCE_NOT_FOUND',
  confbridge: 'CONFBRIDGE_NOT_FOUND',
  recording: 'RECORDING_NOT_FOUND',
  transfer: 'TRANSFER_NOT_FOUND',
  provider: 'PROVIDER_NOT_FOUND',
  route: 'DIALROUTE_NOT_FOUND',
  trunk: 'TRUNK_NOT_FOUND',
  agent: 'AGENT_NOT_FOUND',
  queue: 'QUEUE_NOT_FOUND',
  queuecall: 'QUEUECALL_NOT_FOUND',
} as const satisfies Record<OwnedKind, string>;

/** Deleted rows stay in the store, with the time of their end. */
export function isDeleted(row: { readonly tm_delete: string }): boolean {
  return row.tm_delete !== notYet;
}

export function notFound(kind: OwnedKind, id: string) {
  return refuse(notFoundReasons[kind], { id });
}

/** The row with this id; one that is deleted, or another customer's, is not there. */
export async function findOwned<K extends OwnedKind>(
  deps: Pick<HttpDeps, 'store'>,
  kind: K,
  id: string,
  customerId: string,
): Promise<Outcome<Stored<K>>> {
  const found = await findOwnedOrEnded(deps, kind, id, customerId);
  if (!found.ok) return found;
  const row: Rows[OwnedKind] = found.value.row;
  return isDeleted(row) ? notFound(kind, id) : found;
}

/** The same for what has an end rather than a deletion: an activeflow or a room that is over can still be read. */
export async function findOwnedOrEnded<K extends OwnedKind>(
  deps: Pick<HttpDeps, 'store'>,
  kind: K,
  id: string,
  customerId: string,
): Promise<Outcome<Stored<K>>> {
  const stored = await deps.store.get(kind, id);
  const row: Rows[OwnedKind] | undefined = stored?.row;
  return stored === undefined || row?.customer_id !== customerId ? notFound(kind, id) : answer(stored);
}
