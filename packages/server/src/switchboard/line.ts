import type { Address, CallStatistics } from '@parley/contract';
import { cause, causeOfStatus } from '@parley/core';
import type { Connection, LegStatistics } from '@parley/media';
import type { CallId as SipCallId, EndCause, Negotiated, Party } from '@parley/sip';

/** The SIP leg of a call and what the switchboard has to remember about it. */
export interface Line {
  readonly sip: SipCallId;
  /** Where its signalling comes from. */
  readonly peer: string;
  /** Our call; undefined while its number is being looked up. */
  callId: string | undefined;
  /** The port our media listens on, once it is open. */
  mediaPort: number | undefined;
  /** What our media was told last. */
  connected: Negotiated | undefined;
  gone: boolean;
}

/** `peer` is where its signalling comes from. */
export function lineOf(sip: SipCallId, peer: string): Line {
  return { sip, peer, callId: undefined, mediaPort: undefined, connected: undefined, gone: false };
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

/** What was negotiated, as the media needs it. Sound may also come from where the signalling does (NAT). */
export function connectionOf(media: Negotiated, signalling: string): Connection {
  const { remote, rtcp, codec, payloadType, telephoneEventPayloadType, direction, ptimeMs } = media;
  return {
    remote: { ...remote, rtcpPort: rtcp?.port },
    alsoFrom: [signalling],
    codec,
    payloadType,
    telephoneEventPayloadType,
    direction,
    ptimeMs,
  };
}

/** The figures of a leg as the contract shows them on its call. */
export function figuresOf(figures: LegStatistics): CallStatistics {
  return {
    packets_received: figures.packetsReceived,
    packets_sent: figures.packetsSent,
    packets_lost: Math.max(0, figures.packetsLost),
    packets_discarded: figures.packetsInjected + figures.packetsMalformed + figures.packetsUnexpected,
    jitter_ms: Math.round(figures.jitterMs * 1000) / 1000,
    remote_packets_lost: Math.max(0, figures.packetsLostAtPeer ?? 0),
    round_trip_ms: Math.round((figures.rttMs ?? 0) * 1000) / 1000,
  };
}
