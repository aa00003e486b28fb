import { nilId, notYet } from '@parley/contract';
import {
  extensionKey,
  isQueuecallOver,
  type Kind,
  type LiveKind,
  type Put,
  routeKey,
  statisticKey,
  trunkKey,
  usernameKey,
} from '@parley/core';

/** What rows are found by. Everything else about a row is text to a store. */
export interface RowKeys {
  readonly customerId: string;
  readonly createdAt: string;
  /** `tm_delete` has come: hidden from all but `get`. */
  readonly deleted: boolean;
  /** Something recovery has to close, or to go on with. */
  readonly live: boolean;
  /** Unique among the undeleted rows of its kind. */
  readonly lookup: string | null;
  /** What the row points to. */
  readonly parent: string | null;
  /** What else it points to; null when that is nothing, or the same. */
  readonly otherParent: string | null;
}

export function keysOf(put: Put): RowKeys {
  // To a queuecall that time is its end: those that are over are listed, too.
  const deleted = put.kind !== 'queuecall' && put.row.tm_delete !== notYet;
  return {
    customerId: ownerOf(put),
    createdAt: put.row.tm_create,
    deleted,
    live: isLive(put, deleted),
    lookup: lookupOf(put),
    parent: parentOf(put),
    otherParent: otherParentOf(put),
  };
}

/** A customer is its own. */
function ownerOf(put: Put): string {
  return put.kind === 'customer' ? put.row.id : put.row.customer_id;
}

function isLive(put: Put, deleted: boolean): boolean {
  const { kind } = put;
  if (kind === 'call' || kind === 'groupcall') return put.row.status !== 'hangup';
  if (kind === 'conference' || kind === 'confbridge') return put.row.status !== 'terminated';
  if (kind === 'recording') return put.row.status !== 'ended';
  if (kind === 'registration') return put.row.contacts.length > 0 && !deleted;
  if (kind === 'queuecall') return !isQueuecallOver(put.row);
  if (kind === 'statistic') return !put.row.closed;
  return liveUntilDeleted.has(kind) && !deleted;
}

const liveUntilDeleted: ReadonlySet<Kind> = new Set<LiveKind>([
  'activeflow',
  'provider',
  'trunk',
  'agent',
  'queue',
  'standing',
]);

function lookupOf({ kind, row }: Put): string | null {
  if (kind === 'number') return row.number;
  if (kind === 'extension') return extensionKey(row.customer_id, row.extension);
  if (kind === 'trunk') return trunkKey(row.domain_name);
  if (kind === 'login') return usernameKey(row.username);
  return kind === 'accesskey' || kind === 'session' ? row.token_hash : null;
}

function parentOf({ kind, row }: Put): string | null {
  if (kind === 'number') return row.call_flow_id;
  if (kind === 'route') return routeKey(row.customer_id, row.target);
  if (kind === 'groupcall') return row.master_call_id;
  if (kind === 'transfer') return row.transferer_call_id;
  if (kind === 'session') return row.agent_id;
  if (kind === 'statistic') return statisticKey(row.interval, row.subject_id);
  return kind === 'activeflow' || kind === 'recording' || kind === 'queuecall' ? row.reference_id : null;
}

function otherParentOf(put: Put): string | null {
  if (put.kind !== 'number') return null;
  const { call_flow_id: calls, message_flow_id: messages } = put.row;
  return messages === nilId || messages === calls ? null : messages;
}
