import { fail, ok, type Result } from '../result.ts';
import {
  noParams,
  type Params,
  parseParams,
  printParams,
  quote,
  quotedEnd,
  skipBlanks,
  splitValues,
  unquote,
} from './tokens.ts';

/** The value of From, To, Contact, Route, Record-Route, Refer-To ... (RFC 3261 section 20.10). */
export interface NameAddr {
  /** Without quotes and escapes; absent when none or empty. */
  readonly displayName?: string;
  /** As on the wire, not checked beyond its outline; read it with `parseUri`. `*` for the wildcard Contact. */
  readonly uri: string;
  /** Header parameters (`tag`, `expires`, `q` ...); those of the URI are inside `uri`. */
  readonly params: Params;
}

const quoteMark = 34;
const schemePattern = /^[A-Za-z][A-Za-z0-9+.-]*:[^\s<>"]+$/;

/** Error: `malformedAddress`. */
export function parseNameAddr(value: string): Result<NameAddr> {
  const start = skipBlanks(value, 0);
  if (value.charCodeAt(start) === quoteMark) return parseQuotedName(value, start);
  const open = value.indexOf('<', start);
  const semicolon = value.indexOf(';', start);
  // A bracket after the first semicolon belongs to a quoted parameter (`sip:a@b;+sip.instance="<urn:...>"`).
  if (open < 0 || (semicolon >= 0 && semicolon < open)) return parseAddrSpec(value.slice(start));
  const displayName = value.slice(start, open).trimEnd();
  if (displayName.includes('"')) return fail('malformedAddress');
  return parseBracketed(value, open, displayName);
}

function parseQuotedName(value: string, start: number): Result<NameAddr> {
  const end = quotedEnd(value, start);
  if (end < 0) return fail('malformedAddress');
  const open = skipBlanks(value, end);
  if (value[open] !== '<') return fail('malformedAddress');
  return parseBracketed(value, open, unquote(value.slice(start, end)));
}

function parseBracketed(value: string, open: number, displayName: string): Result<NameAddr> {
  const close = value.indexOf('>', open);
  if (close < 0) return fail('malformedAddress');
  const uri = value.slice(open + 1, close).trim();
  const params = parseParams(value, close + 1);
  if (params === undefined || !schemePattern.test(uri)) return fail('malformedAddress');
  return ok(displayName === '' ? { uri, params } : { displayName, uri, params });
}

/** Without brackets all parameters belong to the header, and `?` and `,` are not allowed (RFC 3261 section 20). */
function parseAddrSpec(value: string): Result<NameAddr> {
  const semicolon = value.indexOf(';');
  const uri = (semicolon < 0 ? value : value.slice(0, semicolon)).trim();
  if (uri === '*') return semicolon < 0 ? ok({ uri, params: noParams }) : fail('malformedAddress');
  const params = semicolon < 0 ? noParams : parseParams(value, semicolon);
  if (params === undefined || !schemePattern.test(uri) || /[?,]/.test(uri)) return fail('malformedAddress');
  return ok({ uri, params });
}

/** A comma list of addresses; one bad entry spoils the list. Error: `malformedAddress`. */
export function parseNameAddrList(value: string): Result<NameAddr[]> {
  const parts = splitValues(value);
  if (parts === undefined) return fail('malformedAddress');
  const list: NameAddr[] = [];
  for (const part of parts) {
    const parsed = parseNameAddr(part);
    if (!parsed.ok) return parsed;
    list.push(parsed.value);
  }
  return ok(list);
}

/** Always with angle brackets, so that URI parameters stay the URI's; a display name is always quoted. */
export function printNameAddr(address: NameAddr): string {
  if (address.uri === '*') return '*';
  const name = address.displayName === undefined ? '' : `${quote(address.displayName)} `;
  return `${name}<${address.uri}>${printParams(address.params)}`;
}
