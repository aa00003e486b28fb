import type { CSeq } from './headers/cseq.ts';
import type { NameAddr } from './headers/name-addr.ts';
import type { Via } from './headers/via.ts';
import type { SipMessage, SipRequest, SipResponse } from './message.ts';

/** The headers every layer asks for, read once per message (RFC 3261 section 8.1.1). */
export interface Essentials {
  /** The topmost Via: the previous hop of a request, ourselves in a response. */
  readonly via: Via;
  readonly branch: string;
  readonly from: NameAddr;
  readonly to: NameAddr;
  /** Empty when absent: RFC 2543 peers leave the From tag out (RFC 3261 section 12.1.1). */
  readonly fromTag: string;
  /** Empty outside of a dialog. */
  readonly toTag: string;
  readonly callId: string;
  readonly cseq: CSeq;
}

/** A message with its essentials. */
export interface Envelope<Message extends SipMessage = SipMessage> extends Essentials {
  readonly message: Message;
}

export type RequestEnvelope = Envelope<SipRequest>;
export type ResponseEnvelope = Envelope<SipResponse>;

export function isRequest(envelope: RequestEnvelope | ResponseEnvelope): envelope is RequestEnvelope {
  return envelope.message.kind === 'request';
}
