import { counted } from '../dialog/dialog.ts';
import { decodeText } from '../text.ts';
import type { RequestEnvelope } from '../envelope.ts';
import { isSdp, refusalOfExtensions, refusalOfMethod } from './admission.ts';
import type { CallRecord, Leg } from './call-record.ts';
import { feed } from './call-runner.ts';
import { capabilities } from './capabilities.ts';
import type { EngineContext } from './context.ts';
import { q850Of } from './reason-header.ts';
import type { ReceivedRequest } from './received-request.ts';
import { noSuchDialog } from './refusals.ts';
import { freeRenegotiation } from './renegotiation.ts';
import { refuseStray, replyStateful } from './reply.ts';
import { receiveReinvite, receiveUpdate, reportChange } from './session-change.ts';
import { receiveRefer } from './transfer.ts';

/** A request with a To tag, other than ACK and CANCEL (RFC 3261 section 12.2.2). */
export function receiveInDialog(context: EngineContext, request: ReceivedRequest, now: number): void {
  const { envelope, path } = request;
  const record = context.calls.findByTag(envelope.toTag, envelope.callId);
  const leg = record?.legWith(envelope.fromTag);
  if (record === undefined || leg === undefined) return refuseStray(context, request);
  const dialog = counted(leg.dialog, envelope.cseq.number);
  if (dialog === undefined) return replyStateful(context, request, { status: 500 }, now);
  leg.dialog = dialog;
  leg.path = path;
  const { method, headers } = envelope.message;
  const over = isOver(record) && method !== 'BYE';
  const refusal = over ? noSuchDialog : refusalOfExtensions(headers);
  if (refusal !== undefined) return replyStateful(context, request, refusal, now);
  receiveMethod(context, record, leg, request, now);
}

function receiveMethod(
  context: EngineContext,
  record: CallRecord,
  leg: Leg,
  request: ReceivedRequest,
  now: number,
): void {
  const { method } = request.envelope.message;
  switch (method) {
    case 'BYE':
      return receiveBye(context, record, request, now);
    case 'INVITE':
      return receiveReinvite(context, record, leg, request, now);
    case 'UPDATE':
      return receiveUpdate(context, record, leg, request, now);
    case 'INFO':
      return receiveInfo(context, record, request, now);
    case 'REFER':
      return receiveRefer(context, record, leg, request, now);
    case 'OPTIONS':
      return replyStateful(context, request, capabilities(context), now);
    default:
      return replyStateful(context, request, refusalOfMethod(method, context.allow), now);
  }
}

/** Reported as ended: only the other side's BYE is still welcome, as it may cross ours. */
function isOver(record: CallRecord): boolean {
  const { kind } = record.state;
  return kind === 'leaving' || kind === 'withdrawn' || kind === 'ended';
}

/** Section 15.1.2; 200 also when our own BYE crosses it. */
function receiveBye(context: EngineContext, record: CallRecord, request: ReceivedRequest, now: number): void {
  replyStateful(context, request, { status: 200 }, now);
  const cause = { kind: 'bye', ...q850Of(request.envelope.message.headers) } as const;
  feed(context, record, { kind: 'bye', cause }, now);
}

/** RFC 6086: what has no package is passed on; packages we would have to offer first (section 4.2.2). */
function receiveInfo(
  context: EngineContext,
  record: CallRecord,
  request: ReceivedRequest,
  now: number,
): void {
  const { headers, body } = request.envelope.message;
  if (headers.has('Info-Package')) return replyStateful(context, request, { status: 469 }, now);
  replyStateful(context, request, { status: 200 }, now);
  const contentType = headers.get('Content-Type') ?? '';
  context.outbox.push({ kind: 'info', call: record.id, contentType, body });
}

/** The ACK of a 2xx (section 13.2.2.4); it may bring the answer to the offer in it. */
export function receiveAck(context: EngineContext, request: ReceivedRequest, now: number): void {
  const { envelope, path } = request;
  const record = context.calls.findByTag(envelope.toTag, envelope.callId);
  const leg = record?.legWith(envelope.fromTag);
  if (record === undefined || leg === undefined) {
    return context.outbox.push({ kind: 'dropped', reason: 'unmatchedAck' });
  }
  leg.path = path;
  const { accept, session } = record;
  if (accept?.cseq !== envelope.cseq.number) return; // Repeated: each 2xx gets one.
  record.accept = undefined;
  const before = session.media;
  const usable = !session.awaitsAnswer || takeAnswer(record, envelope);
  if (!usable && !accept.renewal) return feed(context, record, { kind: 'unusable' }, now);
  feed(context, record, { kind: 'ack' }, now);
  if (accept.renewal) reportChange(context, record, before);
  freeRenegotiation(record, now);
}

/** The answer to the offer in our 2xx; without a usable one, what held before holds. */
function takeAnswer(record: CallRecord, envelope: RequestEnvelope): boolean {
  const { headers, body } = envelope.message;
  const { session } = record;
  const taken = body.length > 0 && isSdp(headers) && session.takeAnswer(decodeText(body), undefined);
  if (!taken) session.abandon();
  return taken;
}
