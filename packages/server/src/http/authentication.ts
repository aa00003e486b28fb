import type { Customer } from '@parley/contract';
import { type AccesskeyRow, isAccesskeyAlive, type Moment, type Monotonic, type Put } from '@parley/core';
import { addressKey } from './address-key.ts';
import type { HttpDeps } from './deps.ts';
import { answer, type Outcome, refuse, refuseForNow } from './outcome.ts';
import { isDeleted } from './presence.ts';
import { createRateLimit } from './rate-limit.ts';
import type { HttpSettings } from './settings.ts';

/** Who a request comes from. */
export interface Caller {
  readonly customer: Customer;
  readonly accesskey: AccesskeyRow;
}

export interface Authentication {
  /** `token` is the access key as it was sent, undefined when none was. */
  authenticate(token: string | undefined, address: string): Promise<Outcome<Caller>>;
  /** Forgets what these changes make out of date. */
  forget(puts: readonly Put[]): void;
}

interface CacheEntry {
  readonly caller: Caller;
  readonly until: Monotonic;
}

/** No token of ours is longer; what is, is not worth hashing. */
const longestToken = 512;

/**
 * Finds the customer of an access key. Keys found good are remembered for a short time; wrong ones are not, and cost
 * their address one of the few wrong tries it has. Past that limit an address is not listened to at all, good key or
 * not: otherwise the limit would tell guesses apart.
 */
export function createAuthentication(
  deps: Pick<HttpDeps, 'store' | 'hash' | 'clock'>,
  settings: HttpSettings,
): Authentication {
  const wrongKeys = createRateLimit(settings.wrongKeyRate, settings.addresses);
  const known = new Map<string, CacheEntry>();
  const underWay = new Map<string, Promise<Caller | undefined>>();
  // Grows when anything is forgotten: a lookup that began before must not be remembered after.
  let generation = 0;

  const remember = (hash: string, caller: Caller, now: Monotonic): void => {
    const oldest = known.keys().next();
    if (known.size >= settings.keyCacheSize && oldest.done !== true) known.delete(oldest.value);
    known.set(hash, { caller, until: (now + settings.keyCacheMs) as Monotonic });
  };
  const recall = (hash: string, now: Moment): Caller | undefined => {
    const entry = known.get(hash);
    if (entry === undefined) return undefined;
    if (entry.until > now.mono && isAccesskeyAlive(entry.caller.accesskey, now.wall)) return entry.caller;
    known.delete(hash);
    return undefined;
  };
  const load = async (hash: string): Promise<Caller | undefined> => {
    const begun = generation;
    const caller = await findCaller(deps, hash);
    if (caller !== undefined && generation === begun) remember(hash, caller, deps.clock.now().mono);
    return caller;
  };
  const loadOnce = (hash: string): Promise<Caller | undefined> => {
    const loading = underWay.get(hash) ?? load(hash).finally(() => underWay.delete(hash));
    underWay.set(hash, loading);
    return loading;
  };

  return {
    async authenticate(token, address) {
      if (token === undefined || token === '') return refuse('AUTHENTICATION_REQUIRED', {});
      const now = deps.clock.now();
      const from = addressKey(address);
      const waitMs = wrongKeys.peek(from, now.mono);
      if (waitMs > 0) return refuseForNow('RATE_LIMIT_EXCEEDED', {}, waitMs);
      const hash = token.length > longestToken ? undefined : deps.hash(token);
      const remembered = hash === undefined ? undefined : recall(hash, now);
      if (remembered !== undefined) return answer(remembered);
      // Taken before the lookup, so that many guesses at once are no way around the limit.
      const joins = hash !== undefined && underWay.has(hash);
      if (!joins) wrongKeys.take(from, now.mono);
      let wrong = false;
      try {
        const caller = hash === undefined ? undefined : await loadOnce(hash);
        wrong = caller === undefined;
        return caller === undefined ? refuse('INVALID_CREDENTIALS', {}) : answer(caller);
      } finally {
        if (!wrong && !joins) wrongKeys.giveBack(from);
      }
    },
    forget(puts) {
      for (const put of puts) {
        if (put.kind === 'accesskey') known.delete(put.row.token_hash);
        if (put.kind === 'customer') forgetCustomer(known, put.row.id);
        if (put.kind === 'accesskey' || put.kind === 'customer') generation += 1;
      }
    },
  };
}

async function findCaller(
  deps: Pick<HttpDeps, 'store' | 'clock'>,
  hash: string,
): Promise<Caller | undefined> {
  const accesskey = await deps.store.find('accesskey', hash);
  if (accesskey === undefined || !isAccesskeyAlive(accesskey.row, deps.clock.now().wall)) return undefined;
  const customer = await deps.store.get('customer', accesskey.row.customer_id);
  if (customer === undefined || isDeleted(customer.row)) return undefined;
  return { customer: customer.row, accesskey: accesskey.row };
}

function forgetCustomer(known: Map<string, CacheEntry>, customerId: string): void {
  for (const [hash, { caller }] of known) if (caller.customer.id === customerId) known.delete(hash);
}
