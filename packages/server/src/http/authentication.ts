import type { Customer } from '@parley/contract';
import { type AccesskeyRow, isAccesskeyAlive, type Put } from '@parley/core';
import { addressKey } from './address-key.ts';
import { createCallerCache } from './caller-cache.ts';
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

type Deps = Pick<HttpDeps, 'store' | 'hash' | 'clock'>;

/** No token of ours is longer; of what is, no more is hashed than tells it apart. */
const longestToken = 512;

/**
 * Finds the customer of an access key. Keys found good are remembered for a short time; wrong ones are not, and cost
 * their address one of the few wrong tries it has. Past that limit an address is not listened to at all, good key or
 * not: otherwise the limit would tell guesses apart.
 */
export function createAuthentication(deps: Deps, settings: HttpSettings): Authentication {
  const wrongKeys = createRateLimit(settings.wrongKeyRate, settings.addresses);
  const known = createCallerCache(settings.keyCacheMs, settings.keyCacheSize);
  const underWay = new Map<string, Promise<Caller | undefined>>();

  const load = async (hash: string): Promise<Caller | undefined> => {
    const begun = known.generation();
    const caller = await findCaller(deps, hash);
    if (caller !== undefined) known.remember(hash, caller, begun, deps.clock.now());
    return caller;
  };
  /** A try is taken before the lookup, so that many guesses at once are no way around the limit. */
  const loadForATry = async (hash: string, from: string): Promise<Caller | undefined> => {
    wrongKeys.take(from, deps.clock.now().mono);
    let wrong = false;
    try {
      const caller = await load(hash);
      wrong = caller === undefined;
      return caller;
    } finally {
      if (!wrong) wrongKeys.giveBack(from);
    }
  };
  const loadOnce = (hash: string, from: string): Promise<Caller | undefined> => {
    const loading = underWay.get(hash) ?? loadForATry(hash, from).finally(() => underWay.delete(hash));
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
      const hash = deps.hash(token.slice(0, longestToken + 1));
      const caller = known.recall(hash, now) ?? (await loadOnce(hash, from));
      return caller === undefined ? refuse('INVALID_CREDENTIALS', {}) : answer(caller);
    },
    forget: (puts) => known.forget(puts),
  };
}

async function findCaller(deps: Deps, hash: string): Promise<Caller | undefined> {
  const accesskey = await deps.store.find('accesskey', hash);
  if (accesskey === undefined || !isAccesskeyAlive(accesskey.row, deps.clock.now().wall)) return undefined;
  const customer = await deps.store.get('customer', accesskey.row.customer_id);
  if (customer === undefined || isDeleted(customer.row)) return undefined;
  return { customer: customer.row, accesskey: accesskey.row };
}
