import {
  type DigestAlgorithm,
  type DigestHash,
  type DigestSecret,
  digestAlgorithms,
  digestHa1,
  digestResponse,
  readDigestAlgorithm,
  type Token,
} from './digest.ts';
import { type AuthValue, bareInCredentials, parseAuthValue, printAuthValue } from './headers/auth.ts';
import type { HeaderField, Headers } from './message.ts';
import { fail, ok, type Result } from './result.ts';

export interface DigestClientDeps {
  readonly hash: DigestHash;
  readonly token: Token;
  readonly username: string;
  /** Used for whatever realm asks, as phones do; give HA1 only where the realm is known. */
  readonly secret: DigestSecret;
}

export type DigestClientError =
  /** No challenge in the response that we can answer (scheme, algorithm, qop, HA1). */
  | 'noUsableChallenge'
  /** The credentials were computed for this challenge and still refused: asking again will not help. */
  | 'credentialsRefused';

/**
 * Answers challenges for one account and keeps the nonces, so that later requests carry credentials at once with a
 * growing nonce count (RFC 3261 section 22).
 */
export interface DigestClient {
  /**
   * Takes the 401 or 407 to `request` (the headers of the request as sent). On success send the request again with
   * what `authorize` returns; on error give up.
   */
  challenged(
    request: { readonly headers: Headers },
    response: ChallengeResponse,
  ): Result<void, DigestClientError>;
  /** The credential headers for one request; none before the first challenge. Never use the same ones twice. */
  authorize(request: { readonly method: string; readonly uri: string }): HeaderField[];
}

export interface ChallengeResponse {
  readonly status: number;
  readonly headers: Headers;
}

type CredentialsName = 'Authorization' | 'Proxy-Authorization';

interface Challenge {
  readonly realm: string;
  readonly nonce: string;
  readonly opaque: string | undefined;
  readonly algorithm: DigestAlgorithm;
  /** As written, to be echoed as it came; undefined when the challenge had none. */
  readonly algorithmText: string | undefined;
  readonly qop: boolean;
  readonly stale: boolean;
  readonly ha1: string;
}

interface Protection {
  readonly name: CredentialsName;
  readonly challenge: Challenge;
  /** Requests made with this nonce so far. */
  uses: number;
  /** Nonces in a row that were replaced at their first use. */
  readonly wasted: number;
}

/** Proxies on the way, each with a realm of its own. */
const maxRealms = 8;

/** A server that calls each nonce stale at once would keep us asking for ever. */
const maxWasted = 2;

export function createDigestClient(deps: DigestClientDeps): DigestClient {
  const protections = new Map<string, Protection>();

  function challenged(
    request: { readonly headers: Headers },
    response: ChallengeResponse,
  ): Result<void, DigestClientError> {
    const proxy = response.status === 407;
    const name: CredentialsName = proxy ? 'Proxy-Authorization' : 'Authorization';
    const usable = bestPerRealm(
      response.headers.all(proxy ? 'Proxy-Authenticate' : 'WWW-Authenticate'),
      deps,
    );
    if (usable.length === 0) return fail('noUsableChallenge');
    const sent = sentCredentials(request.headers, name);
    for (const challenge of usable) {
      const refused = sent.get(challenge.realm);
      if (refused !== undefined && isFinal(refused, challenge)) return fail('credentialsRefused');
      if (!remember(name, challenge)) return fail('credentialsRefused');
    }
    return ok(undefined);
  }

  function remember(name: CredentialsName, challenge: Challenge): boolean {
    const key = `${name} ${challenge.realm}`;
    const before = protections.get(key);
    const wasted = before?.uses === 1 ? before.wasted + 1 : 0;
    if (wasted > maxWasted) return false;
    protections.delete(key);
    protections.set(key, { name, challenge, uses: 0, wasted });
    const [oldest] = protections.keys();
    if (protections.size > maxRealms && oldest !== undefined) protections.delete(oldest);
    return true;
  }

  function authorize(request: { readonly method: string; readonly uri: string }): HeaderField[] {
    return [...protections.values()].map((protection) => {
      protection.uses += 1;
      return { name: protection.name, value: credentials(protection, request, deps) };
    });
  }

  return { challenged, authorize };
}

