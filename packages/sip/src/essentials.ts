import { type Fault, fault } from './fault.ts';
import { parseCSeq } from './headers/cseq.ts';
import { parseNameAddr } from './headers/name-addr.ts';
import { parseDigits } from './headers/tokens.ts';
import { parseVia } from './headers/via.ts';
import type { Headers } from './message.ts';

/**
 * What must be right before any layer works with a message (RFC 3261 section 8.1.1): the five headers that identify
 * it, and the ones that steer it. Max-Forwards and the From tag may be absent, as RFC 2543 peers leave them out.
 */
export function essentialFault(headers: Headers, method: string | undefined): Fault | undefined {
  return (
    viaFault(headers) ??
    partyFault(headers, 'From') ??
    partyFault(headers, 'To') ??
    callIdFault(headers) ??
    cseqFault(headers, method) ??
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

function viaFault(headers: Headers): Fault | undefined {
  const values = headers.all('Via');
  if (values.length === 0) return missing('Via');
  return values.every((value) => parseVia(value).ok) ? undefined : malformed('Via');
}

function partyFault(headers: Headers, name: 'From' | 'To'): Fault | undefined {
  const value = headers.get(name);
  if (value === undefined) return missing(name);
  const parsed = parseNameAddr(value);
  return parsed.ok && parsed.value.uri !== '*' ? undefined : malformed(name);
}

function callIdFault(headers: Headers): Fault | undefined {
  const value = headers.get('Call-ID');
  if (value === undefined) return missing('Call-ID');
  return /^\S+$/.test(value) ? undefined : malformed('Call-ID');
}

function cseqFault(headers: Headers, method: string | undefined): Fault | undefined {
  const value = headers.get('CSeq');
  if (value === undefined) return missing('CSeq');
  const parsed = parseCSeq(value);
  if (!parsed.ok) return malformed('CSeq');
  if (method === undefined || parsed.value.method === method) return undefined;
  return fault('cseqMismatch', 'CSeq method does not match the request line');
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
