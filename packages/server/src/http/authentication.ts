import type { Customer } from '@parley/contract';
import { type AccesskeyRow, agentTokenMark, isInForce, type Put, type SessionRow } from '@parley/core';
import { addressKey } from './address-key.ts';
import { createCallerCache } from './caller-cache.ts';
import type { HttpDeps } from './deps.ts';
import { answer, type Outcome, refuse, refuseForNow } from './outcome.ts';
import { isDeleted } from './presence.ts';
import { createRateLimit } from './rate-limit.ts';
import type { HttpSettings } from './settings.ts';

/** A request with an access key: for all that the customer has. */
export interface KeyCaller {
  readonly customer: Customer;
  readonly accesskey: AccesskeyRow;
  readonly session: undefined;
}

/** A request with the token of an agent: for what is the agent's own. */
export interface AgentCaller {
  readonly customer: Customer;
  readonly accesskey: undefined;
  readonly session: SessionRow;
}

/** Who a request comes from. */
export type Caller = KeyCaller | AgentCaller;

export interface Authentication {
  /** `token` is the access key, or the token of an agent, as it was sent, undefined when none was. */
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

  const load = async (hash: string, kind: TokenKind): Promise<Caller | undefined> => {
    const begun = known.generation();
    const caller = await findCaller(deps, hash, kind);
    if (caller !== undefined) known.remember(hash, caller, begun, deps.clock.now());
    return caller;
  };
  /** A try is taken before the lookup, so that many guesses at once are no way around the limit. */
  const loadForATry = async (hash: string, kind: TokenKind, from: string): Promise<Caller | undefined> => {
    wrongKeys.take(from, deps.clock.now().mono);
    let wrong = false;
    try {
      const caller = await load(hash, kind);
      wrong = caller === undefined;
      return caller;
    } finally {
      if (!wrong) wrongKeys.giveBack(from);
    }
  };
  const loadOnce = (hash: string, kind: TokenKind, from: string): Promise<Caller | undefined> => {
    const loading = underWay.get(hash) ?? loadForATry(hash, kind, from).finally(() => underWay.delete(hash));
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
      const caller = known.recall(hash, now) ?? (await loadOnce(hash, kindOf(token), from));
      return caller === undefined ? refuse('INVALID_CREDENTIALS', {}) : answer(caller);
    },
    forget: (puts) => known.forget(puts),
  };
}

type TokenKind = 'accesskey' | 'session';

/** Tokens of agents are marked, so that one lookup tells whose a token is. */
function kindOf(token: string): TokenKind {
  return token.startsWith(agentTokenMark) ? 'session' : 'accesskey';
}

async function findCaller(deps: Deps, hash: string, kind: TokenKind): Promise<Caller | undefined> {
  const token = await findToken(deps, hash, kind);
  if (token === undefined) return undefined;
  const { customer_id: customerId } = token.accesskey ?? token.session;
  const customer = await deps.store.get('customer', customerId);
  return customer === undefined || isDeleted(customer.row) ? undefined : { customer: customer.row, ...token };
}

type Token = Omit<KeyCaller, 'customer'> | Omit<AgentCaller, 'customer'>;

async function findToken({ store, clock }: Deps, hash: string, kind: TokenKind): Promise<Token | undefined> {
  if (kind === 'session') {
    const session = await store.find('session', hash);
    if (session === undefined || !isInForce(session.row, clock.now().wall)) return undefined;
    return { accesskey: undefined, session: session.row };
  }
  const accesskey = await store.find('accesskey', hash);
  if (accesskey === undefined || !isInForce(accesskey.row, clock.now().wall)) return undefined;
  return { accesskey: accesskey.row, session: undefined };
}
