/**
 * A dialog as data (RFC 3261 section 12): who the two ends are, where requests go and which sequence numbers count.
 * Every function returns a new value.
 */
import { parseNameAddr } from '../headers/name-addr.ts';
import type { Headers } from '../message.ts';
import { parseUri } from '../uri.ts';
import type { RequestEnvelope, ResponseEnvelope } from '../envelope.ts';

export interface Dialog {
  readonly kind: 'early' | 'confirmed';
  readonly callId: string;
  readonly localTag: string;
  readonly remoteTag: string;
  /** Header values with tag: From and To of our requests. Text as it was first sent, which RFC 2543 peers compare. */
  readonly localParty: string;
  readonly remoteParty: string;
  /** URI of the peer's Contact. */
  readonly remoteTarget: string;
  /** Route values, next hop first. Fixed once the dialog is confirmed (section 12.2). */
  readonly routeSet: readonly string[];
  /** CSeq number of our latest request; 0 before the first. */
  readonly localSeq: number;
  /** CSeq number of the peer's latest request; undefined before the first. */
  readonly remoteSeq: number | undefined;
}

/** The dialog a dialog-making request opens at its receiver (section 12.1.1). Undefined: it has no usable Contact. */
export function uasDialog(request: RequestEnvelope, localTag: string): Dialog | undefined {
  const { headers } = request.message;
  const remoteTarget = contactUri(headers);
  if (remoteTarget === undefined) return undefined;
  return {
    kind: 'early',
    callId: request.callId,
    localTag,
    remoteTag: request.fromTag,
    localParty: `${headers.get('To') ?? ''};tag=${localTag}`,
    remoteParty: headers.get('From') ?? '',
    remoteTarget,
    routeSet: headers.all('Record-Route'),
    localSeq: 0,
    remoteSeq: request.cseq.number,
  };
}

/** Whether the Contact names a place for the requests of a dialog (section 8.1.1.8). */
export function hasTarget(headers: Headers): boolean {
  return contactUri(headers) !== undefined;
}

/** What the sender of a dialog-making request knows of it. */
export interface UacOrigin {
  readonly callId: string;
  readonly localTag: string;
  /** From value, tag included. */
  readonly localParty: string;
  readonly requestUri: string;
}

/**
 * The dialog a response opens at the sender of the request (section 12.1.2). Without a Contact, as some send in 1xx,
 * requests go to the Request-URI until a 2xx names one.
 */
export function uacDialog(origin: UacOrigin, response: ResponseEnvelope): Dialog {
  const { headers, status } = response.message;
  const { callId, localTag, localParty, requestUri } = origin;
  return {
    kind: status >= 200 ? 'confirmed' : 'early',
    callId,
    localTag,
    remoteTag: response.toTag,
    localParty,
    remoteParty: headers.get('To') ?? '',
    remoteTarget: contactUri(headers) ?? requestUri,
    routeSet: headers.all('Record-Route').reverse(),
    localSeq: response.cseq.number,
    remoteSeq: undefined,
  };
}

/** A 2xx confirms an early dialog and computes its route set and target anew (section 13.2.2.4). */
export function confirmedBy(early: Dialog, response: ResponseEnvelope): Dialog {
  const { headers } = response.message;
  return retargeted(
    { ...early, kind: 'confirmed', routeSet: headers.all('Record-Route').reverse() },
    headers,
  );
}

/** We sent a 2xx. */
export function confirmed(dialog: Dialog): Dialog {
  return dialog.kind === 'confirmed' ? dialog : { ...dialog, kind: 'confirmed' };
}

/**
 * Counts a request of the peer (section 12.2.2). Undefined: its number is not higher than the last, so it came out of
 * order and gets 500. ACK and CANCEL carry the number of their INVITE and are never counted.
 */
export function counted(dialog: Dialog, cseq: number): Dialog | undefined {
  if (dialog.remoteSeq !== undefined && cseq <= dialog.remoteSeq) return undefined;
  return { ...dialog, remoteSeq: cseq };
}

/** Target refresh by INVITE or UPDATE, request or 2xx (section 12.2); unchanged when there is no Contact. */
export function retargeted(dialog: Dialog, headers: Headers): Dialog {
  const remoteTarget = contactUri(headers);
  return remoteTarget === undefined ? dialog : { ...dialog, remoteTarget };
}

/** The same dialog with the next number for a request of ours (section 12.2.1.1). */
export function advanced(dialog: Dialog): Dialog {
  return { ...dialog, localSeq: dialog.localSeq + 1 };
}

/** The peer's Contact, if requests can be sent there: what cannot be read is as good as none. */
function contactUri(headers: Headers): string | undefined {
  const parsed = parseNameAddr(headers.get('Contact') ?? '');
  const uri = parsed.ok ? parsed.value.uri : '';
  const target = parseUri(uri);
  return target.ok && target.value.scheme !== 'tel' ? uri : undefined;
}
