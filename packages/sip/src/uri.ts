import { parseHostPort, printHostPort } from './host.ts';
import { defaultLimits } from './limits.ts';
import { fail, ok, type Result } from './result.ts';

/** A sip, sips or tel URI (RFC 3261 section 19.1, RFC 3966). */
export interface SipUri {
  readonly scheme: 'sip' | 'sips' | 'tel';
  /** Escapes decoded. The number as written (with its visual separators) for tel. */
  readonly user?: string;
  /** Escapes decoded. */
  readonly password?: string;
  /** IPv6 without brackets; empty for tel. */
  readonly host: string;
  readonly port?: number;
  /** By lower-case name, escapes decoded; a flag (`;lr`) maps to undefined. */
  readonly params: ReadonlyMap<string, string | undefined>;
  /** What follows `?`, by lower-case name, escapes decoded. */
  readonly headers: ReadonlyMap<string, string>;
}

const noParams: SipUri['params'] = new Map();
const noHeaders: SipUri['headers'] = new Map();

const schemePattern = /^([A-Za-z][A-Za-z0-9+.-]*):/;
// Unreserved, escaped and user-unreserved; plus what phones send all the same: # and non-ASCII letters.
const userPattern = /^(?:[A-Za-z0-9\-_.!~*'()&=+$,;?/#\u0080-\uffff]|%[0-9A-Fa-f]{2})+$/;
const passwordPattern = /^(?:[A-Za-z0-9\-_.!~*'()&=+$,\u0080-\uffff]|%[0-9A-Fa-f]{2})*$/;
const paramPattern = /^(?:[A-Za-z0-9\-_.!~*'()[\]/:&+$\u0080-\uffff]|%[0-9A-Fa-f]{2})+$/;
const headerNamePattern = /^(?:[A-Za-z0-9\-_.!~*'()[\]/?:+$]|%[0-9A-Fa-f]{2})+$/;
// `;`, `,` and `=` should be escaped, but Replaces values written by hand carry them.
const headerValuePattern = /^(?:[A-Za-z0-9\-_.!~*'()[\]/?:+$;,=\u0080-\uffff]|%[0-9A-Fa-f]{2})*$/;
const telNumberPattern =
  /^(?:\+[0-9().-]*[0-9][0-9().-]*|[0-9A-Fa-f*#().-]*[0-9A-Fa-f*#][0-9A-Fa-f*#().-]*)$/;

/** Lower-case scheme of any URI, known to us or not; undefined when the text does not begin with one. */
export function uriScheme(text: string): string | undefined {
  return schemePattern.exec(text)?.[1]?.toLowerCase();
}

/** Errors: `unsupportedScheme` (well-formed, not ours), `malformedUri`. */
export function parseUri(text: string): Result<SipUri, 'unsupportedScheme' | 'malformedUri'> {
  const scheme = uriScheme(text);
  if (scheme === undefined) return fail('malformedUri');
  const rest = text.slice(scheme.length + 1);
  if (scheme === 'tel') return parseTel(rest);
  if (scheme === 'sip' || scheme === 'sips') return parseSip(scheme, rest);
  return fail('unsupportedScheme');
}

function parseSip(scheme: 'sip' | 'sips', text: string): Result<SipUri, 'malformedUri'> {
  if (/[\s<>"]/.test(text)) return fail('malformedUri');
  // The user part may hold `;` and `?`, but nothing in a URI may hold a bare `@`: the first one ends the user.
  const at = text.indexOf('@');
  const mark = text.indexOf('?', at + 1);
  const main = mark < 0 ? text.slice(at + 1) : text.slice(at + 1, mark);
  const semicolon = main.indexOf(';');
  const hostPort = parseHostPort(semicolon < 0 ? main : main.slice(0, semicolon));
  const params = semicolon < 0 ? noParams : parseUriParams(main.slice(semicolon + 1));
  const headers = mark < 0 ? noHeaders : parseUriHeaders(text.slice(mark + 1));
  if (hostPort === undefined || params === undefined || headers === undefined) return fail('malformedUri');
  if (at < 0) return ok({ scheme, ...hostPort, params, headers });
  const userInfo = parseUserInfo(text.slice(0, at));
  return userInfo === undefined
    ? fail('malformedUri')
    : ok({ scheme, ...userInfo, ...hostPort, params, headers });
}

function parseUserInfo(text: string): { user: string; password?: string } | undefined {
  const colon = text.indexOf(':');
  const user = colon < 0 ? text : text.slice(0, colon);
  if (!userPattern.test(user)) return undefined;
  if (colon < 0) return { user: unescapeUri(user) };
  const password = text.slice(colon + 1);
  return passwordPattern.test(password)
    ? { user: unescapeUri(user), password: unescapeUri(password) }
    : undefined;
}

function parseUriParams(text: string): SipUri['params'] | undefined {
  const params = new Map<string, string | undefined>();
  for (const part of text.split(';', defaultLimits.paramCount + 1)) {
    const equals = part.indexOf('=');
    const rawName = equals < 0 ? part : part.slice(0, equals);
    const rawValue = equals < 0 ? undefined : part.slice(equals + 1);
    if (!paramPattern.test(rawName) || (rawValue !== undefined && !paramPattern.test(rawValue)))
      return undefined;
    const name = unescapeUri(rawName).toLowerCase();
    if (params.has(name) || params.size >= defaultLimits.paramCount) return undefined;
    params.set(name, rawValue === undefined ? undefined : unescapeUri(rawValue));
  }
  return params;
}

function parseUriHeaders(text: string): SipUri['headers'] | undefined {
  const headers = new Map<string, string>();
  for (const part of text.split('&', defaultLimits.paramCount + 1)) {
    const equals = part.indexOf('=');
    if (equals < 1 || headers.size >= defaultLimits.paramCount) return undefined;
    const rawName = part.slice(0, equals);
    const rawValue = part.slice(equals + 1);
    if (!headerNamePattern.test(rawName) || !headerValuePattern.test(rawValue)) return undefined;
    const name = unescapeUri(rawName).toLowerCase();
    const before = headers.get(name);
    const value = unescapeUri(rawValue);
    headers.set(name, before === undefined ? value : `${before},${value}`);
  }
  return headers;
}

function parseTel(text: string): Result<SipUri, 'malformedUri'> {
  const semicolon = text.indexOf(';');
  const number = semicolon < 0 ? text : text.slice(0, semicolon);
  const params = semicolon < 0 ? noParams : parseUriParams(text.slice(semicolon + 1));
  if (params === undefined || !telNumberPattern.test(number)) return fail('malformedUri');
  return ok({ scheme: 'tel', user: number, host: '', params, headers: noHeaders });
}

/** Decodes `%hh` as UTF-8; a run that is no UTF-8 is read as Latin-1. Never throws. */
export function unescapeUri(text: string): string {
  if (!text.includes('%')) return text;
  return text.replace(/(?:%[0-9A-Fa-f]{2})+/g, (run) => {
    try {
      return decodeURIComponent(run);
    } catch {
      return run.replace(/%(..)/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
    }
  });
}

function escapeUri(text: string, allowed: RegExp): string {
  let escaped = '';
  for (const character of text) escaped += allowed.test(character) ? character : escapeCharacter(character);
  return escaped;
}

function escapeCharacter(character: string): string {
  const code = character.charCodeAt(0);
  if (code < 0x80) return `%${code.toString(16).toUpperCase().padStart(2, '0')}`;
  // A lone surrogate has no UTF-8 form; it becomes the replacement character.
  return encodeURIComponent(character.toWellFormed());
}

const userCharacter = /^[A-Za-z0-9\-_.!~*'()&=+$,;?/]$/;
const passwordCharacter = /^[A-Za-z0-9\-_.!~*'()&=+$,]$/;
const paramCharacter = /^[A-Za-z0-9\-_.!~*'()[\]/:&+$]$/;
const headerCharacter = /^[A-Za-z0-9\-_.!~*'()[\]/?:+$]$/;

export function printUri(uri: SipUri): string {
  if (uri.scheme === 'tel') return `tel:${uri.user ?? ''}${printUriParams(uri.params)}`;
  const password = uri.password === undefined ? '' : `:${escapeUri(uri.password, passwordCharacter)}`;
  const userInfo = uri.user === undefined ? '' : `${escapeUri(uri.user, userCharacter)}${password}@`;
  const target = printHostPort(uri.host, uri.port);
  return `${uri.scheme}:${userInfo}${target}${printUriParams(uri.params)}${printUriHeaders(uri.headers)}`;
}

function printUriParams(params: SipUri['params']): string {
  let text = '';
  for (const [name, value] of params) {
    const escaped = escapeUri(name, paramCharacter);
    text += value === undefined ? `;${escaped}` : `;${escaped}=${escapeUri(value, paramCharacter)}`;
  }
  return text;
}

function printUriHeaders(headers: SipUri['headers']): string {
  let text = '';
  for (const [name, value] of headers) {
    text += `${text === '' ? '?' : '&'}${escapeUri(name, headerCharacter)}=${escapeUri(value, headerCharacter)}`;
  }
  return text;
}

/**
 * RFC 3261 section 19.1.4 (and RFC 3966 section 5 for tel). Not transitive by definition: never use it to index; for
 * registrations compare canonical keys instead.
 */
export function uriEquals(a: SipUri, b: SipUri): boolean {
  if (a.scheme !== b.scheme) return false;
  if (a.scheme === 'tel') return telEquals(a, b);
  return (
    a.user === b.user &&
    a.password === b.password &&
    a.host.toLowerCase() === b.host.toLowerCase() &&
    a.port === b.port &&
    paramsEqual(a.params, b.params) &&
    headersEqual(a.headers, b.headers)
  );
}

/** These differ even from their absence; any other parameter counts only when both sides have it. */
const decisiveParams = ['user', 'ttl', 'method', 'maddr', 'transport'] as const;

function paramsEqual(a: SipUri['params'], b: SipUri['params']): boolean {
  if (decisiveParams.some((name) => a.has(name) !== b.has(name))) return false;
  for (const [name, value] of a) {
    if (b.has(name) && value?.toLowerCase() !== b.get(name)?.toLowerCase()) return false;
  }
  return true;
}

function headersEqual(a: SipUri['headers'], b: SipUri['headers']): boolean {
  if (a.size !== b.size) return false;
  for (const [name, value] of a) if (b.get(name) !== value) return false;
  return true;
}

function telEquals(a: SipUri, b: SipUri): boolean {
  if (telKey(a.user) !== telKey(b.user) || a.params.size !== b.params.size) return false;
  for (const [name, value] of a.params) {
    if (!b.params.has(name) || telKey(value) !== telKey(b.params.get(name))) return false;
  }
  return true;
}

/** Visual separators and case do not matter in numbers; a domain as phone-context keeps its dots and hyphens. */
function telKey(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  return telNumberPattern.test(text) ? text.replace(/[().-]/g, '').toLowerCase() : text.toLowerCase();
}
