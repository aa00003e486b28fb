/**
 * Digest access authentication, what both sides share (RFC 3261 section 22.4, RFC 7616, RFC 8760). `qop=auth` and the
 * old form without qop; `auth-int`, the `-sess` algorithms and hashed user names are not spoken by phones and refused.
 */

export type DigestAlgorithm = 'MD5' | 'SHA-256';

/** Strongest first: the order in which we offer and choose. */
export const digestAlgorithms: readonly DigestAlgorithm[] = ['SHA-256', 'MD5'];

/** Lower-case hex digest of the UTF-8 bytes of `text`. */
export type DigestHash = (algorithm: DigestAlgorithm, text: string) => string;

/** Fresh, unguessable lower-case hex of at least 64 bits. */
export type Token = () => string;

/** What is known of a user: the password, or HA1 = H(username:realm:password) per algorithm. */
export type DigestSecret =
  | { readonly kind: 'password'; readonly password: string }
  | { readonly kind: 'ha1'; readonly ha1: Readonly<Partial<Record<DigestAlgorithm, string>>> };

/** What goes into the response value. */
export interface DigestInput {
  readonly algorithm: DigestAlgorithm;
  readonly ha1: string;
  readonly method: string;
  /** The digest-uri exactly as in the credentials. */
  readonly uri: string;
  readonly nonce: string;
  /** Absent for the form without qop (RFC 2069). */
  readonly auth?: { readonly nc: string; readonly cnonce: string };
}

/** Undefined when HA1 is not known for that algorithm. */
export function digestHa1(
  hash: DigestHash,
  algorithm: DigestAlgorithm,
  user: { readonly username: string; readonly realm: string; readonly secret: DigestSecret },
): string | undefined {
  const { username, realm, secret } = user;
  if (secret.kind === 'ha1') return secret.ha1[algorithm]?.toLowerCase();
  return hash(algorithm, `${username}:${realm}:${secret.password}`);
}

/** The `response` parameter, lower-case hex (RFC 7616 section 3.4.1). */
export function digestResponse(hash: DigestHash, input: DigestInput): string {
  const { algorithm, ha1, nonce, auth } = input;
  const ha2 = hash(algorithm, `${input.method}:${input.uri}`);
  const middle = auth === undefined ? nonce : `${nonce}:${auth.nc}:${auth.cnonce}:auth`;
  return hash(algorithm, `${ha1}:${middle}:${ha2}`);
}

/** The algorithm parameter of a challenge or credentials; absent means MD5. Undefined: none of ours. */
export function readDigestAlgorithm(text: string | undefined): DigestAlgorithm | undefined {
  if (text === undefined) return 'MD5';
  const wanted = text.toUpperCase();
  return digestAlgorithms.find((algorithm) => algorithm === wanted);
}

/** Compares in time that depends on the lengths alone. */
export function constantTimeEquals(a: string, b: string): boolean {
  let difference = a.length ^ b.length;
  for (let index = 0; index < a.length; index += 1) {
    difference |= a.charCodeAt(index) ^ (index < b.length ? b.charCodeAt(index) : 0);
  }
  return difference === 0;
}