interface SentCredentials {
  readonly nonce: string | undefined;
  readonly nc: number;
}

function sentCredentials(headers: Headers, name: CredentialsName): Map<string, SentCredentials> {
  const sent = new Map<string, SentCredentials>();
  for (const value of headers.all(name)) {
    const parsed = parseAuthValue(value);
    if (!parsed.ok) continue;
    const { params } = parsed.value;
    const nc = Number.parseInt(params.get('nc') ?? '1', 16);
    sent.set(params.get('realm') ?? '', { nonce: params.get('nonce'), nc });
  }
  return sent;
}

/**
 * A server that forgot a nonce should say `stale=true`, yet some only send a new one. That is believed once, for a
 * nonce that had worked before (its count was above one); a nonce refused at first use means a wrong password.
 */
function isFinal(sent: SentCredentials, challenge: Challenge): boolean {
  if (challenge.stale) return challenge.nonce === sent.nonce;
  return challenge.nonce === sent.nonce || sent.nc <= 1;
}

/** Per realm the strongest challenge we can answer: an attacker may not talk us down by putting MD5 first. */
function bestPerRealm(values: readonly string[], deps: DigestClientDeps): Challenge[] {
  const best = new Map<string, Challenge>();
  for (const value of values) {
    const parsed = parseAuthValue(value);
    const challenge = parsed.ok ? readChallenge(parsed.value, deps) : undefined;
    if (challenge === undefined) continue;
    const before = best.get(challenge.realm);
    if (before === undefined || isStronger(challenge.algorithm, before.algorithm))
      best.set(challenge.realm, challenge);
  }
  return [...best.values()];
}

function isStronger(a: DigestAlgorithm, b: DigestAlgorithm): boolean {
  return digestAlgorithms.indexOf(a) < digestAlgorithms.indexOf(b);
}

function readChallenge(auth: AuthValue, deps: DigestClientDeps): Challenge | undefined {
  const { params } = auth;
  const realm = params.get('realm');
  const nonce = params.get('nonce');
  const algorithmText = params.get('algorithm');
  const algorithm = readDigestAlgorithm(algorithmText);
  const qops = params
    .get('qop')
    ?.split(',')
    .map((qop) => qop.trim().toLowerCase());
  if (auth.scheme.toLowerCase() !== 'digest' || realm === undefined || nonce === undefined) return undefined;
  if (algorithm === undefined || (qops !== undefined && !qops.includes('auth'))) return undefined;
  const ha1 = digestHa1(deps.hash, algorithm, { username: deps.username, realm, secret: deps.secret });
  if (ha1 === undefined) return undefined;
  const stale = params.get('stale')?.toLowerCase() === 'true';
  return {
    realm,
    nonce,
    opaque: params.get('opaque'),
    algorithm,
    algorithmText,
    qop: qops !== undefined,
    stale,
    ha1,
  };
}

function credentials(
  protection: Protection,
  request: { readonly method: string; readonly uri: string },
  deps: DigestClientDeps,
): string {
  const { challenge, uses } = protection;
  const { algorithm, ha1, nonce, opaque } = challenge;
  const auth = challenge.qop ? { nc: uses.toString(16).padStart(8, '0'), cnonce: deps.token() } : undefined;
  const { method, uri } = request;
  const response = digestResponse(deps.hash, { algorithm, ha1, method, uri, nonce, ...(auth && { auth }) });
  const params = new Map([
    ['username', deps.username],
    ['realm', challenge.realm],
    ['nonce', nonce],
    ['uri', uri],
    ['response', response],
  ]);
  if (challenge.algorithmText !== undefined) params.set('algorithm', challenge.algorithmText);
  if (opaque !== undefined) params.set('opaque', opaque);
  if (auth !== undefined) params.set('qop', 'auth').set('nc', auth.nc).set('cnonce', auth.cnonce);
  return printAuthValue({ scheme: 'Digest', params }, bareInCredentials);
}
