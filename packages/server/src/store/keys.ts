import { nilId, notYet } from '@parley/contract';
import { extensionKey, type Put } from '@parley/core';

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
  const deleted = put.row.tm_delete !== notYet;
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
  if (put.kind === 'call') return put.row.status !== 'hangup';
  if (put.kind === 'registration') return put.row.contacts.length > 0 && !deleted;
  return put.kind === 'activeflow' && !deleted;
}

function lookupOf(put: Put): string | null {
  if (put.kind === 'number') return put.row.number;
  if (put.kind === 'extension') return extensionKey(put.row.customer_id, put.row.extension);
  return put.kind === 'accesskey' ? put.row.token_hash : null;
}

function parentOf(put: Put): string | null {
  if (put.kind === 'number') return put.row.call_flow_id;
  return put.kind === 'activeflow' ? put.row.reference_id : null;
}

function otherParentOf(put: Put): string | null {
  if (put.kind !== 'number') return null;
  const { call_flow_id: calls, message_flow_id: messages } = put.row;
  return messages === nilId || messages === calls ? null : messages;
}
