import { type CSeq, parseCSeq } from '../headers/cseq.ts';
import { type NameAddr, parseNameAddr } from '../headers/name-addr.ts';
import { parseVia, type Via } from '../headers/via.ts';
import type { SipMessage, SipRequest, SipResponse } from '../message.ts';

/** The headers every layer asks for, read once per message (RFC 3261 section 8.1.1). */
export interface Envelope<Message extends SipMessage = SipMessage> {
  readonly message: Message;
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

export type RequestEnvelope = Envelope<SipRequest>;
export type ResponseEnvelope = Envelope<SipResponse>;

/** Undefined: one of Via, From, To, Call-ID, CSeq is missing or malformed, or CSeq names another method. */
export function readEnvelope<Message extends SipMessage>(message: Message): Envelope<Message> | undefined {
  const { headers } = message;
  const via = parseVia(headers.get('Via') ?? '');
  const from = parseNameAddr(headers.get('From') ?? '');
  const to = parseNameAddr(headers.get('To') ?? '');
  const cseq = parseCSeq(headers.get('CSeq') ?? '');
  const callId = headers.get('Call-ID') ?? '';
  if (!via.ok || !from.ok || !to.ok || !cseq.ok || callId === '') return undefined;
  if (message.kind === 'request' && message.method !== cseq.value.method) return undefined;
  return {
    message,
    via: via.value,
    branch: via.value.params.get('branch') ?? '',
    from: from.value,
    to: to.value,
    fromTag: from.value.params.get('tag') ?? '',
    toTag: to.value.params.get('tag') ?? '',
    callId,
    cseq: cseq.value,
  };
}
