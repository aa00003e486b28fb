import { parseRtcp, printRtcp, type ReportBlock, type SenderInfo } from './rtcp-packet.ts';
import type { Reception } from './reception.ts';

/** Mean time between reports, and before the first (RFC 3550 section 6.2: the minimum, halved at the start). */
const INTERVAL_MS = 5000;
const FIRST_INTERVAL_MS = INTERVAL_MS / 2;

/** Makes up for timer reconsideration, e - 3/2 (RFC 3550 section 6.3.1); kept so that our rate is what peers expect. */
const COMPENSATION = Math.E - 1.5;

/** What our side has sent, for the sender report. */
export interface SentStream {
  readonly ssrc: number;
  readonly packets: number;
  readonly octets: number;
  /** RTP timestamp that belongs to `now`. */
  readonly clock: number;
}

/**
 * The RTCP side of one leg: reports at randomised intervals, round-trip time and loss from the peer's reports (RFC 3550
 * section 6.4). NTP time is the given monotonic time (section 6.4.1 allows time since the session's start), so reports
 * say nothing about the wall clock.
 */
export class RtcpSession {
  /** Round-trip time by the last report that allowed it; null before. */
  rttMs: number | null = null;
  /** Of our packets, those the peer misses by its last report; null before. */
  lostAtPeer: number | null = null;
  readonly #sent: SentStream;
  readonly #reception: Reception;
  readonly #random: () => number;
  readonly #cname: string;
  #reportAt = Infinity;
  #packetsAtReport = 0;
  /** Of the peer's last sender report: whose, the middle of its NTP time, when it came. */
  #senderReport = { ssrc: 0, middle: 0, at: 0 };

  constructor(sent: SentStream, reception: Reception, random: () => number) {
    this.#sent = sent;
    this.#reception = reception;
    this.#random = random;
    this.#cname = randomName(random);
  }

  /** When the next report is due; Infinity before `start`. */
  get reportAt(): number {
    return this.#reportAt;
  }

  /** The session has a peer; the first report comes after about half an interval. Further calls change nothing. */
  start(now: number): void {
    if (this.#reportAt === Infinity) this.#reportAt = now + this.#spread(FIRST_INTERVAL_MS);
  }

  /** The compound packet that is due (SR or RR, then SDES); plans the next one. */
  report(now: number): Uint8Array {
    this.#reportAt = now + this.#spread(INTERVAL_MS);
    return printRtcp([this.#ownReport(now), this.#description()]);
  }

  /** The last packet of the session (RFC 3550 section 6.6). */
  goodbye(now: number): Uint8Array {
    this.#reportAt = Infinity;
    return printRtcp([this.#ownReport(now), this.#description(), { kind: 'bye', ssrcs: [this.#sent.ssrc] }]);
  }

  /** Takes a datagram from the peer; false when it is no RTCP. */
  receive(bytes: Uint8Array, now: number): boolean {
    const parsed = parseRtcp(bytes);
    if (!parsed.ok) return false;
    for (const packet of parsed.value) {
      if (packet.kind === 'sr') this.#noteSenderReport(packet.ssrc, packet.info, now);
      if (packet.kind === 'sr' || packet.kind === 'rr') this.#noteReports(packet.reports, now);
    }
    return true;
  }

  #noteSenderReport(ssrc: number, info: SenderInfo, now: number): void {
    this.#senderReport = { ssrc, middle: middleOf(info.ntpSeconds, info.ntpFraction), at: now };
  }

  #noteReports(reports: readonly ReportBlock[], now: number): void {
    const mine = reports.find((report) => report.ssrc === this.#sent.ssrc);
    if (mine === undefined) return;
    this.lostAtPeer = mine.packetsLost;
    if (mine.lastSenderReport === 0) return;
    const { ntpSeconds, ntpFraction } = ntpOf(now);
    const elapsed = (middleOf(ntpSeconds, ntpFraction) - mine.lastSenderReport - mine.delaySinceLast) | 0;
    // Clocks count in 15 us steps, so on one machine the difference may come out just below zero.
    this.rttMs = (Math.max(0, elapsed) / 0x1_0000) * 1000;
  }

  #ownReport(
    now: number,
  ):
    | { kind: 'sr'; ssrc: number; info: SenderInfo; reports: ReportBlock[] }
    | { kind: 'rr'; ssrc: number; reports: ReportBlock[] } {
    const { ssrc, packets, octets, clock } = this.#sent;
    const reports = this.#reception.started ? [this.#block(now)] : [];
    const sentSince = packets !== this.#packetsAtReport;
    this.#packetsAtReport = packets;
    if (!sentSince) return { kind: 'rr', ssrc, reports };
    return { kind: 'sr', ssrc, info: { ...ntpOf(now), rtpTimestamp: clock, packets, octets }, reports };
  }

  #block(now: number): ReportBlock {
    const reception = this.#reception;
    const { ssrc, middle, at } = this.#senderReport;
    const known = ssrc === reception.ssrc && middle !== 0;
    return {
      ssrc: reception.ssrc,
      fractionLost: reception.takeFractionLost(),
      packetsLost: reception.streamLost,
      highestSequence: reception.streamHighestSequence,
      jitter: reception.streamJitter,
      lastSenderReport: known ? middle : 0,
      delaySinceLast: known ? Math.round(((now - at) / 1000) * 0x1_0000) >>> 0 : 0,
    };
  }

  #description(): { kind: 'sdes'; ssrc: number; cname: string } {
    return { kind: 'sdes', ssrc: this.#sent.ssrc, cname: this.#cname };
  }

  #spread(intervalMs: number): number {
    return (intervalMs * (0.5 + this.#random())) / COMPENSATION;
  }
}

function ntpOf(now: number): { ntpSeconds: number; ntpFraction: number } {
  const seconds = Math.floor(now / 1000);
  return {
    ntpSeconds: seconds >>> 0,
    ntpFraction: Math.floor((now / 1000 - seconds) * 0x1_0000_0000) >>> 0,
  };
}

function middleOf(ntpSeconds: number, ntpFraction: number): number {
  return ((ntpSeconds << 16) | (ntpFraction >>> 16)) >>> 0;
}

/** 96 random bits, a new name for each session (RFC 7022 section 4.2). */
function randomName(random: () => number): string {
  const words = Array.from({ length: 3 }, () => Math.floor(random() * 0x1_0000_0000));
  return words.map((word) => word.toString(16).padStart(8, '0')).join('');
}
