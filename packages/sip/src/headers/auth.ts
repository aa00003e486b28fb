import { fail, ok, type Result } from '../result.ts';
import { isToken, quote, quotedEnd, skipBlanks, unquote } from './tokens.ts';

/** The value of WWW-Authenticate, Authorization and their proxy twins (RFC 3261 section 25.1, RFC 7616 section 3). */
export interface AuthValue {
  /** As written; compare without case. */
  readonly scheme: string;
  /** By lower-case name, quotes and escapes removed. */
  readonly params: ReadonlyMap<string, string>;
}

/** Digest has a dozen parameters; more than this is no credential. */
const maxAuthParams = 32;

const comma = 44;
const quoteMark = 34;

/** Error: `malformedAuth`. A name given twice is malformed: nobody could tell which one was meant. */
export function parseAuthValue(value: string): Result<AuthValue> {
  const text = value.trim();
  const space = text.search(/[ \t]/);
  const scheme = space < 0 ? text : text.slice(0, space);
  if (!isToken(scheme)) return fail('malformedAuth');
  const params = space < 0 ? new Map<string, string>() : parseAuthParams(text, space);
  return params === undefined ? fail('malformedAuth') : ok({ scheme, params });
}

function parseAuthParams(text: string, start: number): Map<string, string> | undefined {
  const params = new Map<string, string>();
  let index = skipBlanks(text, start);
  while (index < text.length) {
    const equals = text.indexOf('=', index);
    if (equals < 0 || params.size >= maxAuthParams) return undefined;
    const name = text.slice(index, equals).trim().toLowerCase();
    const valueStart = skipBlanks(text, equals + 1);
    const valueEnd = authValueEnd(text, valueStart);
    if (!isToken(name) || params.has(name) || valueEnd < 0) return undefined;
    params.set(name, unquote(text.slice(valueStart, valueEnd).trim()));
    index = skipBlanks(text, valueEnd);
    if (index < text.length && text.charCodeAt(index) !== comma) return undefined;
    index = skipBlanks(text, index + 1);
  }
  return params;
}

function authValueEnd(text: string, start: number): number {
  if (text.charCodeAt(start) === quoteMark) return quotedEnd(text, start);
  const end = text.indexOf(',', start);
  return end < 0 ? text.length : end;
}

/** Prints `Digest name="value", ...`, quoting all but the names in `bare` (which must hold tokens). */
export function printAuthValue(auth: AuthValue, bare: ReadonlySet<string>): string {
  const params = [...auth.params].map(([name, value]) => `${name}=${bare.has(name) ? value : quote(value)}`);
  return `${auth.scheme} ${params.join(', ')}`;
}

/** Parameters that stand without quotes in a challenge (RFC 7616 section 3.3). */
export const bareInChallenge: ReadonlySet<string> = new Set(['algorithm', 'stale', 'userhash']);

/** Parameters that stand without quotes in credentials (RFC 7616 section 3.4). */
export const bareInCredentials: ReadonlySet<string> = new Set(['algorithm', 'nc', 'qop', 'userhash']);
