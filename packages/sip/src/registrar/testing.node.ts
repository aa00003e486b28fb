import assert from 'node:assert/strict';
import type { Refusal } from '../engine/call-state.ts';
import type { SipRequest } from '../message.ts';
import { parseMessage } from '../parse.ts';
import { encodeText } from '../text.ts';
import type { Path } from '../transaction/path.ts';
import { defaultRegistrarLimits } from './limits.ts';
import { parseRegister, type RegisterRequest } from './register-request.ts';

export const limits = defaultRegistrarLimits;

export function udpFrom(address: string, port = 5060): Path {
  return { transport: 'UDP', local: { address: '198.51.100.1', port: 5060 }, remote: { address, port } };
}

export const phonePath = udpFrom('203.0.113.7');

export interface RegisterText {
  readonly contacts?: readonly string[];
  readonly expires?: string;
  readonly callId?: string;
  readonly cseq?: number;
  readonly to?: string;
  readonly more?: readonly string[];
}

/** A REGISTER as it comes from the wire. */
export function registerMessage(text: RegisterText = {}): SipRequest {
  const lines = [
    'REGISTER sip:example.org SIP/2.0',
    'Via: SIP/2.0/UDP 203.0.113.7:5060;branch=z9hG4bK-1;rport',
    'From: <sip:1001@example.org>;tag=a',
    `To: ${text.to ?? '<sip:1001@example.org>'}`,
    `Call-ID: ${text.callId ?? 'call-1'}`,
    `CSeq: ${text.cseq ?? 1} REGISTER`,
    'Max-Forwards: 70',
    ...(text.contacts ?? ['<sip:1001@203.0.113.7>']).map((contact) => `Contact: ${contact}`),
    ...(text.expires === undefined ? [] : [`Expires: ${text.expires}`]),
    ...(text.more ?? []),
    'Content-Length: 0',
    '',
    '',
  ];
  const parsed = parseMessage(encodeText(lines.join('\r\n')));
  assert.ok(parsed.ok && parsed.value.kind === 'request', JSON.stringify(parsed));
  return parsed.value;
}

export function readRegister(text: RegisterText = {}, path = phonePath): RegisterRequest {
  const read = parseRegister(registerMessage(text), path, limits);
  assert.ok(read.ok, JSON.stringify(read));
  return read.value;
}

export function refusalOf(text: RegisterText): Refusal {
  const read = parseRegister(registerMessage(text), phonePath, limits);
  assert.ok(!read.ok);
  return read.error;
}
