import { isInForce, type Moment, type Monotonic, type Put } from '@parley/core';
import type { Caller } from './authentication.ts';

/** Keys found good, by the hash of their token, for a short time. */
export interface CallerCache {
  recall(hash: string, now: Moment): Caller | undefined;
  /** Not when anything was forgotten since `generation` was `begun`: what was read then may be out of date. */
  remember(hash: string, caller: Caller, begun: number, now: Moment): void;
  /** Grows whenever something is forgotten. Take it before reading what is to be remembered. */
  generation(): number;
  /** Forgets what these changes make out of date. */
  forget(puts: readonly Put[]): void;
}

interface Entry {
  readonly caller: Caller;
  readonly until: Monotonic;
}

/** A full cache lets go of the key that was looked up longest ago. */
export function createCallerCache(ttlMs: number, size: number): CallerCache {
  const entries = new Map<string, Entry>();
  let generation = 0;

  const forgetCustomer = (customerId: string): void => {
    for (const [hash, { caller }] of entries) if (caller.customer.id === customerId) entries.delete(hash);
  };
  return {
    recall(hash, now) {
      const entry = entries.get(hash);
      if (entry === undefined) return undefined;
      if (entry.until > now.mono && isInForce(entry.caller.accesskey ?? entry.caller.session, now.wall))
        return entry.caller;
      entries.delete(hash);
      return undefined;
    },
    remember(hash, caller, begun, now) {
      if (begun !== generation) return;
      const oldest = entries.keys().next();
      if (entries.size >= size && oldest.done !== true) entries.delete(oldest.value);
      entries.set(hash, { caller, until: (now.mono + ttlMs) as Monotonic });
    },
    generation: () => generation,
    forget(puts) {
      for (const put of puts) {
        if (put.kind !== 'accesskey' && put.kind !== 'session' && put.kind !== 'customer') continue;
        generation += 1;
        if (put.kind === 'customer') forgetCustomer(put.row.id);
        else entries.delete(put.row.token_hash);
      }
    },
  };
}
