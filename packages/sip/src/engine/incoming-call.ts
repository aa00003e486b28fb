import { hasTarget, uasDialog } from '../dialog/dialog.ts';
import { parseDigits } from '../headers/tokens.ts';
import { decodeText } from '../text.ts';
import { type Path } from '../transaction/path.ts';
import type { ServerTransaction, ServerUser } from '../transaction/server-transactions.ts';
import { parseUri, type SipUri } from '../uri.ts';
import { isSdp, refusalOfBody, refusalOfExtensions, refusalOfHops, takesUpdate } from './admission.ts';
import type { CallRecord, Leg } from './call-record.ts';
import { feed, openCall } from './call-runner.ts';
import type { CallState, Refusal } from './call-state.ts';
import { chance, type EngineContext } from './context.ts';
import { beginIncoming } from './incoming-states.ts';
import { refusalOfLoad } from './load.ts';
import type { CallId } from './output.ts';
import { partyOf } from './party.ts';
import { q850Of } from './reason-header.ts';
import type { ReceivedRequest } from './received-request.ts';
import { refusalOfOffer } from './refusals.ts';
import { replacedCall } from './replacement.ts';
import { replyStateless, respond } from './reply.ts';
import { Session } from './session.ts';
import { refusalOfExpiry } from './session-expiry.ts';

/** Takes an INVITE outside of a dialog: refuses it without a trace, or makes a call of it and reports it. */
export function receiveInvite(context: EngineContext, request: ReceivedRequest, now: number): void {
  const session = new Session(context.deps.token(), context.config.codecs);
  const refusal = refusalOfInvite(context, request, session);
  if (refusal !== undefined) return replyStateless(context, request, refusal);
  const replaces = replacedCall(context, request.envelope.message.headers);
  if (!replaces.ok) return replyStateless(context, request, replaces.error);
  const record = openCall(context, request.envelope.callId, session, firstState(context, request, now));
  const leg = incomingLeg(request, record.localTag);
  const requestUri = parseUri(request.envelope.message.uri);
  if (leg === undefined || !requestUri.ok) throw new Error('SIP engine: an INVITE passed that must not');
  record.leg = leg;
  record.takesUpdate = takesUpdate(request.envelope.message.headers);
  record.received = { request, transaction: beginInvite(context, record, request, now) };
  report(context, record, request, requestUri.value, replaces.value);
}

/** Section 8.2, cheapest check first; the offer is tried before anybody hears of the call (section 13.3.1). */
function refusalOfInvite(
  context: EngineContext,
  request: ReceivedRequest,
  session: Session,
): Refusal | undefined {
  const { message } = request.envelope;
  const { headers } = message;
  return (
    refusalOfLoad(context, request) ??
    refusalOfHops(headers) ??
    (context.ledger.isMerged(request) ? { status: 482 } : undefined) ??
    refusalOfExtensions(headers) ??
    (hasTarget(headers) ? undefined : { status: 400, reason: 'Missing or unusable Contact header' }) ??
    refusalOfBody(message) ??
    refusalOfExpiry(headers) ??
    refusalOfFirstOffer(context, request, session)
  );
}

function refusalOfFirstOffer(
  context: EngineContext,
  request: ReceivedRequest,
  session: Session,
): Refusal | undefined {
  const { headers, body } = request.envelope.message;
  if (body.length === 0 || !isSdp(headers)) return undefined;
  const offer = session.receiveOffer(decodeText(body));
  return offer.ok ? undefined : refusalOfOffer(offer.error, chance(context, 11));
}

/** An INVITE with Expires is not answered after that time (section 13.3.1, step 1). */
function firstState(context: EngineContext, request: ReceivedRequest, now: number): CallState {
  const { unansweredMs } = context.config.limits;
  const expiresS = parseDigits(request.envelope.message.headers.get('Expires') ?? '', 10) ?? 0;
  return beginIncoming(now + (expiresS > 0 ? Math.min(expiresS * 1000, unansweredMs) : unansweredMs));
}

function incomingLeg(request: ReceivedRequest, localTag: string): Leg | undefined {
  const dialog = uasDialog(request.envelope, localTag);
  if (dialog === undefined) return undefined;
  const { path, envelope } = request;
  return { dialog, path, natted: isNatted(dialog.remoteTarget, envelope.via.host, path) };
}

/** The peer was not seen where it says it is, and its Contact says the same: there is a NAT between us. */
function isNatted(target: string, sentByHost: string, path: Path): boolean {
  const contact = parseUri(target);
  return contact.ok && contact.value.host === sentByHost && sentByHost !== path.remote.address;
}

/** Makes the transaction and answers 100 at once: the owner may take longer than 200 ms to decide (section 8.2.6.1). */
function beginInvite(
  context: EngineContext,
  record: CallRecord,
  request: ReceivedRequest,
  now: number,
): ServerTransaction {
  const user = inviteUser(context, record.id, context.ledger.enter(request));
  const transaction = context.servers.begin(request.envelope, request.path, user, now);
  respond(context, transaction, request, { status: 100, toTag: record.localTag }, now);
  return transaction;
}

/** Knows the call by its id alone: a transaction outlives the call by up to 32 s and must not keep it. */
function inviteUser(context: EngineContext, call: CallId, ended: () => void): ServerUser {
  return {
    transportFailed: (now) => {
      const record = context.calls.find(call);
      const depends = record?.state.kind === 'incoming' || record?.state.kind === 'answered';
      if (depends) feed(context, record, { kind: 'lost', cause: { kind: 'transport' } }, now);
    },
    cancelled: (cancel, now) => {
      const record = context.calls.find(call);
      const cause = { kind: 'cancel', ...q850Of(cancel.message.headers) } as const;
      if (record !== undefined) feed(context, record, { kind: 'cancel', cause }, now);
    },
    ended,
  };
}

function report(
  context: EngineContext,
  record: CallRecord,
  request: ReceivedRequest,
  requestUri: SipUri,
  replaces: CallId | undefined,
): void {
  const { message, from, to } = request.envelope;
  context.outbox.push({
    kind: 'incomingCall',
    call: record.id,
    request: message,
    path: request.path,
    requestUri,
    from: partyOf(from),
    to: partyOf(to),
    hasOffer: record.session.owesAnswer,
    ...(replaces !== undefined && { replaces }),
  });
}
