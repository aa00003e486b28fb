import type { EventType } from '@parley/contract';
import type { EventPosition, LogEntry } from '@parley/core';
import type { HttpDeps } from './deps.ts';
import type { EventWaiters } from './event-waiters.ts';

/** Entries read from the store at once when only some types are wanted. */
const scanBatch = 500;

/** Entries looked at for one reply: a filter that matches nothing must not hold the process for the whole log. */
const scanLimit = 5_000;

export interface FeedQuery {
  readonly customerId: string;
  /** undefined: from the oldest that is kept. */
  readonly after: EventPosition | undefined;
  readonly limit: number;
  /** undefined: all of them. */
  readonly types: ReadonlySet<EventType> | undefined;
  /** How long to wait for the first entry; 0: not at all. */
  readonly waitMs: number;
}

export interface FeedPage {
  readonly entries: readonly LogEntry[];
  /** Where to go on: everything up to here has been looked at. */
  readonly next: EventPosition;
}

const beginning = 0 as EventPosition;

interface Stretch extends FeedPage {
  /** There may be more after `next` already. */
  readonly more: boolean;
}

/**
 * Reads a stretch of a customer's events, waiting for it if asked to. `full`: too many requests wait already. `pruned`:
 * some that followed `after` are gone.
 */
export async function readFeed(
  deps: Pick<HttpDeps, 'store' | 'clock'>,
  waiters: EventWaiters,
  query: FeedQuery,
  signal: AbortSignal,
): Promise<FeedPage | 'full' | 'pruned'> {
  const deadline = deps.clock.now().mono + query.waitMs;
  let after = query.after ?? beginning;
  for (;;) {
    const seen = waiters.growth();
    const stretch = await readStretch(deps.store, { ...query, after });
    // After the read: what was taken out meanwhile is noticed too.
    if (query.after !== undefined && (await deps.store.prunedTo(query.customerId)) > after) return 'pruned';
    if (stretch.entries.length > 0 || stretch.more) return stretch;
    after = stretch.next;
    const outcome = await waiters.wait(seen, deadline - deps.clock.now().mono, signal);
    if (outcome === 'full') return 'full';
    if (outcome === 'ended') return stretch;
  }
}

async function readStretch(
  store: HttpDeps['store'],
  query: FeedQuery & { readonly after: EventPosition },
): Promise<Stretch> {
  const { customerId, limit, types } = query;
  const entries: LogEntry[] = [];
  const batch = types === undefined ? limit : scanBatch;
  let next = query.after;
  for (let scanned = 0; scanned < scanLimit; scanned += batch) {
    const read = await store.events({ customerId, after: next, limit: batch });
    for (const entry of read) {
      if (types === undefined || types.has(entry.type)) entries.push(entry);
      next = entry.position;
      if (entries.length === limit) return { entries, next, more: true };
    }
    if (read.length < batch) return { entries, next, more: false };
  }
  return { entries, next, more: true };
}
