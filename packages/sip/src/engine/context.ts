import { magicCookie } from '../transaction/matching.ts';
import type { ClientTransactions } from '../transaction/client-transactions.ts';
import type { DeadlineHeap } from '../transaction/deadline-heap.ts';
import type { Path } from '../transaction/path.ts';
import type { ServerTransactions } from '../transaction/server-transactions.ts';
import type { CallRecord } from './call-record.ts';
import type { CallTable } from './call-table.ts';
import type { ResolvedConfig, SipEngineDeps } from './config.ts';
import { contactValue } from './contact.ts';
import type { InviteLedger } from './invite-ledger.ts';
import type { Outbox } from './outbox.ts';
import type { HeaderPair } from './response-builder.ts';

/** What the parts of one engine share. */
export interface EngineContext {
  readonly config: ResolvedConfig;
  readonly deps: SipEngineDeps;
  readonly outbox: Outbox;
  readonly deadlines: DeadlineHeap;
  readonly servers: ServerTransactions;
  readonly clients: ClientTransactions;
  readonly calls: CallTable;
  readonly ledger: InviteLedger;
  /** Makes the tags of stateless responses unguessable. */
  readonly secret: string;
  /** Methods we answer, for Allow. */
  readonly allow: string;
  /** What a session timer does when it is our turn. */
  refreshSession(record: CallRecord, now: number): void;
}

/** A branch nobody can guess (RFC 3261 section 8.1.1.7). */
export function newBranch(context: EngineContext): string {
  return `${magicCookie}${context.deps.token()}`;
}

export function contactHeader(context: EngineContext, path: Path, secure: boolean): HeaderPair {
  return ['Contact', contactValue(path, context.config.local(path), secure)];
}

/** Whether requests outside of dialogs are taken from there. */
export function isAdmitted(context: EngineContext, path: Path, method: string): boolean {
  return context.config.admit?.(path, method) ?? true;
}

/** A whole number from 0 to `below` - 1. */
export function chance(context: EngineContext, below: number): number {
  return Number.parseInt(context.deps.token().slice(0, 8), 16) % below;
}
