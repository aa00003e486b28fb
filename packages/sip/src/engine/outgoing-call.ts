import type { AudioCodec } from '../audio-codec.ts';
import { confirmedBy, type Dialog, type UacOrigin, uacDialog } from '../dialog/dialog.ts';
import { printNameAddr } from '../headers/name-addr.ts';
import type { SipRequest } from '../message.ts';
import { decodeText } from '../text.ts';
import type { ClientUser } from '../transaction/client-transactions.ts';
import type { ResponseEnvelope } from '../envelope.ts';
import type { Address, Path } from '../transaction/path.ts';
import { isProvisional, isSuccess } from '../transaction/status.ts';
import { never } from '../transaction/step.ts';
import { supported, takesUpdate } from './admission.ts';
import type { CallRecord, Leg } from './call-record.ts';
import { feed, openCall } from './call-runner.ts';
import type { Patience } from './call-state.ts';
import { contactHeader, type EngineContext, newBranch } from './context.ts';
import { ackOf2xx, isAnswerable, sendInDialog } from './dialog-client.ts';
import { assertExtraHeaders } from './extra-headers.ts';
import { sdpBody } from './invite-responses.ts';
import { hasRoomForCall } from './load.ts';
import { beginOutgoing } from './outgoing-states.ts';
import type { CallId, EndCause } from './output.ts';
import { type Credentials, digestFor, type OutgoingParty } from './own-request.ts';
import { q850Of } from './reason-header.ts';
import { buildRequest } from './request-builder.ts';
import type { HeaderPair } from './response-builder.ts';
import { Session } from './session.ts';
import { agreedExpiry, askedExpiry, raisedInterval } from './session-expiry.ts';
import { startTimer } from './session-timer.ts';

export interface OutgoingCall {
  readonly requestUri: string;
  readonly from: OutgoingParty;
  readonly to: OutgoingParty;
  /** Where the INVITE goes: the next hop. */
  readonly path: Path;
  /** Where our media will be received. */
  readonly local: Address;
  /**
   * Further headers of the INVITE (Route, Privacy, P-Asserted-Identity, Alert-Info, X-...). Line breaks in values
   * become blanks; a name for which `isExtraHeader` is false throws.
   */
  readonly headers?: readonly HeaderPair[];
  /** For 401 and 407. */
  readonly credentials?: Credentials;
  /** What is offered, best first; default: the engine's. */
  readonly codecs?: readonly AudioCodec[];
  /** From now to the final response; then the call is cancelled. */
  readonly timeoutMs: number;
  /**
   * From an INVITE to the first response, of any kind; then the call has ended with 408. Default: timer B, 32 s. Less than
   * a second or two leaves no time to send a lost INVITE again.
   */
  readonly silentMs?: number;
}

/** A proxy and the called party may each ask once. */
const maxChallenges = 2;
/** Early dialogs kept of one forked INVITE; further forks can still answer. */
const maxEarlyDialogs = 16;
/** Forks of one INVITE that may answer; more is an attack. */
const maxForks = 16;

/** Sends an INVITE with an offer (RFC 3261 section 13.2). The outcome, an overload too, comes as outputs. */
export function startCall(context: EngineContext, wanted: OutgoingCall, now: number): CallId {
  const { deps, config, outbox } = context;
  assertExtraHeaders(wanted.headers);
  if (!hasRoomForCall(context)) {
    const call = deps.token() as CallId;
    outbox.push({ kind: 'ended', call, by: 'local', cause: { kind: 'rejected', status: 503 } });
    return call;
  }
  const session = new Session(deps.token(), wanted.codecs ?? config.codecs);
  const record = openCall(context, deps.token(), session, beginOutgoing(patienceOf(wanted, now), now));
  if (wanted.credentials !== undefined) record.digest = digestFor(context, wanted.credentials);
  const sdp = session.makeOffer(wanted.local);
  const from = fromValue(wanted, record.localTag);
  const attempt = { wanted, sdp, from, expiresS: config.sessionExpiresS };
  sendInvite(context, record, attempt, 1, 0, now);
  return record.id;
}

