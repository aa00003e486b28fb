import { isToken } from '../headers/tokens.ts';
import type { Headers, SipRequest } from '../message.ts';
import type { Refusal } from './call-state.ts';

/** Methods we answer ourselves. */
export const ownMethods = ['INVITE', 'ACK', 'CANCEL', 'BYE', 'OPTIONS', 'INFO', 'UPDATE', 'REFER'] as const;

/** Methods that exist, but not here: 405 instead of 501 (RFC 3261 sections 8.2.1 and 21.5.2). */
const foreignMethods = new Set(['REGISTER', 'SUBSCRIBE', 'NOTIFY', 'PUBLISH', 'MESSAGE', 'PRACK']);

export function refusalOfMethod(method: string, allow: string): Refusal {
  const status = foreignMethods.has(method) || ownMethods.some((own) => own === method) ? 405 : 501;
  return { status, headers: [['Allow', allow]] };
}

/** Extensions we have, by option tag, for Supported: RFC 3891, RFC 4488 and RFC 4028. */
const extensions: readonly string[] = ['replaces', 'norefersub', 'timer'];
export const supported = extensions.join(', ');

/**
 * No extension is required of us that we do not have (section 8.2.2.3): `100rel` is among those refused. ACK and
 * CANCEL are never asked.
 */
export function refusalOfExtensions(headers: Headers): Refusal | undefined {
  const required = headers
    .all('Require')
    .filter((tag) => isToken(tag) && !extensions.includes(tag.toLowerCase()));
  if (required.length === 0) return undefined;
  return { status: 420, headers: required.map((tag) => ['Unsupported', tag] as const) };
}

/** A body must be an SDP as it stands (section 8.2.3); one marked as optional is overlooked (section 20.11). */
export function refusalOfBody(request: SipRequest): Refusal | undefined {
  const { headers, body } = request;
  if (body.length === 0 || isOptional(headers)) return undefined;
  const encoding = headers.get('Content-Encoding');
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity') {
    return { status: 415, headers: [['Accept-Encoding', 'identity']] };
  }
  return isSdp(headers) ? undefined : { status: 415, headers: [['Accept', 'application/sdp']] };
}

/** Whether the sender of a message takes UPDATE. */
export function takesUpdate(headers: Headers): boolean {
  return headers.all('Allow').includes('UPDATE');
}

/** A hop count used up means a loop, also through back-to-back user agents (RFC 7332). */
export function refusalOfHops(headers: Headers): Refusal | undefined {
  return headers.get('Max-Forwards')?.trim() === '0' ? { status: 483 } : undefined;
}

/** Whether the body is an offer or answer we can read. A missing Content-Type is taken for SDP, as phones mean it. */
export function isSdp(headers: Headers): boolean {
  const type = headers.get('Content-Type') ?? 'application/sdp';
  const semicolon = type.indexOf(';');
  return (semicolon < 0 ? type : type.slice(0, semicolon)).trim().toLowerCase() === 'application/sdp';
}

function isOptional(headers: Headers): boolean {
  return !isSdp(headers) && /;\s*handling\s*=\s*optional/i.test(headers.get('Content-Disposition') ?? '');
}
