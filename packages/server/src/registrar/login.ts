import { nilId } from '@parley/contract';
import {
  type Chance,
  extensionKey,
  type ExtensionRow,
  type Monotonic,
  type PasswordHashes,
  type Store,
} from '@parley/core';
import {
  createDigestServer,
  type DigestAlgorithm,
  digestAlgorithms,
  type DigestHash,
  type DigestSecret,
  type DigestServer,
  type DigestServerError,
  findCredentials,
  type HeaderPair,
  type SipRequest,
} from '@parley/sip';

export interface LoginDeps {
  readonly store: Pick<Store, 'find'>;
  readonly hash: DigestHash;
  readonly chance: Chance;
  /** The realm of all passwords. */
  readonly realm: string;
  /** Read at the moment of the check, which may come after a look into the store. */
  readonly now: () => Monotonic;
  /** The extension as it is remembered, if it is; a failure is never told on what is remembered alone. */
  readonly remembered: (key: string) => ExtensionRow | undefined;
}

/** Who a request says it is from, and how it means to prove it. */
export interface Claim {
  readonly method: string;
  readonly requestUri: string;
  /** All values of Authorization, or of Proxy-Authorization. */
  readonly credentials: readonly string[];
  /** undefined: no domain of ours; it is looked for all the same, so that time tells nothing. */
  readonly customerId: string | undefined;
  /** What the credentials must be those of; undefined: whoever they name. */
  readonly extension: string | undefined;
}

export type LoginFailure = DigestServerError | 'otherRealm';

export type LoginOutcome =
  | { readonly ok: true; readonly extension: ExtensionRow }
  | { readonly ok: false; readonly why: LoginFailure };

/** A nonce of each of 10,000 phones for its five minutes, with room for those that ask for one each time. */
const nonceLimit = 50_000;

/** Changes of extensions that a look into the store may run into before it is believed. */
const attempts = 3;

/** Proves with digest authentication that a request comes from a phone of an extension (RFC 7616, RFC 8760). */
export class Login {
  readonly #deps: LoginDeps;
  readonly #digest: DigestServer;
  #generation = 0;

  constructor(deps: LoginDeps) {
    this.#deps = deps;
    const token = (): string => deps.chance.token(16);
    this.#digest = createDigestServer({ hash: deps.hash, token, realm: deps.realm, nonceLimit });
  }

  /** An extension has changed: what is being read now may be out of date. */
  changed(): void {
    this.#generation += 1;
  }

  /** Headers that ask the sender of `request` for credentials, an algorithm each, strongest first. */
  challenge(
    header: 'WWW-Authenticate' | 'Proxy-Authenticate',
    request: SipRequest,
    stale: boolean,
  ): HeaderPair[] {
    const algorithms = algorithmsFor(request.headers.get('User-Agent') ?? '');
    const values = this.#digest.challenge(this.#deps.now(), { stale, algorithms });
    return values.map((value) => [header, value] as const);
  }

  /** Whether there are credentials for us, be they right or wrong. */
  hasCredentials(values: readonly string[]): boolean {
    const found = findCredentials(values, this.#deps.realm);
    return found.ok || found.error === 'malformed';
  }

  /** The user name in credentials for us, read but not believed. */
  usernameIn(values: readonly string[]): string | undefined {
    const found = findCredentials(values, this.#deps.realm);
    return found.ok ? found.value.username : undefined;
  }

  /** Whether a request is from a user who is no extension; what is asked of phones is asked of those too. */
  verify(
    { method, requestUri: uri, credentials: values }: Pick<Claim, 'method' | 'requestUri' | 'credentials'>,
    user: { readonly username: string; readonly hashes: PasswordHashes | undefined },
  ): 'yes' | LoginFailure {
    const { username, hashes } = user;
    if (hashes !== undefined && hashes.realm !== this.#deps.realm) return 'otherRealm';
    const secretOf = (name: string): DigestSecret | undefined =>
      hashes === undefined || name !== username ? undefined : secretFor(hashes);
    const verified = this.#digest.verify({ method, uri, values, secretOf }, this.#deps.now());
    return verified.ok ? 'yes' : verified.error;
  }

  async check(claim: Claim): Promise<LoginOutcome> {
    const found = findCredentials(claim.credentials, this.#deps.realm);
    if (!found.ok) return { ok: false, why: found.error };
    const { username } = found.value;
    const key = extensionKey(claim.customerId ?? nilId, claim.extension ?? username);
    const remembered = this.#deps.remembered(key);
    const first = remembered === undefined ? undefined : this.#verify(claim, remembered);
    if (first !== undefined && (first.ok || first.why !== 'wrongCredentials')) return first;
    // Unknown extensions and wrong passwords both come by here, so they take the same time.
    return this.#verify(claim, await this.#find(key));
  }

  async #find(key: string): Promise<ExtensionRow | undefined> {
    for (let attempt = 1; ; attempt += 1) {
      const begun = this.#generation;
      const stored = await this.#deps.store.find('extension', key);
      if (begun === this.#generation || attempt === attempts) return stored?.row;
    }
  }

  #verify(claim: Claim, row: ExtensionRow | undefined): LoginOutcome {
    const isOfOtherRealm = row !== undefined && row.password_hashes.realm !== this.#deps.realm;
    const secretOf = (username: string): DigestSecret | undefined =>
      row === undefined || isOfOtherRealm || username !== row.username
        ? undefined
        : secretFor(row.password_hashes);
    const { method, requestUri: uri, credentials: values } = claim;
    const verified = this.#digest.verify({ method, uri, values, secretOf }, this.#deps.now());
    if (verified.ok && row !== undefined) return { ok: true, extension: row };
    if (isOfOtherRealm) return { ok: false, why: 'otherRealm' };
    return { ok: false, why: verified.ok ? 'wrongCredentials' : verified.error };
  }
}

function secretFor({ sha256, md5 }: PasswordHashes): DigestSecret {
  return { kind: 'ha1', ha1: { 'SHA-256': sha256, MD5: md5 } };
}

/**
 * These give up when anything but MD5 is among the challenges, instead of taking the one they know (RFC 8760 section 2.4).
 * It opens nothing: who can forge the name of a phone can also take SHA-256 out of what we offer it.
 */
const md5Only = /^(?:baresip v[0-2]\.|SIPp\b)/;

function algorithmsFor(userAgent: string): readonly DigestAlgorithm[] {
  return md5Only.test(userAgent) ? ['MD5'] : digestAlgorithms;
}
