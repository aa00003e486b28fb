import { advanced, retargeted } from '../dialog/dialog.ts';
import type { SipRequest } from '../message.ts';
import { decodeText } from '../text.ts';
import type { ClientUser } from '../transaction/client-transactions.ts';
import { asleep, type Sleeper } from '../transaction/deadline-heap.ts';
import type { ResponseEnvelope } from '../envelope.ts';
import { isProvisional, isSuccess } from '../transaction/status.ts';
import { supported } from './admission.ts';
import type { CallRecord, Leg, SentAck, SentInvite } from './call-record.ts';
import { feed } from './call-runner.ts';
import { chance, contactHeader, type EngineContext, newBranch } from './context.ts';
import { ackOf2xx, buildInDialog, dialogPath, fatalCause, isAnswerable } from './dialog-client.ts';
import { cancelInvite } from './invite-cancel.ts';
import { sdpBody } from './invite-responses.ts';
import type { EndCause } from './output.ts';
import { q850Of } from './reason-header.ts';
import {
  idle,
  type RenegotiationEffect,
  type RenegotiationInput,
  renegotiationMachine,
  type RenegotiationState,
  type Wish,
} from './renegotiation-machine.ts';
import { agreedExpiry } from './session-expiry.ts';
import { startTimer } from './session-timer.ts';

/** A proxy and the peer may each ask once, be it for credentials or for a longer interval. */
const maxChallenges = 2;

/** The renegotiation of one call; it may outlive it by the life of its transaction. */
export class Renegotiation implements Sleeper {
  heapIndex = asleep;
  heapAt = 0;
  state: RenegotiationState = idle;
  sent: SentInvite | undefined;
  readonly #context: EngineContext;
  readonly #record: CallRecord;

  constructor(context: EngineContext, record: CallRecord) {
    this.#context = context;
    this.#record = record;
  }

