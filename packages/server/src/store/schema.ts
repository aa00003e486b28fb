import type { EventType, Instant } from '@parley/contract';
import type { EventPosition, Kind, LookupKind } from '@parley/core';

/** Rows of one kind: the columns that are searched, and the row itself as JSON. One table for each kind. */
export interface RowTable {
  id: string;
  customer_id: string;
  tm_create: string;
  /** 1: `tm_delete` has come. */
  deleted: number;
  /** 1: recovery has to close it. */
  live: number;
  lookup: string | null;
  parent: string | null;
  other_parent: string | null;
  version: number;
  body: string;
}

/** Every event that was not pruned, in the order in which they became true. */
export interface EventTable {
  position: EventPosition;
  id: string;
  type: EventType;
  customer_id: string;
  lane: string;
  resource_id: string;
  at: Instant;
  body: string;
}

/** What is owed to whom; a row is gone once it is settled. */
export interface DeliveryTable {
  endpoint_id: string;
  position: EventPosition;
  attempts: number;
  next_attempt_at: Instant;
}

/** How far events were taken out of the log of a customer. */
export interface PrunedTable {
  customer_id: string;
  position: EventPosition;
}

/** Versions of the schema that this database went through. */
export interface MigrationTable {
  version: number;
  name: string;
}

export type Tables = Record<Kind, RowTable> & {
  event: EventTable;
  delivery: DeliveryTable;
  pruned: PrunedTable;
  migration: MigrationTable;
};

/** All kinds of rows, each of them the name of a table. */
export const storeKinds = [
  'customer',
  'accesskey',
  'flow',
  'number',
  'tag',
  'extension',
  'registration',
  'call',
  'activeflow',
  'groupcall',
  'conference',
  'confbridge',
  'recording',
  'transfer',
  'provider',
  'route',
  'trunk',
  'agent',
  'login',
  'session',
  'queue',
  'queuecall',
  'explanation',
  'statistic',
  'standing',
] as const satisfies readonly Kind[];

const lookupKinds: ReadonlySet<Kind> = new Set<LookupKind>([
  'number',
  'accesskey',
  'extension',
  'trunk',
  'login',
  'session',
]);

/** Kinds that have a lookup key: a put of one can lose against another row. */
export function hasLookup(kind: Kind): kind is LookupKind {
  return lookupKinds.has(kind);
}
