import type { Address } from '@parley/contract';
import { cause, causeOfStatus } from '@parley/core';
import type { CallId as SipCallId, EndCause, Negotiated, Party } from '@parley/sip';

/** The SIP leg of a call and what the switchboard has to remember about it. */
export interface Line {
  readonly sip: SipCallId;
  /** Our call; undefined while its number is being looked up. */
  callId: string | undefined;
  /** The port our media listens on, once it is open. */
  mediaPort: number | undefined;
  answered: boolean;
  gone: boolean;
}

/** Texts of addresses are kept to what the contract allows. */
const longestText = 255;

/** Who calls, as the contract writes it: always a `tel`, whatever the phone is. */
export function sourceOf(from: Party): Address {
  const target = from.user === '' ? from.host : from.user;
  return telAddress(target, from.displayName ?? '');
}

export function destinationOf(dialled: string): Address {
  return telAddress(dialled, '');
}

function telAddress(target: string, name: string): Address {
  const text = (value: string): string => value.slice(0, longestText);
  return { type: 'tel', target: text(target), target_name: text(name), name: '', detail: '' };
}

/** The Q.850 number for the way a leg ended. */
export function causeOfEnd(end: EndCause): number {
  if (end.q850 !== undefined) return end.q850;
  switch (end.kind) {
    case 'bye':
    case 'cancel':
      return cause.normalClearing;
    case 'rejected':
      return causeOfStatus(end.status ?? 500);
    case 'timeout':
    case 'ackTimeout':
      return cause.noUserResponding;
    case 'transport':
    case 'protocol':
      return cause.networkOutOfOrder;
  }
}

/** The part of a negotiation that the media needs. */
export function mediaOf(callId: string, media: Negotiated) {
  const { remote, codec, payloadType, telephoneEventPayloadType, direction, ptimeMs } = media;
  return {
    leg: callId,
    remote: { address: remote.address, port: remote.port },
    codec,
    payloadType,
    direction,
    ptimeMs,
    ...(telephoneEventPayloadType === undefined ? {} : { telephoneEventPayloadType }),
  };
}
