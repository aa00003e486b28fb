import {
  constantTimeEquals,
  type DigestAlgorithm,
  type DigestHash,
  type DigestSecret,
  digestAlgorithms,
  digestHa1,
  digestResponse,
  readDigestAlgorithm,
  type Token,
} from './digest.ts';
import { bareInChallenge, parseAuthValue, printAuthValue } from './headers/auth.ts';
import { createNonceBook } from './nonce-book.ts';
import { fail, ok, type Result } from './result.ts';
import { parseUri } from './uri.ts';

export interface DigestServerDeps {
  readonly hash: DigestHash;
  readonly token: Token;
  readonly realm: string;
  /** Offered in this order; default: SHA-256, then MD5. */
  readonly algorithms?: readonly DigestAlgorithm[];
  /** How long a nonce may be used; default 5 minutes. */
  readonly nonceLifetimeMs?: number;
  /** Nonces in use that are remembered against replay; default 10,000. Beyond it the oldest turn stale early. */
  readonly nonceLimit?: number;
}

/** What the credentials of a request say, read but not believed. */
export interface DigestCredentials {
  readonly username: string;
  readonly realm: string;
  readonly nonce: string;
  readonly uri: string;
  readonly response: string;
  readonly algorithm: DigestAlgorithm;
  readonly auth?: { readonly nc: string; readonly cnonce: string };
}

export type DigestServerError =
  /** Nothing of our realm among the credentials: challenge (401 or 407). */
  | 'noCredentials'
  /** Unreadable, or an algorithm or qop we did not offer: 400. */
  | 'malformed'
  /** Made for another Request-URI: 400. */
  | 'uriMismatch'
  /** Right secret, but the nonce is old, not ours, or this count was used already: challenge with stale=true. */
  | 'stale'
  /** Unknown user or wrong secret; deliberately one word: challenge again, or 403. */
  | 'wrongCredentials';

export interface DigestCheck {
  readonly method: string;
  /** Request-URI. */
  readonly uri: string;
  /** All values of Authorization (or Proxy-Authorization). */
  readonly values: readonly string[];
  /** What is known of a user; undefined for a stranger. */
  readonly secretOf: (username: string, realm: string) => DigestSecret | undefined;
}

export interface ChallengeOptions {
  readonly stale?: boolean;
  /** For a peer that cannot be offered all: only these of them. */
  readonly algorithms?: readonly DigestAlgorithm[];
}

/** The side that asks for credentials, for one realm. */
export interface DigestServer {
  /** Values for WWW-Authenticate or Proxy-Authenticate, one per algorithm, strongest first. `now` in milliseconds. */
  challenge(now: number, options?: ChallengeOptions): string[];
  /** Checks one request. A success uses up the nonce count. */
  verify(check: DigestCheck, now: number): Result<DigestCredentials, DigestServerError>;
}

const defaultNonceLifetimeMs = 5 * 60_000;
const defaultNonceLimit = 10_000;

export function createDigestServer(deps: DigestServerDeps): DigestServer {
  const { hash, realm } = deps;
  const algorithms = deps.algorithms ?? digestAlgorithms;
  const book = createNonceBook({
    hash,
    token: deps.token,
    lifetimeMs: deps.nonceLifetimeMs ?? defaultNonceLifetimeMs,
    limit: deps.nonceLimit ?? defaultNonceLimit,
  });
  // Strangers are checked against this, so that the time of an answer does not tell who exists.
  const nobody: DigestSecret = { kind: 'password', password: deps.token() };

  function challenge(now: number, options: ChallengeOptions = {}): string[] {
    const nonce = book.issue(now);
    const offered = algorithms.filter((algorithm) => options.algorithms?.includes(algorithm) ?? true);
    return offered.map((algorithm) => {
      const params = new Map([
        ['realm', realm],
        ['nonce', nonce],
        ['algorithm', algorithm],
        ['qop', 'auth'],
      ]);
      if (options.stale === true) params.set('stale', 'true');
      return printAuthValue({ scheme: 'Digest', params }, bareInChallenge);
    });
  }

  function verify(check: DigestCheck, now: number): Result<DigestCredentials, DigestServerError> {
    const found = findCredentials(check.values, realm);
    if (!found.ok) return found;
    const credentials = found.value;
    if (!algorithms.includes(credentials.algorithm)) return fail('malformed');
    if (!namesSameTarget(credentials.uri, check.uri)) return fail('uriMismatch');
    if (!isRightSecret(credentials, check)) return fail('wrongCredentials');
    // Only now: a stranger must not be able to use up, or to ask about, the nonces of others.
    return book.use(credentials.nonce, nonceCount(credentials), now) ? found : fail('stale');
  }

  function isRightSecret(credentials: DigestCredentials, check: DigestCheck): boolean {
    const { username, algorithm } = credentials;
    const secret = check.secretOf(username, realm);
    const known = secret && digestHa1(hash, algorithm, { username, realm, secret });
    const ha1 = known ?? digestHa1(hash, algorithm, { username, realm, secret: nobody }) ?? '';
    const expected = digestResponse(hash, { ...credentials, ha1, method: check.method });
    return constantTimeEquals(expected, credentials.response.toLowerCase()) && known !== undefined;
  }

  return { challenge, verify };
}

/** Without qop there is no count: such a nonce is good for one request. */
function nonceCount(credentials: DigestCredentials): number {
  return credentials.auth === undefined ? Number.POSITIVE_INFINITY : Number.parseInt(credentials.auth.nc, 16);
}

/** The first credentials of the realm; their user name lets the caller fetch the secret beforehand. */
export function findCredentials(
  values: readonly string[],
  realm: string,
): Result<DigestCredentials, 'noCredentials' | 'malformed'> {
  for (const value of values) {
    // Credentials of other schemes are none of our business, readable or not.
    if (!/^digest[ \t]/i.test(value.trimStart())) continue;
    const parsed = parseAuthValue(value);
    if (!parsed.ok) return fail('malformed');
    if (parsed.value.params.get('realm') !== realm) continue;
    const credentials = readCredentials(parsed.value.params, realm);
    return credentials === undefined ? fail('malformed') : ok(credentials);
  }
  return fail('noCredentials');
}

function readCredentials(params: ReadonlyMap<string, string>, realm: string): DigestCredentials | undefined {
  const username = params.get('username');
  const nonce = params.get('nonce');
  const uri = params.get('uri');
  const response = params.get('response');
  const algorithm = readDigestAlgorithm(params.get('algorithm'));
  if (username === undefined || nonce === undefined || uri === undefined) return undefined;
  if (response === undefined || algorithm === undefined) return undefined;
  const credentials = { username, realm, nonce, uri, response, algorithm };
  const qop = params.get('qop');
  if (qop === undefined) return credentials;
  const nc = params.get('nc');
  const cnonce = params.get('cnonce');
  if (qop.toLowerCase() !== 'auth' || nc === undefined || cnonce === undefined) return undefined;
  return /^[0-9A-Fa-f]{8}$/.test(nc) ? { ...credentials, auth: { nc, cnonce } } : undefined;
}

/**
 * Port and parameters may change on the way through a proxy; user and host may not, or credentials for one number
 * could be used to call another (RFC 7616 section 3.4.6).
 */
function namesSameTarget(digestUri: string, requestUri: string): boolean {
  if (digestUri === requestUri) return true;
  const a = parseUri(digestUri);
  const b = parseUri(requestUri);
  if (!a.ok || !b.ok) return false;
  return a.value.user === b.value.user && a.value.host.toLowerCase() === b.value.host.toLowerCase();
}
