import type { Dialog } from '../dialog/dialog.ts';
import type { DigestClient } from '../digest-client.ts';
import type { SipRequest } from '../message.ts';
import type { OfferAnswer } from '../offer-answer.ts';
import type { ClientTransaction } from '../transaction/client-transactions.ts';
import { asleep, type Sleeper } from '../transaction/deadline-heap.ts';
import type { Path } from '../transaction/path.ts';
import type { ServerTransaction } from '../transaction/server-transactions.ts';
import type { CallState } from './call-state.ts';
import type { CallId } from './output.ts';
import type { ReceivedRequest } from './received-request.ts';
import type { Renegotiation } from './renegotiation.ts';
import type { HeaderPair } from './response-builder.ts';
import type { Session } from './session.ts';
import type { SessionTimer } from './session-timer.ts';
import type { Transfer } from './transfer.ts';

/** A dialog with the path on which its peer was last heard. */
export interface Leg {
  dialog: Dialog;
  path: Path;
  /** The peer's Contact names an address it was not seen under: requests follow `path` instead. */
  readonly natted: boolean;
  /** Early media this fork announced in a 18x. */
  announced?: OfferAnswer;
}

/** The INVITE that opened an incoming call, until it has its final response. */
export interface ReceivedInvite {
  readonly request: ReceivedRequest;
  readonly transaction: ServerTransaction;
}

/** A 2xx to an INVITE or re-INVITE, until its ACK. */
export interface SentAccept {
  readonly transaction: ServerTransaction;
  readonly cseq: number;
  readonly bytes: Uint8Array;
  /** Of a re-INVITE. */
  readonly renewal: boolean;
}

/** The INVITE of an outgoing call, until its transaction is forgotten. */
export interface SentInvite {
  readonly request: SipRequest;
  readonly branch: string;
  readonly transaction: ClientTransaction;
}

export interface SentAck {
  readonly path: Path;
  readonly bytes: Uint8Array;
}

/** Everything the engine keeps of one call. */
export class CallRecord implements Sleeper {
  heapIndex = asleep;
  heapAt = 0;
  state: CallState;
  readonly id: CallId;
  /** The Call-ID header. */
  readonly callId: string;
  readonly localTag: string;
  readonly session: Session;
  /** We made the call, and its Call-ID. */
  readonly outgoing: boolean;
  /** The dialog of the call: early for an incoming one, the first confirmed one for an outgoing one. */
  leg: Leg | undefined;
  received: ReceivedInvite | undefined;
  accept: SentAccept | undefined;
  sent: SentInvite | undefined;
  /** Early dialogs of an outgoing call by remote tag; several when the INVITE forked. */
  readonly early = new Map<string, Leg>();
  /** ACKs by remote tag, to be repeated with each repeated 2xx; also of forks that lost. */
  readonly acks = new Map<string, SentAck>();
  digest: DigestClient | undefined;
  /** Changes of the session that we ask for; made with the first. */
  renegotiation: Renegotiation | undefined;
  timer: SessionTimer | undefined;
  /** The peer takes UPDATE, as its Allow said last. */
  takesUpdate = false;
  /** The REFER of the peer that is not settled yet. */
  transfer: Transfer | undefined;
  /** There was a REFER before. */
  referred = false;
  /** What our BYE or CANCEL says about its reason. */
  farewell: readonly HeaderPair[] = [];
  /** A BYE is under way: the dialog stays known until it is answered. */
  closing = false;
  readonly #wake: (record: CallRecord, now: number) => void;

  constructor(
    fields: Pick<CallRecord, 'id' | 'callId' | 'localTag' | 'session' | 'state'>,
    wake: (record: CallRecord, now: number) => void,
  ) {
    this.id = fields.id;
    this.callId = fields.callId;
    this.localTag = fields.localTag;
    this.session = fields.session;
    this.state = fields.state;
    this.outgoing = fields.state.kind === 'calling';
    this.#wake = wake;
  }

  wake(now: number): void {
    this.#wake(this, now);
  }

  /** The dialog with that peer tag, early or not. */
  legWith(remoteTag: string): Leg | undefined {
    return this.leg?.dialog.remoteTag === remoteTag ? this.leg : this.early.get(remoteTag);
  }
}
