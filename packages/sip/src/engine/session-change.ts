import { retargeted } from '../dialog/dialog.ts';
import type { Negotiated } from '../offer-answer.ts';
import { ok } from '../result.ts';
import { decodeText } from '../text.ts';
import { isSdp, refusalOfBody } from './admission.ts';
import type { CallRecord, Leg } from './call-record.ts';
import { feed } from './call-runner.ts';
import type { Refusal } from './call-state.ts';
import { chance, type EngineContext } from './context.ts';
import { acceptBytes, dialogHeaders, sdpBody } from './invite-responses.ts';
import { hasRoom, overloaded } from './load.ts';
import type { ReceivedRequest } from './received-request.ts';
import { noSuchDialog, refusalOfOffer, requestPending, retryLater } from './refusals.ts';
import { replyStateful } from './reply.ts';
import { isSameMedia } from './session.ts';
import { expiryFor, expiryHeaders, refusalOfExpiry } from './session-expiry.ts';
import { startTimer } from './session-timer.ts';

/** A re-INVITE (RFC 3261 section 14.2): answered at once, with an answer, or an offer where it brought none. */
export function receiveReinvite(
  context: EngineContext,
  record: CallRecord,
  leg: Leg,
  request: ReceivedRequest,
  now: number,
): void {
  const refusal =
    refusalOfTurn(context, record) ??
    refusalOfBody(request.envelope.message) ??
    refusalOfExpiry(request.envelope.message.headers) ??
    (hasRoom(context) ? undefined : overloaded(context));
  if (refusal !== undefined) return replyStateful(context, request, refusal, now);
  settleAccept(context, record, now);
  const before = record.session.media;
  const offer = offerOf(request);
  const sdp = offer === undefined ? ok(record.session.offerAgain()) : record.session.renew(offer);
  if (!sdp.ok) return replyStateful(context, request, refusalOfOffer(sdp.error, chance(context, 11)), now);
  leg.dialog = retargeted(leg.dialog, request.envelope.message.headers);
  accept(context, record, request, sdp.value, now);
  startTimer(context, record, expiryFor(request.envelope.message.headers), false, now);
  reportChange(context, record, before);
}

/** An UPDATE (RFC 3311 section 5.2): may change the target before the answer, and the session at any time after it. */
export function receiveUpdate(
  context: EngineContext,
  record: CallRecord,
  leg: Leg,
  request: ReceivedRequest,
  now: number,
): void {
  const offer = offerOf(request);
  const refusal =
    refusalOfBody(request.envelope.message) ??
    refusalOfExpiry(request.envelope.message.headers) ??
    (offer === undefined ? undefined : refusalOfTurn(context, record));
  if (refusal !== undefined) return replyStateful(context, request, refusal, now);
  const before = record.session.media;
  const sdp = offer === undefined ? undefined : record.session.renew(offer);
  if (sdp?.ok === false) {
    return replyStateful(context, request, refusalOfOffer(sdp.error, chance(context, 11)), now);
  }
  leg.dialog = retargeted(leg.dialog, request.envelope.message.headers);
  const body = sdp === undefined ? undefined : sdpBody(sdp.value);
  const expiry = expiryFor(request.envelope.message.headers);
  const headers = [...dialogHeaders(context, request), ...expiryHeaders(expiry)];
  replyStateful(context, request, { status: 200, headers, ...(body && { body }) }, now);
  if (leg.dialog.kind === 'confirmed') startTimer(context, record, expiry, false, now);
  reportChange(context, record, before);
}

/** Whether an offer may come now (RFC 3261 section 14.2, RFC 3311 section 5.2, RFC 6337 section 4). */
function refusalOfTurn(context: EngineContext, record: CallRecord): Refusal | undefined {
  switch (record.state.kind) {
    case 'incoming': // Their first INVITE has no answer yet.
      return retryLater(chance(context, 11));
    case 'calling':
    case 'proceeding': // Ours has none.
      return requestPending;
    case 'answered':
    case 'established': // Our offer in a 2xx waits for the answer in the ACK.
      return record.session.awaitsAnswer ? requestPending : undefined;
    case 'leaving':
    case 'withdrawn':
    case 'ended':
      return noSuchDialog;
  }
}

/** Who sends another INVITE has got our 2xx to the one before: as good as the ACK, which was lost or overtaken. */
function settleAccept(context: EngineContext, record: CallRecord, now: number): void {
  if (record.accept === undefined) return;
  record.accept = undefined;
  feed(context, record, { kind: 'ack' }, now);
}

function accept(
  context: EngineContext,
  record: CallRecord,
  request: ReceivedRequest,
  sdp: string,
  now: number,
): void {
  record.accept = {
    transaction: context.servers.begin(request.envelope, request.path, {}, now),
    cseq: request.envelope.cseq.number,
    bytes: acceptBytes(context, record.localTag, request, sdp),
    renewal: true,
  };
  feed(context, record, { kind: 'reanswered' }, now);
}

/** Tells the owner about new media; a mere refresh is none. */
export function reportChange(
  context: EngineContext,
  record: CallRecord,
  before: Negotiated | undefined,
): void {
  const { media } = record.session;
  if (media === undefined || isSameMedia(before, media)) return;
  context.outbox.push({ kind: 'mediaChanged', call: record.id, by: 'remote', media });
}

function offerOf(request: ReceivedRequest): string | undefined {
  const { headers, body } = request.envelope.message;
  return body.length === 0 || !isSdp(headers) ? undefined : decodeText(body);
}