function patienceOf({ timeoutMs, silentMs = never }: OutgoingCall, now: number): Patience {
  return { giveUpAt: now + timeoutMs, silentMs };
}

/** What stays the same when the INVITE is sent again with credentials. */
interface Attempt {
  readonly wanted: OutgoingCall;
  readonly sdp: string;
  readonly from: string;
  /** Session interval to ask for. */
  readonly expiresS: number | undefined;
}

function sendInvite(
  context: EngineContext,
  record: CallRecord,
  attempt: Attempt,
  cseq: number,
  challenges: number,
  now: number,
): void {
  const { wanted } = attempt;
  const branch = newBranch(context);
  const sentBy = context.config.local(wanted.path);
  const request = buildInvite(context, record, attempt, cseq, branch, sentBy);
  const user = inviteUser(context, record, attempt, request, cseq, challenges);
  const transaction = context.clients.begin({ request, branch, sentBy, path: wanted.path, user }, now);
  record.sent = { request, branch, transaction };
}

function buildInvite(
  context: EngineContext,
  record: CallRecord,
  attempt: Attempt,
  cseq: number,
  branch: string,
  sentBy: Address,
): SipRequest {
  const { requestUri, to, path, headers } = attempt.wanted;
  const credentials = record.digest?.authorize({ method: 'INVITE', uri: requestUri }) ?? [];
  return buildRequest(
    {
      method: 'INVITE',
      requestUri,
      path,
      sentBy,
      branch,
      from: attempt.from,
      to: printNameAddr({ ...to, params: new Map() }),
      callId: record.callId,
      cseq,
      routes: [],
      headers: [
        contactHeader(context, path, /^sips:/i.test(requestUri)),
        ['Allow', context.allow],
        ['Supported', supported],
        ['Accept', 'application/sdp'],
        ...askedExpiry(attempt.expiresS),
        ...credentials.map(({ name, value }): HeaderPair => [name, value]),
        ...(headers ?? []),
      ],
      body: sdpBody(attempt.sdp),
    },
    context.config.userAgent,
  );
}

function inviteUser(
  context: EngineContext,
  record: CallRecord,
  attempt: Attempt,
  request: SipRequest,
  cseq: number,
  challenges: number,
): ClientUser {
  return {
    response: (response, now) => {
      const { status } = response.message;
      if (isProvisional(status)) return progressed(context, record, response, request, now);
      if (isSuccess(status)) return accepted(context, record, response, request, now);
      const next = challenges < maxChallenges ? nextAttempt(record, attempt, request, response) : undefined;
      if (next !== undefined) {
        feed(context, record, { kind: 'challenged' }, now);
        return sendInvite(context, record, next, cseq + 1, challenges + 1, now);
      }
      return feed(context, record, { kind: 'refused', cause: refusalCause(response) }, now);
    },
    failed: (cause, now) => {
      const lost: EndCause = cause === 'timeout' ? { kind: 'timeout', status: 408 } : { kind: 'transport' };
      feed(context, record, { kind: 'lost', cause: lost }, now);
    },
    ended: () => {
      if (record.sent?.request === request) record.acks.clear();
    },
  };
}

/** With credentials for a challenge, or with the longer session interval of a 422 (RFC 4028 section 7.3). */
function nextAttempt(
  record: CallRecord,
  attempt: Attempt,
  request: SipRequest,
  response: ResponseEnvelope,
): Attempt | undefined {
  const open = record.state.kind === 'calling' || record.state.kind === 'proceeding';
  if (!open) return undefined;
  const { status, headers } = response.message;
  if (status === 422 && attempt.expiresS !== undefined) {
    const expiresS = raisedInterval(headers, attempt.expiresS);
    return expiresS === undefined ? undefined : { ...attempt, expiresS };
  }
  return isAnswerable(record.digest, request, response) ? attempt : undefined;
}

