import { confirmed } from '../dialog/dialog.ts';
import type { Negotiated } from '../offer-answer.ts';
import type { Address } from '../transaction/path.ts';
import type { CallRecord } from './call-record.ts';
import { feed } from './call-runner.ts';
import type { Refusal } from './call-state.ts';
import { type CommandError, type CommandResult, done, wrongState } from './command-result.ts';
import type { EngineContext } from './context.ts';
import { type DialogOutcome, fatalCause, sendInDialog } from './dialog-client.ts';
import { acceptBytes } from './invite-responses.ts';
import { type HangupReason, reasonHeaders } from './reason-header.ts';
import { wishFor } from './renegotiation.ts';
import type { MessageBody } from './response-builder.ts';
import type { MediaChange } from './session.ts';
import { expiryFor } from './session-expiry.ts';
import { startTimer } from './session-timer.ts';

export type MediaResult =
  | { readonly ok: true; readonly media: Negotiated | undefined }
  | { readonly ok: false; readonly reason: CommandError };

/** 180 Ringing. */
export function ring(context: EngineContext, record: CallRecord, now: number): CommandResult {
  if (record.state.kind !== 'incoming') return wrongState;
  feed(context, record, { kind: 'provisional', status: 180 }, now);
  return done;
}

/** 183 with our answer: early media. Not possible without an offer in the INVITE. */
export function announce(
  context: EngineContext,
  record: CallRecord,
  local: Address,
  now: number,
): MediaResult {
  const { session } = record;
  const hasOffer = session.owesAnswer || session.earlyAnswer !== undefined;
  if (record.state.kind !== 'incoming' || !hasOffer) return wrongState;
  session.describe(local);
  feed(context, record, { kind: 'provisional', status: 183 }, now);
  return { ok: true, media: session.media };
}

/** 200 with our answer, or our offer where the INVITE had none. */
export function answer(context: EngineContext, record: CallRecord, local: Address, now: number): MediaResult {
  const { received, leg, session } = record;
  if (record.state.kind !== 'incoming' || received === undefined || leg === undefined) return wrongState;
  const sdp = session.describe(local);
  record.accept = {
    transaction: received.transaction,
    cseq: received.request.envelope.cseq.number,
    bytes: acceptBytes(context, record.localTag, received.request, sdp),
    renewal: false,
  };
  leg.dialog = confirmed(leg.dialog);
  feed(context, record, { kind: 'answer' }, now);
  startTimer(context, record, expiryFor(received.request.envelope.message.headers), false, now);
  record.received = undefined;
  return { ok: true, media: session.media };
}

/** 300-699 to an unanswered incoming call. */
export function reject(
  context: EngineContext,
  record: CallRecord,
  refusal: Refusal,
  now: number,
): CommandResult {
  if (record.state.kind !== 'incoming' || refusal.status < 300 || refusal.status > 699) return wrongState;
  feed(context, record, { kind: 'refuse', refusal }, now);
  return done;
}

/** Ends a call in whatever way its state asks for. */
export function hangup(
  context: EngineContext,
  record: CallRecord,
  reason: HangupReason,
  now: number,
): CommandResult {
  const { kind } = record.state;
  if (kind === 'leaving' || kind === 'withdrawn') return wrongState;
  const headers = reasonHeaders(reason);
  record.farewell = headers;
  feed(context, record, { kind: 'hangup', refusal: { status: refusalStatus(reason), headers } }, now);
  return done;
}

const refusals: ReadonlyMap<number, number> = new Map([
  [17, 486],
  [21, 603],
]);

/** What an unanswered caller is told: user busy 486, call rejected 603, otherwise 480. */
function refusalStatus(reason: HangupReason): number {
  return refusals.get(reason.q850 ?? 0) ?? 480;
}

/** INFO in an established call (RFC 6086, legacy usage). */
export function info(
  context: EngineContext,
  record: CallRecord,
  body: MessageBody,
  now: number,
): CommandResult {
  const { leg, digest } = record;
  if (record.state.kind !== 'established' || leg === undefined) return wrongState;
  const finish = (outcome: DialogOutcome, at: number): void => {
    const cause = fatalCause(outcome);
    if (cause !== undefined) feed(context, record, { kind: 'lost', cause }, at);
  };
  sendInDialog(context, leg, digest, { method: 'INFO', body }, finish, now);
  return done;
}

/** Asks the peer for a change of the session; `mediaChanged` or `renegotiationFailed` follows, or the end. */
export function renegotiate(
  context: EngineContext,
  record: CallRecord,
  change: MediaChange,
  now: number,
): CommandResult {
  const { kind } = record.state;
  if (kind !== 'established' && kind !== 'answered') return wrongState;
  wishFor(context, record, { change, reported: true }, now);
  return done;
}