  wake(now: number): void {
    this.input({ kind: 'timer', free: isFree(this.#record) }, now);
  }

  input(input: RenegotiationInput, now: number): void {
    const { config, deadlines } = this.#context;
    const step = renegotiationMachine.step(this.state, input, now, config.timers);
    this.state = step.state;
    deadlines.set(this, renegotiationMachine.wakeAt(step.state));
    for (const effect of step.effects) this.#perform(effect, now);
  }

  #perform(effect: RenegotiationEffect, now: number): void {
    const context = this.#context;
    const record = this.#record;
    switch (effect.kind) {
      case 'offer':
        return sendReinvite(context, record, this, record.session.offerChange(effect.change), 0, now);
      case 'cancel':
        if (this.sent !== undefined) cancelInvite(context, this.sent, [], now);
        return;
      case 'abandon':
        if (record.session.awaitsAnswer) record.session.abandon();
        if (this.sent !== undefined) context.clients.abandon(this.sent.transaction);
        return;
      case 'reportChanged':
        return reportChanged(context, record, effect.wish);
      case 'reportFailed':
        if (!effect.wish.reported) return;
        return context.outbox.push({ kind: 'renegotiationFailed', call: record.id, cause: effect.cause });
    }
  }
}

function reportChanged(context: EngineContext, record: CallRecord, wish: Wish): void {
  const { media } = record.session;
  if (!wish.reported || media === undefined) return;
  context.outbox.push({ kind: 'mediaChanged', call: record.id, by: 'local', media });
}

/** Whether a re-INVITE of ours may go out: no other INVITE under way in either direction (RFC 3261 section 14.1). */
function isFree(record: CallRecord): boolean {
  const { state, accept, session } = record;
  return state.kind === 'established' && accept === undefined && !session.owesAnswer && !session.awaitsAnswer;
}

/** Asks for a change, now or as soon as it may be asked for. */
export function wishFor(context: EngineContext, record: CallRecord, wish: Wish, now: number): void {
  record.renegotiation ??= new Renegotiation(context, record);
  record.renegotiation.input({ kind: 'wish', wish, free: isFree(record) }, now);
}

/** An ACK has come: what had to wait for it may go out. */
export function freeRenegotiation(record: CallRecord, now: number): void {
  if (isFree(record)) record.renegotiation?.input({ kind: 'freed' }, now);
}

function sendReinvite(
  context: EngineContext,
  record: CallRecord,
  renegotiation: Renegotiation,
  sdp: string,
  challenges: number,
  now: number,
): void {
  const { leg, digest } = record;
  if (leg === undefined) throw new Error('SIP engine: a session changed before there was a dialog');
  leg.dialog = advanced(leg.dialog);
  const branch = newBranch(context);
  const path = dialogPath(context, leg);
  const secure = /^sips:/i.test(leg.dialog.remoteTarget);
  const { request } = buildInDialog(
    context,
    leg,
    {
      method: 'INVITE',
      headers: [
        contactHeader(context, path, secure),
        ['Allow', context.allow],
        ['Supported', supported],
        ...(record.timer?.headers ?? []),
      ],
      body: sdpBody(sdp),
    },
    leg.dialog.localSeq,
    branch,
    (uri) => (digest?.authorize({ method: 'INVITE', uri }) ?? []).map(({ name, value }) => [name, value]),
  );
  const again = (at: number): void => sendReinvite(context, record, renegotiation, sdp, challenges + 1, at);
  const user = reinviteUser(
    context,
    record,
    renegotiation,
    leg,
    challenges < maxChallenges ? again : undefined,
  );
  const sentBy = context.config.local(path);
  const transaction = context.clients.begin({ request, branch, sentBy, path, user: user(request) }, now);
  renegotiation.sent = { request, branch, transaction };
}

function reinviteUser(
  context: EngineContext,
  record: CallRecord,
  renegotiation: Renegotiation,
  leg: Leg,
  again: ((now: number) => void) | undefined,
): (request: SipRequest) => ClientUser {
  return (request) => {
    let ack: SentAck | undefined;
    return {
      response: (response, now) => {
        const { status } = response.message;
        if (isProvisional(status)) return;
        if (isSuccess(status)) {
          const first = ack === undefined;
          if (first) leg.dialog = retargeted(leg.dialog, response.message.headers);
          ack ??= ackOf2xx(context, leg, request, response.cseq.number);
          context.outbox.push({ kind: 'send', ...ack });
          if (first) accepted(context, record, renegotiation, response, now);
          return;
        }
        const open = renegotiation.state.kind === 'offering';
        if (open && again !== undefined && mayTryAgain(record, request, response)) return again(now);
        refused(context, record, renegotiation, response, now);
      },
      failed: (cause, now) => {
        if (cause === 'timeout')
          return lost(context, record, renegotiation, { kind: 'timeout', status: 408 }, now);
        fail(record, renegotiation, { kind: 'refused', cause: { kind: 'transport' } }, now);
      },
    };
  };
}

/** A challenge we can answer, or a 422 that asks for a longer session interval (RFC 4028 section 7.3). */
function mayTryAgain(record: CallRecord, request: SipRequest, response: ResponseEnvelope): boolean {
  const { status, headers } = response.message;
  if (status === 422) return record.timer?.raise(headers) === true;
  return isAnswerable(record.digest, request, response);
}

function accepted(
  context: EngineContext,
  record: CallRecord,
  renegotiation: Renegotiation,
  response: ResponseEnvelope,
  now: number,
): void {
  const { body, headers } = response.message;
  const { session } = record;
  startTimer(context, record, agreedExpiry(headers), true, now);
  if (!session.awaitsAnswer) return renegotiation.input({ kind: 'accepted', usable: false }, now);
  const usable = session.takeAnswer(body.length === 0 ? undefined : decodeText(body), undefined);
  if (!usable) session.abandon();
  renegotiation.input({ kind: 'accepted', usable }, now);
}

/** Sections 14.1 and 12.2.1.2. */
function refused(
  context: EngineContext,
  record: CallRecord,
  renegotiation: Renegotiation,
  response: ResponseEnvelope,
  now: number,
): void {
  const { status, headers } = response.message;
  const fatal = fatalCause({ kind: 'response', status, headers });
  if (fatal !== undefined) return lost(context, record, renegotiation, fatal, now);
  if (status === 491) {
    const waitMs = glareWaitMs(context, record);
    return fail(record, renegotiation, { kind: 'glare', waitMs }, now);
  }
  fail(
    record,
    renegotiation,
    { kind: 'refused', cause: { kind: 'rejected', status, ...q850Of(headers) } },
    now,
  );
}

/** Section 14.1: who made the Call-ID waits longer, so that both do not meet again. In units of 10 ms. */
function glareWaitMs(context: EngineContext, record: CallRecord): number {
  return record.outgoing ? 2100 + 10 * chance(context, 191) : 10 * chance(context, 201);
}

/** The session is as if nothing had been asked (section 14.1). */
function fail(
  record: CallRecord,
  renegotiation: Renegotiation,
  input: RenegotiationInput,
  now: number,
): void {
  if (record.session.awaitsAnswer) record.session.abandon();
  renegotiation.input(input, now);
}

/** The peer has lost the dialog: the call ends, and with it what was wanted of it. */
function lost(
  context: EngineContext,
  record: CallRecord,
  renegotiation: Renegotiation,
  cause: EndCause,
  now: number,
): void {
  feed(context, record, { kind: 'lost', cause }, now);
  renegotiation.input({ kind: 'refused', cause }, now);
}
