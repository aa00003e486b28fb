import type { Refusal } from './call-state.ts';
import { chance, type EngineContext } from './context.ts';
import type { ReceivedRequest } from './received-request.ts';

/** Part of the transaction table that new work may fill; the rest is kept for the calls there are. */
const shareForNewWork = 0.75;

/** Room for one more transaction of a live call. */
export function hasRoom(context: EngineContext): boolean {
  return transactionCount(context) < context.config.limits.maxTransactions;
}

/** Room for another call, whoever makes it. */
export function hasRoomForCall(context: EngineContext): boolean {
  return context.calls.dialogs < context.config.limits.maxDialogs && hasRoomForNewWork(context);
}

/** Room for a request of ours that belongs to no call. */
export function hasRoomForNewWork(context: EngineContext): boolean {
  return transactionCount(context) < context.config.limits.maxTransactions * shareForNewWork;
}

/** Why a request outside of a dialog cannot be taken now. */
export function refusalOfLoad(context: EngineContext, request: ReceivedRequest): Refusal | undefined {
  const { maxInvitesPerSource } = context.config.limits;
  const room = hasRoomForCall(context) && context.ledger.countFrom(request) < maxInvitesPerSource;
  return room ? undefined : overloaded(context);
}

/** 503 (RFC 3261 section 21.5.4), spread over a few seconds so that the refused do not come back all at once. */
export function overloaded(context: EngineContext): Refusal {
  return { status: 503, headers: [['Retry-After', String(2 + chance(context, 8))]] };
}

function transactionCount(context: EngineContext): number {
  return context.servers.table.size + context.clients.table.size;
}
