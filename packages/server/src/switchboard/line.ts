import type { Address, CallStatistics } from '@parley/contract';
import { cause, causeOfStatus } from '@parley/core';
import type { Connection, LegStatistics } from '@parley/media';
import type { CallId as SipCallId, EndCause, Negotiated, Party } from '@parley/sip';

/** The SIP leg of a call and what the switchboard has to remember about it. */
export interface Line {
  /** Its leg in the SIP engine; undefined while it is being found out where the INVITE has to go. */
  sip: SipCallId | undefined;
  /** Address its signalling comes from or goes to. */
  peer: string;
  /** Our call; undefined while its number is being looked up. */
  callId: string | undefined;
  /** What our media was told last. */
  connected: Negotiated | undefined;
  gone: boolean;
  /** Called once when the leg is gone: gives back the room it had at a provider. */
  release?: (() => void) | undefined;
}

/** The legs there are, by the names that SIP and the call centre have for them. */
export class Lines {
  readonly #bySip = new Map<string, Line>();
  readonly #byCall = new Map<string, Line>();

  /** `peer` is where its signalling comes from. */
  incoming(sip: SipCallId, peer: string): Line {
    const line = { sip, peer, callId: undefined, connected: undefined, gone: false };
    this.#bySip.set(sip, line);
    return line;
  }

  outgoing(callId: string): Line {
    const line: Line = { sip: undefined, peer: '', callId, connected: undefined, gone: false };
    this.#byCall.set(callId, line);
    return line;
  }

  /** It is that call's from now on. */
  belongsTo(line: Line, callId: string): void {
    line.callId = callId;
    this.#byCall.set(callId, line);
  }

  /** SIP knows it by that name from now on. */
  named(line: Line, sip: SipCallId): void {
    line.sip = sip;
    this.#bySip.set(sip, line);
  }

  bySip(sip: SipCallId): Line | undefined {
    return this.#bySip.get(sip);
  }

  byCall(callId: string): Line | undefined {
    return this.#byCall.get(callId);
  }

  /** All there are, those included whose number is being looked up or that are on their way out. */
  all(): ReadonlySet<Readonly<Line>> {
    return new Set([...this.#bySip.values(), ...this.#byCall.values()]);
  }

  remove(line: Line): void {
    line.gone = true;
    line.release?.();
    line.release = undefined;
    if (line.sip !== undefined) this.#bySip.delete(line.sip);
    if (line.callId !== undefined && this.#byCall.get(line.callId) === line) this.#byCall.delete(line.callId);
  }
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
  if (end.q850 !== undefined && !isEmptyWord(end)) return end.q850;
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

/** The SIP status that says how a leg that nobody answered ended, where there is one. */
export function statusOfEnd(end: EndCause): number | undefined {
  // RFC 3261 section 8.1.3.1: what cannot be sent counts as 503.
  return end.kind === 'transport' ? 503 : end.status;
}

/** Some gateways put "normal clearing" beside every refusal; then the status says more. */
function isEmptyWord({ kind, q850, status = 0 }: EndCause): boolean {
  return kind === 'rejected' && q850 === cause.normalClearing && status !== 487;
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
