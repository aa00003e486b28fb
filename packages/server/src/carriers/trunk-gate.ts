import { allowsAddress, type Monotonic, type TrunkRow } from '@parley/core';
import { parseNameAddr, parseUri, type Path, type SipRequest } from '@parley/sip';
import { AttemptLimiter } from '../registrar/attempt-limiter.ts';
import type { Registrar } from '../registrar/registrar.ts';
import type { CallerIdentity } from '../registrar/registrar-directory.ts';
import type { Account } from './outbound-registrations.ts';
import { TrunkIndex } from './trunk-index.ts';

/** Who an INVITE comes from, when trunks are looked at too. */
export type Caller =
  | CallerIdentity
  | { readonly kind: 'trunk'; readonly trunk: TrunkRow }
  /** A provider that we are registered with, by one of these accounts. */
  | { readonly kind: 'provider'; readonly accounts: readonly Account[] };

export interface TrunkGateDeps {
  readonly registrar: Pick<Registrar, 'whoIs' | 'proves' | 'asksForProof' | 'credentialsIn'>;
  readonly accountsAt: (address: string) => readonly Account[];
  readonly now: () => Monotonic;
}

/** A PBX that begins with a burst of calls is let in; whoever tries passwords gets twelve a minute. */
const strangerLimits = { burst: 50, forgiveMs: 5_000, sources: 10_000 } as const;
/** Addresses remembered from which a password was right; beyond it the oldest is a stranger again. */
const mostProved = 10_000;

/** Decides whether a request comes over a trunk, and over which (its customer pays for it). */
export class TrunkGate {
  readonly #deps: TrunkGateDeps;
  readonly #index = new TrunkIndex();
  readonly #strangers = new AttemptLimiter(strangerLimits);
  readonly #proved = new Set<string>();

  constructor(deps: TrunkGateDeps) {
    this.#deps = deps;
  }

  get size(): number {
    return this.#index.size;
  }

  changed(trunk: TrunkRow): void {
    this.#index.set(trunk);
    this.#proved.clear();
  }

  /**
   * Whether a request outside of any call is looked at because of trunks. With one that takes calls from anywhere, an
   * address nobody has called from is answered too, until it has failed too often.
   */
  admits({ remote: { address } }: Path, method: string): boolean {
    if (method === 'REGISTER') return false;
    if (this.#deps.accountsAt(address).length > 0) return true;
    if (this.#index.size === 0) return false;
    if (this.#proved.has(address) || this.#index.atAddress(address).length > 0) return true;
    if (method !== 'INVITE' || !this.#index.isOpen) return false;
    return this.#strangers.allows(address, this.#deps.now());
  }

  async whoIs(invite: SipRequest, path: Path): Promise<Caller> {
    const { address } = path.remote;
    const caller = this.#trunkOf(invite, path) ?? (await this.#deps.registrar.whoIs(invite, path));
    if (caller.kind === 'refused' && !this.#isKnown(address))
      this.#strangers.failed(address, this.#deps.now());
    return caller;
  }

  /** Undefined: it is the registrar's to say. */
  #trunkOf(invite: SipRequest, path: Path): Caller | undefined {
    const { registrar, accountsAt } = this.#deps;
    const { address } = path.remote;
    const named = this.#namedIn(invite);
    const username = registrar.credentialsIn(invite);
    if (username !== undefined) return this.#proving(invite, path, username, named);
    const trunks = this.#index.atAddress(address).filter(({ auth_types: types }) => !types.includes('basic'));
    const [trunk] = named === undefined || !trunks.includes(named) ? trunks : [named];
    if (trunk !== undefined) return { kind: 'trunk', trunk };
    const accounts = accountsAt(address);
    if (accounts.length > 0 && named === undefined) return { kind: 'provider', accounts };
    const asks = named?.auth_types.includes('basic') === true && allowsAddress(named, address);
    return asks ? registrar.asksForProof(invite, path, false) : undefined;
  }

  /** Wrong passwords are left to the registrar, which counts them: an extension may have the name as well. */
  #proving(
    invite: SipRequest,
    path: Path,
    username: string,
    named: TrunkRow | undefined,
  ): Caller | undefined {
    const { registrar } = this.#deps;
    const { address } = path.remote;
    const candidates = this.#index.forUser(username, address);
    const inOrder = named !== undefined && candidates.includes(named) ? [named] : candidates;
    for (const trunk of inOrder) {
      const proof = registrar.proves(invite, { username: trunk.username, hashes: trunk.password_hashes });
      if (proof === 'yes') return this.#let(trunk, address);
      if (proof === 'stale') return registrar.asksForProof(invite, path, true);
    }
    return undefined;
  }

  #let(trunk: TrunkRow, address: string): Caller {
    const [oldest] = this.#proved;
    if (this.#proved.size >= mostProved && oldest !== undefined) this.#proved.delete(oldest);
    this.#proved.add(address);
    return { kind: 'trunk', trunk };
  }

  #isKnown(address: string): boolean {
    return this.#proved.has(address) || this.#index.atAddress(address).length > 0;
  }

  /** The trunk whose domain stands behind an `@` of it. */
  #namedIn({ uri, headers }: SipRequest): TrunkRow | undefined {
    const uris = [uri, ...['To', 'From'].map((name) => uriOf(headers.get(name) ?? ''))];
    for (const each of uris) {
      const parsed = parseUri(each);
      const trunk = parsed.ok ? this.#index.byDomain(parsed.value.host) : undefined;
      if (trunk !== undefined) return trunk;
    }
    return undefined;
  }
}

function uriOf(value: string): string {
  const address = parseNameAddr(value);
  return address.ok ? address.value.uri : '';
}
