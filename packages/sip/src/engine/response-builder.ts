import { Headers, type SipResponse } from '../message.ts';
import type { ReceivedRequest } from './received-request.ts';
import { reasonPhrase } from './reason-phrases.ts';

export type HeaderPair = readonly [name: string, value: string];

export interface MessageBody {
  readonly contentType: string;
  readonly bytes: Uint8Array;
}

export interface ResponseParts {
  readonly status: number;
  /** Reason phrase; default: the registered one. */
  readonly reason?: string;
  /** Our tag, when the request had none in To; never in a 100. */
  readonly toTag?: string;
  readonly headers?: readonly HeaderPair[];
  readonly body?: MessageBody;
}

const noBytes = new Uint8Array(0);

/** A response to a request (RFC 3261 section 8.2.6). */
export function buildResponse(to: ReceivedRequest, parts: ResponseParts, server: string): SipResponse {
  const { status, body } = parts;
  const headers = responseHeaders(to, parts);
  headers.add('Server', server);
  for (const [name, value] of parts.headers ?? []) headers.add(name, value);
  if (body !== undefined) headers.add('Content-Type', body.contentType);
  const reason = parts.reason ?? reasonPhrase(status);
  return { kind: 'response', status, reason, headers, body: body?.bytes ?? noBytes };
}

/** What every response copies from its request (section 8.2.6.2), and the route of a dialog (section 12.1.1). */
function responseHeaders(to: ReceivedRequest, parts: ResponseParts): Headers {
  const { message, toTag, callId } = to.envelope;
  const { status } = parts;
  const requested = message.headers;
  const headers = new Headers();
  for (const via of to.vias) headers.add('Via', via);
  if (status > 100 && status < 300 && message.method === 'INVITE') {
    for (const route of requested.all('Record-Route')) headers.add('Record-Route', route);
  }
  const tag = toTag === '' && parts.toTag !== undefined && status > 100 ? `;tag=${parts.toTag}` : '';
  headers.add('From', requested.get('From') ?? '');
  headers.add('To', `${requested.get('To') ?? ''}${tag}`);
  headers.add('Call-ID', callId);
  headers.add('CSeq', requested.get('CSeq') ?? '');
  const timestamp = requested.get('Timestamp');
  if (timestamp !== undefined) headers.add('Timestamp', timestamp);
  return headers;
}
