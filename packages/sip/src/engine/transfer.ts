import { type NameAddr, parseNameAddr } from '../headers/name-addr.ts';
import { noParams } from '../headers/tokens.ts';
import { parseReplaces } from '../headers/replaces.ts';
import type { Headers } from '../message.ts';
import { fail, ok, type Result } from '../result.ts';
import { encodeText } from '../text.ts';
import { asleep, type Sleeper } from '../transaction/deadline-heap.ts';
import type { ServerTransaction } from '../transaction/server-transactions.ts';
import { parseUri, printUri, type SipUri } from '../uri.ts';
import type { CallRecord, Leg } from './call-record.ts';
import type { Refusal } from './call-state.ts';
import { type CommandResult, done, wrongState } from './command-result.ts';
import { chance, contactHeader, type EngineContext } from './context.ts';
import { dialogPath, sendInDialog } from './dialog-client.ts';
import { dialogHeaders } from './invite-responses.ts';
import { hasRoom, overloaded } from './load.ts';
import type { Party, ReplacedDialog } from './output.ts';
import { partyOf } from './party.ts';
import { reasonPhrase } from './reason-phrases.ts';
import type { ReceivedRequest } from './received-request.ts';
import { requestPending, retryLater } from './refusals.ts';
import { findReplaced } from './replacement.ts';
import { replyStateful, respond } from './reply.ts';
import type { HeaderPair } from './response-builder.ts';
import {
  beginTransfer,
  type TransferEffect,
  type TransferInput,
  transferMachine,
  type TransferState,
} from './transfer-machine.ts';

/** A REFER of one call, until nobody wants to hear of it any more. */
export class Transfer implements Sleeper {
  heapIndex = asleep;
  heapAt = 0;
  state: TransferState;
  readonly #context: EngineContext;
  readonly #record: CallRecord;
  readonly #leg: Leg;
  readonly #request: ReceivedRequest;
  readonly #transaction: ServerTransaction;
  /** Value of Event: the first REFER of a dialog needs no id (RFC 3515 section 2.4.6). */
  readonly #event: string;

  constructor(context: EngineContext, record: CallRecord, leg: Leg, request: ReceivedRequest, now: number) {
    this.#context = context;
    this.#record = record;
    this.#leg = leg;
    this.#request = request;
    this.#transaction = context.servers.begin(request.envelope, request.path, {}, now);
    this.#event = record.referred ? `refer;id=${request.envelope.cseq.number}` : 'refer';
    this.state = beginTransfer(isUnsubscribed(request.envelope.message.headers), now, context.config.timers);
    context.deadlines.set(this, transferMachine.wakeAt(this.state));
  }

  wake(now: number): void {
    this.input({ kind: 'timer' }, now);
  }

  input(input: TransferInput, now: number): void {
    const { config, deadlines } = this.#context;
    const step = transferMachine.step(this.state, input, now, config.timers);
    this.state = step.state;
    deadlines.set(this, transferMachine.wakeAt(step.state));
    if (step.state.kind === 'over' && this.#record.transfer === this) this.#record.transfer = undefined;
    for (const effect of step.effects) this.#perform(effect, now);
  }

  #perform(effect: TransferEffect, now: number): void {
    switch (effect.kind) {
      case 'accept':
        return this.#respond({ status: 202, headers: this.#acceptHeaders(effect.silent) }, now);
      case 'refuse':
        return this.#respond(effect.refusal, now);
      case 'notify':
        return this.#notify(effect.status, effect.subscription, now);
    }
  }

  #acceptHeaders(silent: boolean): readonly HeaderPair[] {
    const headers = dialogHeaders(this.#context, this.#request);
    return silent ? [...headers, ['Refer-Sub', 'false']] : headers;
  }

  #respond(refusal: Refusal, now: number): void {
    respond(this.#context, this.#transaction, this.#request, refusal, now);
  }

  #notify(status: number, subscription: string, now: number): void {
    const context = this.#context;
    const leg = this.#leg;
    const notify = {
      method: 'NOTIFY',
      headers: [
        contactHeader(context, dialogPath(context, leg), /^sips:/i.test(leg.dialog.remoteTarget)),
        ['Event', this.#event],
        ['Subscription-State', subscription],
      ] satisfies HeaderPair[],
      body: {
        contentType: 'message/sipfrag;version=2.0',
        bytes: encodeText(`SIP/2.0 ${status} ${reasonPhrase(status)}\r\n`),
      },
    };
    sendInDialog(
      context,
      leg,
      this.#record.digest,
      notify,
      (outcome, at) => {
        const heard = outcome.kind === 'response' && outcome.status < 300;
        if (!heard) this.input({ kind: 'lost' }, at);
      },
      now,
    );
  }
}

