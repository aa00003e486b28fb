import { none, type Step } from '../transaction/step.ts';
import type { AckWait } from './ack-wait.ts';
import type { EndCause } from './output.ts';

/** States, inputs and effects of the call machine; `call-machine.ts` has the picture. */
export type CallState =
  /** An INVITE we have not answered. `remindAt`: next repetition of the provisional response (section 13.3.1.1). */
  | {
      readonly kind: 'incoming';
      readonly provisional: number | undefined;
      readonly remindAt: number;
      readonly giveUpAt: number;
    }
  /** 2xx sent, ACK not seen. */
  | { readonly kind: 'answered'; readonly wait: AckWait }
  /** Reported as ended, but the BYE must wait for the ACK (section 15). */
  | { readonly kind: 'leaving'; readonly wait: AckWait }
  /** INVITE sent, nothing heard: a CANCEL is not allowed yet (section 9.1). */
  | ({ readonly kind: 'calling'; readonly silentAt: number } & Patience)
  | ({ readonly kind: 'proceeding' } & Patience)
  /** Reported as ended; a CANCEL is owed (until the first 1xx) or sent; a 2xx may still cross it. */
  | { readonly kind: 'withdrawn'; readonly cancelled: boolean; readonly endAt: number }
  /** `wait`: for the ACK of a 2xx to a re-INVITE. Its outer timer is the owner's limit of a call's length. */
  | { readonly kind: 'established'; readonly wait: AckWait | undefined }
  | { readonly kind: 'ended' };

/** How long an outgoing call is waited for. */
export interface Patience {
  /** When the final response has to be there. */
  readonly giveUpAt: number;
  /** How long after an INVITE nothing at all may be heard; `silentAt` is when that is over. */
  readonly silentMs: number;
}

export interface Refusal {
  readonly status: number;
  readonly reason?: string;
  readonly headers?: readonly (readonly [name: string, value: string])[];
}

export type CallInput =
  | { readonly kind: 'provisional'; readonly status: number }
  | { readonly kind: 'answer' }
  | { readonly kind: 'refuse'; readonly refusal: Refusal }
  | { readonly kind: 'hangup'; readonly refusal: Refusal }
  | { readonly kind: 'ack' }
  | { readonly kind: 'cancel'; readonly cause: EndCause }
  | { readonly kind: 'bye'; readonly cause: EndCause }
  /** We answered a re-INVITE with 2xx. */
  | { readonly kind: 'reanswered' }
  | { readonly kind: 'progress' }
  | { readonly kind: 'challenged' }
  | { readonly kind: 'accepted' }
  | { readonly kind: 'refused'; readonly cause: EndCause }
  /** Nobody answers, the transport is broken, or the peer says that there is no such dialog. */
  | { readonly kind: 'lost'; readonly cause: EndCause }
  /** The peer broke offer/answer: the call is of no use. */
  | { readonly kind: 'unusable' }
  | { readonly kind: 'timer' };

export type CallEffect =
  | { readonly kind: 'sendProvisional'; readonly status: number }
  | { readonly kind: 'send2xx' }
  | { readonly kind: 'sendRefusal'; readonly refusal: Refusal }
  | { readonly kind: 'sendCancel' }
  | { readonly kind: 'sendBye' }
  /** The INVITE is sent no more; what it leads to all the same is still dealt with. */
  | { readonly kind: 'quietInvite' }
  /** Drops the INVITE client transaction: no final response came after the CANCEL (section 9.1). */
  | { readonly kind: 'abandonInvite' }
  | { readonly kind: 'reportAnswered' }
  | { readonly kind: 'reportAcknowledged' }
  | { readonly kind: 'end'; readonly by: 'remote' | 'local'; readonly cause: EndCause };

export type CallStep = Step<CallState, CallEffect>;
export type In<Kind extends CallState['kind']> = Extract<CallState, { kind: Kind }>;

export const ended: CallState = { kind: 'ended' };

/** The input means nothing in this state. */
export function ignore(state: CallState): CallStep {
  return { state, effects: none };
}

export function endOf(by: 'remote' | 'local', cause: EndCause): CallEffect {
  return { kind: 'end', by, cause };
}

export function sayBye(by: 'remote' | 'local', cause: EndCause): CallStep {
  return { state: ended, effects: [{ kind: 'sendBye' }, endOf(by, cause)] };
}
