import { defaultLimits } from '../limits.ts';

/** Tokens, quoted strings, parameters and comma lists: the parts all structured headers share (RFC 3261 section 25.1). */

/**
 * Parameters of a header value by lower-case name. A flag (`;lr`) maps to undefined. Values stand as on the wire,
 * quotes included, so that printing gives back what came; read a quoted one with `unquote`.
 */
export type Params = ReadonlyMap<string, string | undefined>;

export const noParams: Params = new Map();

const tokenPattern = /^[A-Za-z0-9\-.!%*_+`'~]+$/;

export function isToken(text: string): boolean {
  return tokenPattern.test(text);
}

const tab = 9;
const space = 32;
const quoteMark = 34;
const comma = 44;
const semicolon = 59;
const lessThan = 60;
const equalsSign = 61;
const greaterThan = 62;
const backslash = 92;

/** Index of the first character at or after `at` that is no blank. */
export function skipBlanks(text: string, at: number): number {
  let index = at;
  for (;;) {
    const code = text.charCodeAt(index);
    if (code !== space && code !== tab) return index;
    index += 1;
  }
}

/** Index just after the quoted string that opens at `at`, or -1 when it never closes. */
export function quotedEnd(text: string, at: number): number {
  for (let index = at + 1; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code === backslash) index += 1;
    else if (code === quoteMark) return index + 1;
  }
  return -1;
}

/** Content of a quoted string without quotes and escapes; text that is not quoted comes back as it is. */
export function unquote(text: string): string {
  if (text.length < 2 || !text.startsWith('"') || !text.endsWith('"')) return text;
  const inner = text.slice(1, -1);
  return inner.includes('\\') ? inner.replace(/\\([\s\S])/g, '$1') : inner;
}

/** A quoted string with quotes and backslashes escaped. */
export function quote(text: string): string {
  return /["\\]/.test(text) ? `"${text.replace(/["\\]/g, '\\$&')}"` : `"${text}"`;
}

/**
 * Splits at commas outside quotes and angle brackets; entries are trimmed, empty ones kept. Undefined: a quote or a
 * bracket never closes.
 */
export function splitValues(value: string): string[] | undefined {
  // Nothing that could hide a comma: Allow, Supported and most Vias.
  if (!value.includes('"') && !value.includes('<')) return value.split(',').map((part) => part.trim());
  const parts: string[] = [];
  let start = 0;
  let bracket = false;
  for (let index = 0; index < value.length; index += 1) {
    const code = value.charCodeAt(index);
    if (code === quoteMark && !bracket) {
      const end = quotedEnd(value, index);
      if (end < 0) return undefined;
      index = end - 1;
    } else if (code === lessThan) bracket = true;
    else if (code === greaterThan) bracket = false;
    else if (code === comma && !bracket) {
      parts.push(value.slice(start, index).trim());
      start = index + 1;
    }
  }
  if (bracket) return undefined;
  parts.push(value.slice(start).trim());
  return parts;
}

const plainValuePattern = /^[^\s;,"<>=?]+$/;

/**
 * Reads `;name=value;flag` from `at` to the end of the text. Undefined: not of that form, a name twice, or too many.
 */
export function parseParams(text: string, at: number): Params | undefined {
  let index = skipBlanks(text, at);
  if (index >= text.length) return noParams;
  const params = new Map<string, string | undefined>();
  while (index < text.length) {
    if (text.charCodeAt(index) !== semicolon || params.size >= defaultLimits.paramCount) return undefined;
    const nameStart = skipBlanks(text, index + 1);
    const nameEnd = paramNameEnd(text, nameStart);
    const name = text.slice(nameStart, nameEnd).toLowerCase();
    if (!isToken(name) || params.has(name)) return undefined;
    index = skipBlanks(text, nameEnd);
    if (text.charCodeAt(index) !== equalsSign) {
      params.set(name, undefined);
      continue;
    }
    const valueStart = skipBlanks(text, index + 1);
    const valueEnd = paramValueEnd(text, valueStart);
    if (valueEnd < 0) return undefined;
    params.set(name, text.slice(valueStart, valueEnd));
    index = skipBlanks(text, valueEnd);
  }
  return params;
}

function paramNameEnd(text: string, at: number): number {
  for (let index = at; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code === equalsSign || code === semicolon || code === space || code === tab) return index;
  }
  return text.length;
}

function paramValueEnd(text: string, at: number): number {
  if (text.charCodeAt(at) === quoteMark) return quotedEnd(text, at);
  let index = at;
  for (; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code === semicolon || code === space || code === tab) break;
  }
  return plainValuePattern.test(text.slice(at, index)) ? index : -1;
}

export function printParams(params: Params): string {
  let text = '';
  for (const [name, value] of params) text += value === undefined ? `;${name}` : `;${name}=${value}`;
  return text;
}

/** The text as a decimal number when it is 1 to `maxDigits` digits and nothing else. */
export function parseDigits(text: string, maxDigits: number): number | undefined {
  if (text.length === 0 || text.length > maxDigits) return undefined;
  let value = 0;
  for (let index = 0; index < text.length; index += 1) {
    const digit = text.charCodeAt(index) - 48;
    if (digit < 0 || digit > 9) return undefined;
    value = value * 10 + digit;
  }
  return value;
}
