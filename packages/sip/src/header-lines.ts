import { type Fault, fault } from './fault.ts';
import { type HeaderRule, headerRule, knownHeaderRule } from './header-names.ts';
import { isToken, splitValues } from './headers/tokens.ts';
import type { SipLimits } from './limits.ts';
import { Headers } from './message.ts';

/** All headers that could be read, and the first thing that was wrong: reading goes on so that an answer is possible. */
export interface HeaderBlock {
  readonly headers: Headers;
  readonly fault: Fault | undefined;
}

/** Reads the lines of `text` from `start` to its end (RFC 3261 section 7.3). */
export function parseHeaderLines(text: string, start: number, limits: SipLimits): HeaderBlock {
  const headers = new Headers();
  let firstFault: Fault | undefined;
  for (let at = start; at < text.length; ) {
    const end = logicalLineEnd(text, at);
    if (headers.size >= limits.headerCount) {
      firstFault ??= fault('tooManyHeaders', 'Too many header values', 513);
      break;
    }
    const wrong = addLine(headers, unfold(text, at, end), limits);
    firstFault ??= wrong;
    at = end + 1;
  }
  return { headers, fault: firstFault };
}

/** Index of the line feed that ends the line and its continuations, or the end of the text. */
function logicalLineEnd(text: string, at: number): number {
  let end = text.indexOf('\n', at);
  while (end >= 0 && isBlank(text.charCodeAt(end + 1))) end = text.indexOf('\n', end + 1);
  return end < 0 ? text.length : end;
}

function isBlank(code: number): boolean {
  return code === 32 || code === 9;
}

function unfold(text: string, start: number, end: number): string {
  const line = text.slice(start, text.charCodeAt(end - 1) === 13 ? end - 1 : end);
  if (!line.includes('\n')) return line;
  // Not one regular expression over blanks and line ends: that would cost quadratic time on long runs of blanks.
  return line
    .split('\n')
    .map((part) => part.trim())
    .join(' ');
}

function addLine(headers: Headers, line: string, limits: SipLimits): Fault | undefined {
  if (line.length > limits.headerLineLength) return fault('headerLineTooLong', 'Header line too long', 513);
  const colon = line.indexOf(':');
  const name = line.slice(0, Math.max(colon, 0)).trimEnd();
  const known = knownHeaderRule(name);
  if (known === undefined && !isToken(name)) return fault('malformedHeader', 'Malformed header line');
  if (line.includes('\r')) return fault('malformedHeader', 'Carriage return inside a header line');
  return addValues(headers, known ?? headerRule(name), line.slice(colon + 1).trim(), limits);
}

function addValues(headers: Headers, rule: HeaderRule, value: string, limits: SipLimits): Fault | undefined {
  if (rule.shape === 'single' && headers.has(rule.name)) {
    return fault('duplicateHeader', `More than one ${rule.name} header`);
  }
  if (rule.shape === 'single' || rule.shape === 'text') {
    headers.addKnown(rule, value);
    return undefined;
  }
  // A list we cannot take apart is kept whole; whether that matters is for the reader of that header to say.
  const parts = splitValues(value) ?? [value];
  if (headers.size + parts.length > limits.headerCount) {
    return fault('tooManyHeaders', 'Too many header values', 513);
  }
  for (const part of parts) if (part !== '' || mayBeEmpty(rule, parts)) headers.addKnown(rule, part);
  return undefined;
}

/** `Supported:` alone says "nothing"; a Via list with a hole is kept with it and refused when it is checked. */
function mayBeEmpty(rule: HeaderRule, parts: readonly string[]): boolean {
  return parts.length === 1 || rule.shape === 'addresses';
}
