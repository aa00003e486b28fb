import type { Essentials } from './envelope.ts';
import { type Fault, fault } from './fault.ts';
import { type CSeq, parseCSeq } from './headers/cseq.ts';
import { type NameAddr, parseNameAddr } from './headers/name-addr.ts';
import { parseDigits } from './headers/tokens.ts';
import { parseVia, type Via } from './headers/via.ts';
import type { Headers } from './message.ts';
import { fail, ok, type Result } from './result.ts';

/**
 * What must be right before any layer works with a message (RFC 3261 section 8.1.1): the five headers that identify
 * it, which are given back as read, and the ones that steer it. Max-Forwards and the From tag may be absent, as RFC
 * 2543 peers leave them out. The first fault counts.
 */
export function readEssentials(headers: Headers, method: string | undefined): Result<Essentials, Fault> {
  const via = readVia(headers);
  if (!via.ok) return via;
  const from = readParty(headers, 'From');
  if (!from.ok) return from;
  const to = readParty(headers, 'To');
  if (!to.ok) return to;
  const callId = readCallId(headers);
  if (!callId.ok) return callId;
  const cseq = readCSeq(headers, method);
  if (!cseq.ok) return cseq;
  const wrong = steeringFault(headers);
  if (wrong !== undefined) return fail(wrong);
  return ok({
    via: via.value,
    branch: via.value.params.get('branch') ?? '',
    from: from.value,
    to: to.value,
    fromTag: from.value.params.get('tag') ?? '',
    toTag: to.value.params.get('tag') ?? '',
    callId: callId.value,
    cseq: cseq.value,
  });
}

function steeringFault(headers: Headers): Fault | undefined {
  return (
    maxForwardsFault(headers) ??
    addressFault(headers, 'Contact') ??
    addressFault(headers, 'Route') ??
    addressFault(headers, 'Record-Route')
  );
}

function missing(name: string): Fault {
  return fault('missingHeader', `Missing ${name} header`);
}

function malformed(name: string): Fault {
  return fault('malformedHeader', `Malformed ${name} header`);
}

/** The topmost; those below must be readable too, as they go back in the response. */
function readVia(headers: Headers): Result<Via, Fault> {
  const [first, ...others] = headers.all('Via');
  if (first === undefined) return fail(missing('Via'));
  const top = parseVia(first);
  if (!top.ok || !others.every((value) => parseVia(value).ok)) return fail(malformed('Via'));
  return top;
}

function readParty(headers: Headers, name: 'From' | 'To'): Result<NameAddr, Fault> {
  const value = headers.get(name);
  if (value === undefined) return fail(missing(name));
  const parsed = parseNameAddr(value);
  return parsed.ok && parsed.value.uri !== '*' ? parsed : fail(malformed(name));
}

function readCallId(headers: Headers): Result<string, Fault> {
  const value = headers.get('Call-ID');
  if (value === undefined) return fail(missing('Call-ID'));
  return /^\S+$/.test(value) ? ok(value) : fail(malformed('Call-ID'));
}

function readCSeq(headers: Headers, method: string | undefined): Result<CSeq, Fault> {
  const value = headers.get('CSeq');
  if (value === undefined) return fail(missing('CSeq'));
  const parsed = parseCSeq(value);
  if (!parsed.ok) return fail(malformed('CSeq'));
  if (method === undefined || parsed.value.method === method) return parsed;
  return fail(fault('cseqMismatch', 'CSeq method does not match the request line'));
}

function maxForwardsFault(headers: Headers): Fault | undefined {
  const value = headers.get('Max-Forwards');
  if (value === undefined) return undefined;
  const hops = parseDigits(value, 3);
  return hops !== undefined && hops <= 255 ? undefined : malformed('Max-Forwards');
}

function addressFault(headers: Headers, name: 'Contact' | 'Route' | 'Record-Route'): Fault | undefined {
  const values = headers.all(name);
  for (const value of values) {
    const parsed = parseNameAddr(value);
    if (!parsed.ok) return malformed(name);
    // The wildcard stands alone and only in Contact (RFC 3261 section 10.2.2).
    if (parsed.value.uri === '*' && (name !== 'Contact' || values.length > 1)) return malformed(name);
  }
  return undefined;
}
