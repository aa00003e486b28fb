import { printMessage } from '../print.ts';
import { encodeText } from '../text.ts';
import { supported } from './admission.ts';
import type { CallRecord } from './call-record.ts';
import type { Refusal } from './call-state.ts';
import { contactHeader, type EngineContext } from './context.ts';
import type { ReceivedRequest } from './received-request.ts';
import { respond } from './reply.ts';
import { buildResponse, type HeaderPair, type MessageBody } from './response-builder.ts';
import { expiryFor, expiryHeaders } from './session-expiry.ts';

/** The responses to an INVITE that the call machine asks for. */
export function sendProvisional(
  context: EngineContext,
  record: CallRecord,
  status: number,
  now: number,
): void {
  const { received, localTag, session } = record;
  if (received === undefined) return;
  const { request, transaction } = received;
  const early = status === 183 ? session.earlyAnswer : undefined;
  const headers = dialogHeaders(context, request);
  const body = early === undefined ? undefined : sdpBody(early);
  respond(context, transaction, request, { status, toTag: localTag, headers, ...(body && { body }) }, now);
}

/** The 2xx, first or again. */
export function sendAccept(context: EngineContext, record: CallRecord, now: number): void {
  const { accept, localTag } = record;
  if (accept !== undefined) context.servers.respond(accept.transaction, 200, localTag, accept.bytes, now);
}

/** A 2xx to an INVITE or re-INVITE, to be sent until it is acknowledged. */
export function acceptBytes(
  context: EngineContext,
  localTag: string,
  request: ReceivedRequest,
  sdp: string,
): Uint8Array {
  const expiry = expiryHeaders(expiryFor(request.envelope.message.headers));
  const headers = [...dialogHeaders(context, request), ...expiry];
  const parts = { status: 200, toTag: localTag, headers, body: sdpBody(sdp) };
  return printMessage(buildResponse(request, parts, context.config.userAgent));
}

export function sendRefusal(context: EngineContext, record: CallRecord, refusal: Refusal, now: number): void {
  const { received, localTag } = record;
  if (received === undefined) return;
  respond(context, received.transaction, received.request, { ...refusal, toTag: localTag }, now);
}

/** What 101-299 responses to dialog-making requests tell the peer about us (RFC 3261 sections 12.1.1 and 13.3.1). */
export function dialogHeaders(context: EngineContext, request: ReceivedRequest): readonly HeaderPair[] {
  const secure = /^sips:/i.test(request.envelope.message.uri);
  return [contactHeader(context, request.path, secure), ['Allow', context.allow], ['Supported', supported]];
}

export function sdpBody(sdp: string): MessageBody {
  return { contentType: 'application/sdp', bytes: encodeText(sdp) };
}
