import type { RequestEnvelope, ResponseEnvelope } from './envelope.ts';
import { readEssentials } from './essentials.ts';
import { type Fault, type FaultReason, type FaultStatus, fault } from './fault.ts';
import { type HeaderBlock, parseHeaderLines } from './header-lines.ts';
import { parseDigits } from './headers/tokens.ts';
import { parseVia } from './headers/via.ts';
import { defaultLimits, type SipLimits } from './limits.ts';
import type { Headers, SipMessage, SipRequest } from './message.ts';
import { fail, ok, type Result } from './result.ts';
import { parseStartLine, type StartLine } from './start-line.ts';
import { decodeText } from './text.ts';

export interface ParseError {
  /** Stable machine word, for counters. */
  readonly reason: FaultReason;
  /** One English sentence without foreign text. */
  readonly detail: string;
  /** Present when the sender can be told: a request other than ACK with a readable top Via. Otherwise drop and count. */
  readonly reply?: ParseReply;
}

export interface ParseReply {
  readonly status: FaultStatus;
  /** Reason phrase. */
  readonly reason: string;
  /** What could be read; headers that a response copies stand as received. Its body is empty. */
  readonly request: SipRequest;
}

export type ParseResult = Result<SipMessage, ParseError>;
export type EnvelopeResult = Result<RequestEnvelope | ResponseEnvelope, ParseError>;

/**
 * Reads one datagram, or one message cut from a stream (RFC 3261 section 7). Bytes beyond Content-Length are ignored.
 * Never throws, whatever the bytes; time is linear in their number.
 */
export function parseMessage(bytes: Uint8Array, limits: SipLimits = defaultLimits): ParseResult {
  const parsed = parseEnvelope(bytes, limits);
  return parsed.ok ? ok(parsed.value.message) : parsed;
}

/** `parseMessage` with what was read on the way: the essentials of the message. */
export function parseEnvelope(bytes: Uint8Array, limits: SipLimits = defaultLimits): EnvelopeResult {
  const start = skipLineEnds(bytes, limits.leadingBytes);
  if (start >= bytes.length) return refuse(fault('empty', 'No message, only line ends'));
  const head = findHead(bytes, start, limits.headerBytes);
  const text = decodeText(bytes.subarray(start, head.end));
  const lineEnd = firstLineEnd(text);
  const startLine = parseStartLine(text.slice(0, lineEnd.text), limits);
  if (startLine === undefined) return refuse(fault('notSip', 'First line is no SIP request or status line'));
  const block = parseHeaderLines(text, lineEnd.next, limits);
  return assemble(bytes, head, startLine, block, limits);
}

function assemble(
  bytes: Uint8Array,
  head: Head,
  startLine: StartLine,
  block: HeaderBlock,
  limits: SipLimits,
): EnvelopeResult {
  const { headers } = block;
  const wrong = startLine.fault ?? sizeFault(bytes, head, limits) ?? block.fault;
  if (wrong !== undefined) return refuse(wrong, startLine, headers);
  const method = startLine.kind === 'request' ? startLine.method : undefined;
  const essentials = readEssentials(headers, method);
  if (!essentials.ok) return refuse(essentials.error, startLine, headers);
  const length = bodyLength(headers, bytes.length - head.bodyStart);
  if (typeof length !== 'number') return refuse(length, startLine, headers);
  // Copied, so that a message kept for long does not hold the receive buffer of a whole stream.
  const body = new Uint8Array(bytes.subarray(head.bodyStart, head.bodyStart + length));
  if (startLine.kind === 'request') {
    const { method: named, uri } = startLine;
    return ok({ message: { kind: 'request', method: named, uri, headers, body }, ...essentials.value });
  }
  const { status, reason } = startLine;
  return ok({ message: { kind: 'response', status, reason, headers, body }, ...essentials.value });
}

function refuse(
  wrong: Fault,
  startLine?: StartLine,
  headers?: Headers,
): { readonly ok: false; readonly error: ParseError } {
  const { reason, detail, status } = wrong;
  const via = headers?.get('Via');
  if (startLine?.kind !== 'request' || startLine.method === 'ACK') return fail({ reason, detail });
  if (headers === undefined || via === undefined || !parseVia(via).ok) return fail({ reason, detail });
  const { method, uri } = startLine;
  const request: SipRequest = { kind: 'request', method, uri, headers, body: new Uint8Array(0) };
  return fail({ reason, detail, reply: { status, reason: detail, request } });
}

function skipLineEnds(bytes: Uint8Array, limit: number): number {
  let at = 0;
  while (at < limit && (bytes[at] === 13 || bytes[at] === 10)) at += 1;
  return at;
}

/** Where the header lines end and the body starts. */
interface Head {
  readonly end: number;
  readonly bodyStart: number;
  /** Whether the empty line was found within the limit. */
  readonly closed: boolean;
}

/** Finds the empty line; bare line feeds count as line ends, as some senders write them. */
function findHead(bytes: Uint8Array, start: number, limit: number): Head {
  const end = Math.min(bytes.length, start + limit);
  const window = bytes.length > end ? bytes.subarray(0, end) : bytes;
  for (let at = window.indexOf(10, start); at >= 0; at = window.indexOf(10, at + 1)) {
    if (window[at + 1] === 10) return { end: at + 1, bodyStart: at + 2, closed: true };
    if (window[at + 1] === 13 && window[at + 2] === 10)
      return { end: at + 1, bodyStart: at + 3, closed: true };
  }
  return { end, bodyStart: bytes.length, closed: false };
}

function firstLineEnd(text: string): { readonly text: number; readonly next: number } {
  const feed = text.indexOf('\n');
  if (feed < 0) return { text: text.length, next: text.length };
  return { text: text.charCodeAt(feed - 1) === 13 ? feed - 1 : feed, next: feed + 1 };
}

function sizeFault(bytes: Uint8Array, head: Head, limits: SipLimits): Fault | undefined {
  if (bytes.length > limits.messageBytes) return fault('messageTooLarge', 'Message Too Large', 513);
  if (head.closed) return undefined;
  return head.end < bytes.length
    ? fault('headersTooLarge', 'Header section too large', 513)
    : fault('headerEndMissing', 'No empty line after the headers');
}

/** Bytes of the body, or why they cannot be told (RFC 3261 section 18.3). */
function bodyLength(headers: Headers, available: number): number | Fault {
  const value = headers.get('Content-Length');
  if (value === undefined) return available;
  const length = parseDigits(value, 9);
  if (length === undefined) return fault('malformedHeader', 'Malformed Content-Length header');
  return length <= available ? length : fault('bodyTruncated', 'Content-Length exceeds the message');
}