function refusalCause(response: ResponseEnvelope): EndCause {
  return { kind: 'rejected', status: response.message.status, ...q850Of(response.message.headers) };
}

/** 1xx: the first allows a CANCEL; those above 100 may open early dialogs and bring early media (section 13.2.2.1). */
function progressed(
  context: EngineContext,
  record: CallRecord,
  response: ResponseEnvelope,
  request: SipRequest,
  now: number,
): void {
  feed(context, record, { kind: 'progress' }, now);
  const { status } = response.message;
  if (status === 100 || record.state.kind !== 'proceeding') return;
  const leg = earlyLeg(record, response, request);
  const sdp = sdpOf(response);
  const announced = sdp === undefined ? undefined : record.session.preview(sdp);
  if (leg !== undefined && announced !== undefined) leg.announced = announced;
  const media = announced?.session.negotiated;
  context.outbox.push({
    kind: 'progress',
    call: record.id,
    status,
    hasSdp: sdp !== undefined,
    ...(media !== undefined && { media }),
  });
}

function earlyLeg(record: CallRecord, response: ResponseEnvelope, request: SipRequest): Leg | undefined {
  const { toTag } = response;
  const known = record.early.get(toTag);
  if (known !== undefined || toTag === '' || record.early.size >= maxEarlyDialogs) return known;
  const leg = legOf(record, uacDialog(originOf(record, request), response));
  record.early.set(toTag, leg);
  return leg;
}

function originOf(record: CallRecord, invite: SipRequest): UacOrigin {
  const { callId, localTag } = record;
  return { callId, localTag, localParty: invite.headers.get('From') ?? '', requestUri: invite.uri };
}

function legOf(record: CallRecord, dialog: Dialog): Leg {
  const path = record.sent?.transaction.path;
  if (path === undefined) throw new Error('SIP engine: a response came before its INVITE');
  return { dialog, path, natted: false };
}

/** 2xx: acknowledged in any case; the first makes the call, those of other forks are ended (section 13.2.2.4). */
function accepted(
  context: EngineContext,
  record: CallRecord,
  response: ResponseEnvelope,
  invite: SipRequest,
  now: number,
): void {
  const { toTag } = response;
  const sentBefore = record.acks.get(toTag);
  if (sentBefore !== undefined) return context.outbox.push({ kind: 'send', ...sentBefore });
  if (record.acks.size >= maxForks) return;
  const early = record.early.get(toTag);
  const leg =
    early === undefined
      ? legOf(record, uacDialog(originOf(record, invite), response))
      : { ...early, dialog: confirmedBy(early.dialog, response) };
  const ack = ackOf2xx(context, leg, invite, response.cseq.number);
  record.acks.set(toTag, ack);
  context.outbox.push({ kind: 'send', ...ack });
  if (record.leg !== undefined || record.state.kind === 'ended') return endFork(context, record, leg, now);
  record.leg = leg;
  record.early.clear();
  const usable = record.session.takeAnswer(sdpOf(response), leg.announced);
  record.takesUpdate = takesUpdate(response.message.headers);
  feed(context, record, { kind: usable ? 'accepted' : 'unusable' }, now);
  startTimer(context, record, agreedExpiry(response.message.headers), true, now);
}

/** A fork that answered too late, or after we gave up. */
function endFork(context: EngineContext, record: CallRecord, leg: Leg, now: number): void {
  sendInDialog(context, leg, record.digest, { method: 'BYE' }, () => undefined, now);
}

function sdpOf(response: ResponseEnvelope): string | undefined {
  const { body } = response.message;
  return body.length === 0 ? undefined : decodeText(body);
}

function fromValue(wanted: OutgoingCall, localTag: string): string {
  return printNameAddr({ ...wanted.from, params: new Map([['tag', localTag]]) });
}
