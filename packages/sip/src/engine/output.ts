import type { FaultReason } from '../fault.ts';
import type { NameAddr } from '../headers/name-addr.ts';
import type { Replaces } from '../headers/replaces.ts';
import type { Headers, SipRequest } from '../message.ts';
import type { Negotiated } from '../offer-answer.ts';
import type { Path } from '../transaction/path.ts';
import type { SipUri } from '../uri.ts';

declare const callIdBrand: unique symbol;
/** Our name of a call; not the Call-ID header, which the caller chooses. */
export type CallId = string & { readonly [callIdBrand]: true };

declare const inquiryIdBrand: unique symbol;
/** Our name of a delegated request that waits for its response. */
export type InquiryId = string & { readonly [inquiryIdBrand]: true };

declare const requestIdBrand: unique symbol;
/** Our name of a request of ours outside of a dialog. */
export type RequestId = string & { readonly [requestIdBrand]: true };

/**
 * Who says how a request ended: the other side, or the engine, because nobody answered (408), it could not be sent
 * (503), or there was no room for it (503).
 */
export type ResponseOrigin = 'peer' | 'timeout' | 'transport' | 'overload';

/** From or To of an INVITE. `user` is empty and `host` is empty for a scheme that has none (`tel`, or one unknown). */
export interface Party {
  readonly displayName?: string;
  /** As on the wire, without brackets. */
  readonly uri: string;
  readonly user: string;
  readonly host: string;
  readonly params: NameAddr['params'];
}

/** The dialog an attended transfer is about. */
export interface ReplacedDialog extends Replaces {
  /** The call of ours that has this dialog, if it is one. */
  readonly call?: CallId;
}

export interface EndCause {
  /**
   * `bye`: hung up in the conversation. `cancel`: given up before the answer. `rejected`: a final response 300-699
   * was sent or received. `timeout`: nobody answered in time, or a request in the dialog stayed without response.
   * `ackTimeout`: no ACK for our 2xx. `transport`: the peer cannot be reached. `protocol`: the peer broke the rules so
   * that the call is of no use.
   */
  readonly kind: 'bye' | 'cancel' | 'rejected' | 'timeout' | 'ackTimeout' | 'transport' | 'protocol';
  /** SIP status that ended it, where there is one. */
  readonly status?: number;
  /** Cause of the peer's `Reason: Q.850` (RFC 3326). */
  readonly q850?: number;
}

/** What the engine wants done or has to tell, in order. Every call ends with exactly one `ended`. */
export type SipOutput =
  | { readonly kind: 'send'; readonly path: Path; readonly bytes: Uint8Array }
  | {
      readonly kind: 'incomingCall';
      readonly call: CallId;
      readonly request: SipRequest;
      readonly path: Path;
      readonly requestUri: SipUri;
      readonly from: Party;
      readonly to: Party;
      /** False: the caller leaves the offer to our answer (delayed offer). */
      readonly hasOffer: boolean;
      /**
       * The call this one is to take the place of (RFC 3891): answer this one, then hang that one up. Whether the
       * caller may do that, the owner decides.
       */
      readonly replaces?: CallId;
    }
  /**
   * A provisional response 101-199 of the called party. `hasSdp`: it brought a description; `media` when that is an
   * answer we can use: early media. Of several forks each tells its own; which one answers is not known yet.
   */
  | {
      readonly kind: 'progress';
      readonly call: CallId;
      readonly status: number;
      readonly hasSdp: boolean;
      readonly media?: Negotiated;
    }
  | { readonly kind: 'answered'; readonly call: CallId; readonly media: Negotiated | undefined }
  /** The ACK of our answer came; with a delayed offer it brought the media. */
  | { readonly kind: 'acknowledged'; readonly call: CallId; readonly media: Negotiated | undefined }
  /**
   * Other media from now on. `remote`: the peer changed the session and was answered; a hold shows in the direction,
   * which is seen from here: `recvonly` or `inactive`. `local`: `hold`, `resume` or `renegotiate` has succeeded.
   */
  | {
      readonly kind: 'mediaChanged';
      readonly call: CallId;
      readonly by: 'remote' | 'local';
      readonly media: Negotiated;
    }
  /** `hold`, `resume` or `renegotiate` did not succeed: the call lives on with the media it had. */
  | { readonly kind: 'renegotiationFailed'; readonly call: CallId; readonly cause: EndCause }
  /**
   * The peer asks us to call `target` in place of this call (REFER, RFC 3515): `acceptTransfer` or `rejectTransfer`,
   * then `transferProgress`.
   */
  | {
      readonly kind: 'transferRequested';
      readonly call: CallId;
      readonly target: Party;
      /** An attended transfer: the dialog that the new call is to replace at the target. */
      readonly replaces?: ReplacedDialog;
      readonly referredBy?: Party;
    }
  | { readonly kind: 'info'; readonly call: CallId; readonly contentType: string; readonly body: Uint8Array }
  | {
      readonly kind: 'ended';
      readonly call: CallId;
      readonly by: 'remote' | 'local';
      readonly cause: EndCause;
    }
  /** A request of a delegated method; answer it with `respond`. */
  | {
      readonly kind: 'outOfDialog';
      readonly inquiry: InquiryId;
      readonly request: SipRequest;
      readonly path: Path;
    }
  /** The final response to a `request`; exactly one each. */
  | {
      readonly kind: 'response';
      readonly request: RequestId;
      readonly status: number;
      readonly origin: ResponseOrigin;
      readonly headers: Headers;
      readonly body: Uint8Array;
      /** The number the request had at last, after challenges: the next of the same Call-ID needs a higher one. */
      readonly cseq: number;
    }
  /** Input that led to nothing, for counting. `reason` is one of a fixed set of words. */
  | { readonly kind: 'dropped'; readonly reason: DropReason };

/** Why input led to nothing; a fault may all the same have been answered with its 4xx. */
export type DropReason = FaultReason | 'notAdmitted' | 'unmatchedResponse' | 'unmatchedAck' | 'overload';