/** The peer does not want to be told (RFC 4488 section 4). */
function isUnsubscribed(headers: Headers): boolean {
  return /^false\b/i.test(headers.get('Refer-Sub')?.trim() ?? '');
}

/** A REFER inside of a dialog: the owner decides. One at a time, as a call can only go to one place. */
export function receiveRefer(
  context: EngineContext,
  record: CallRecord,
  leg: Leg,
  request: ReceivedRequest,
  now: number,
): void {
  const { headers } = request.envelope.message;
  const asked = readRefer(headers);
  const refusal = asked.ok ? refusalOfTurn(context, record) : asked.error;
  if (refusal !== undefined || !asked.ok) {
    return replyStateful(context, request, refusal ?? { status: 400 }, now);
  }
  record.transfer = new Transfer(context, record, leg, request, now);
  record.referred = true;
  const referredBy = partyIn(headers.get('Referred-By'));
  const replaces = replacedDialog(context, asked.value.uri);
  context.outbox.push({
    kind: 'transferRequested',
    call: record.id,
    target: asked.value.target,
    ...(replaces !== undefined && { replaces }),
    ...(referredBy !== undefined && { referredBy }),
  });
}

function refusalOfTurn(context: EngineContext, record: CallRecord): Refusal | undefined {
  const { kind } = record.state;
  // Before the answer there is nobody to transfer.
  if (kind !== 'established' && kind !== 'answered') return retryLater(chance(context, 11));
  if (record.transfer !== undefined) return requestPending;
  return hasRoom(context) ? undefined : overloaded(context);
}

interface Asked {
  readonly uri: SipUri;
  /** Without the header part of the URI, which is not for the target. */
  readonly target: Party;
}

/** RFC 3515 section 2.1; the target has to be something that can be called. */
function readRefer(headers: Headers): Result<Asked, Refusal> {
  const address = parseNameAddr(headers.get('Refer-To') ?? '');
  if (!address.ok) return fail({ status: 400, reason: 'Missing or malformed Refer-To header' });
  const uri = parseUri(address.value.uri);
  if (!uri.ok) {
    if (uri.error === 'unsupportedScheme') return fail({ status: 416 });
    return fail({ status: 400, reason: 'Missing or malformed Refer-To header' });
  }
  const method = uri.value.params.get('method') ?? 'INVITE';
  if (method.toUpperCase() !== 'INVITE') return fail({ status: 501 });
  return ok({ uri: uri.value, target: partyOf(withoutHeaders(address.value, uri.value)) });
}

function withoutHeaders(address: NameAddr, uri: SipUri): NameAddr {
  if (uri.headers.size === 0 && !uri.params.has('method')) return address;
  const params = new Map(uri.params);
  params.delete('method');
  return { ...address, uri: printUri({ ...uri, params, headers: new Map() }) };
}

/** An attended transfer: the dialog the target is to give up for the new call (RFC 5589 section 7). */
function replacedDialog(context: EngineContext, target: SipUri): ReplacedDialog | undefined {
  const value = target.headers.get('replaces');
  const replaces = value === undefined ? undefined : parseReplaces(value);
  if (replaces?.ok !== true) return undefined;
  const record = findReplaced(context, replaces.value);
  const call = record === undefined ? undefined : context.calls.find(record.id)?.id;
  return { ...replaces.value, ...(call !== undefined && { call }) };
}

function partyIn(value: string | undefined): Party | undefined {
  const address = value === undefined ? undefined : parseNameAddr(value);
  return address?.ok === true ? partyOf({ ...address.value, params: noParams }) : undefined;
}

/** 202, and a first NOTIFY. */
export function acceptTransfer(record: CallRecord, now: number): CommandResult {
  if (record.transfer?.state.kind !== 'asked') return wrongState;
  record.transfer.input({ kind: 'accept' }, now);
  return done;
}

/** 300-699. */
export function rejectTransfer(record: CallRecord, refusal: Refusal, now: number): CommandResult {
  const { status } = refusal;
  if (record.transfer?.state.kind !== 'asked' || status < 300 || status > 699) return wrongState;
  record.transfer.input({ kind: 'reject', refusal }, now);
  return done;
}

/** Tells how the call to the target goes; a final status is the last word. */
export function transferProgress(record: CallRecord, status: number, now: number): CommandResult {
  const { transfer } = record;
  const open = transfer?.state.kind === 'subscribed' || transfer?.state.kind === 'silent';
  if (transfer === undefined || !open || !(status >= 100 && status <= 699)) return wrongState;
  transfer.input({ kind: 'progress', status }, now);
  return done;
}
