import { printHostPort } from '../host.ts';
import { Headers, type SipRequest } from '../message.ts';
import type { Address, Path } from '../transaction/path.ts';
import type { HeaderPair, MessageBody } from './response-builder.ts';

export interface RequestParts {
  readonly method: string;
  readonly requestUri: string;
  readonly path: Path;
  readonly sentBy: Address;
  readonly branch: string;
  /** From and To values, tags included. */
  readonly from: string;
  readonly to: string;
  readonly callId: string;
  readonly cseq: number;
  readonly routes: readonly string[];
  readonly headers: readonly HeaderPair[];
  readonly body?: MessageBody;
}

const noBytes = new Uint8Array(0);
const maxForwards = '70';

/** A request of ours (RFC 3261 section 8.1.1). */
export function buildRequest(parts: RequestParts, userAgent: string): SipRequest {
  const { method, body } = parts;
  const headers = new Headers();
  headers.add('Via', viaValue(parts.path, parts.sentBy, parts.branch));
  headers.add('Max-Forwards', maxForwards);
  for (const route of parts.routes) headers.add('Route', route);
  headers.add('From', parts.from);
  headers.add('To', parts.to);
  headers.add('Call-ID', parts.callId);
  headers.add('CSeq', `${parts.cseq} ${method}`);
  headers.add('User-Agent', userAgent);
  for (const [name, value] of parts.headers) headers.add(name, value);
  if (body !== undefined) headers.add('Content-Type', body.contentType);
  return { kind: 'request', method, uri: parts.requestUri, headers, body: body?.bytes ?? noBytes };
}

/** `rport` asks for responses at the port we sent from (RFC 3581 section 3). */
function viaValue(path: Path, sentBy: Address, branch: string): string {
  const target = printHostPort(sentBy.address, sentBy.port);
  return `SIP/2.0/${path.transport} ${target};branch=${branch};rport`;
}
