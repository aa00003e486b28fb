import { readU16, readU32, writeU16, writeU32 } from './network-order.ts';
import { fail, succeed, type Result } from './result.ts';

/**
 * RTCP packets (RFC 3550 section 6): SR, RR, SDES with CNAME, BYE, stacked in compound packets. Each begins
 *
 *    0                   1                   2                   3
 *    0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *   +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *   |V=2|P|  count  |  packet type  |  length in 32 bit words - 1   |
 *   +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *
 * and an SR goes on with its SSRC, the sender information and `count` report blocks (an RR with the blocks at once):
 *
 *   |  NTP time: seconds, then fraction (64 bits)                   |
 *   |  RTP timestamp        |  packets sent     |  octets sent      |   (32 bits each)
 *   +=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+
 *   |  SSRC this block is about                                     |
 *   |  lost of 256  |  packets lost in all (24 bits, signed)        |
 *   |  extended highest sequence number received                    |
 *   |  interarrival jitter, in timestamp units                      |
 *   |  last SR (middle 32 bits of its NTP time), 0 = none           |
 *   |  delay since last SR, in 1/65536 s                            |
 *   +=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+
 */
const SENDER_REPORT = 200;
const RECEIVER_REPORT = 201;
const SOURCE_DESCRIPTION = 202;
const GOODBYE = 203;

const CNAME_ITEM = 1;
const BLOCK_BYTES = 24;
const SENDER_INFO_BYTES = 20;

/** More packets than this in one datagram is nobody's honest report. */
const MAX_PACKETS = 64;

export interface ReportBlock {
  readonly ssrc: number;
  /** Of the packets expected since the last report, how many in 256 are missing. */
  readonly fractionLost: number;
  /** -2^23..2^23-1; negative when duplicates outnumber losses. */
  readonly packetsLost: number;
  readonly highestSequence: number;
  readonly jitter: number;
  readonly lastSenderReport: number;
  readonly delaySinceLast: number;
}

export interface SenderInfo {
  readonly ntpSeconds: number;
  readonly ntpFraction: number;
  readonly rtpTimestamp: number;
  readonly packets: number;
  readonly octets: number;
}

export type RtcpPacket =
  | { readonly kind: 'sr'; readonly ssrc: number; readonly info: SenderInfo; readonly reports: ReportBlock[] }
  | { readonly kind: 'rr'; readonly ssrc: number; readonly reports: ReportBlock[] }
  | { readonly kind: 'sdes'; readonly ssrc: number; readonly cname: string }
  | { readonly kind: 'bye'; readonly ssrcs: number[] }
  /** Understood by length only (APP, feedback, extended reports, SDES without a CNAME). */
  | { readonly kind: 'other'; readonly packetType: number };

/** Reads a compound packet; also a single packet (RFC 5506). Never throws. */
export function parseRtcp(bytes: Uint8Array): Result<RtcpPacket[]> {
  const packets: RtcpPacket[] = [];
  for (let at = 0; at < bytes.length; ) {
    if (packets.length === MAX_PACKETS) return fail(`more than ${MAX_PACKETS} RTCP packets in one datagram`);
    if (at + 4 > bytes.length) return fail('RTCP header does not fit');
    if ((bytes[at] ?? 0) >>> 6 !== 2) return fail('not RTCP version 2');
    const end = at + (readU16(bytes, at + 2) + 1) * 4;
    if (end > bytes.length) return fail('RTCP packet is cut off');
    const packet = parseOne(bytes.subarray(at, end));
    if (packet === undefined) return fail('RTCP packet is shorter than its count says');
    packets.push(packet);
    at = end;
  }
  return packets.length === 0 ? fail('empty RTCP datagram') : succeed(packets);
}

function parseOne(bytes: Uint8Array): RtcpPacket | undefined {
  const count = (bytes[0] ?? 0) & 0x1f;
  const packetType = bytes[1] ?? 0;
  switch (packetType) {
    case SENDER_REPORT:
      return parseSenderReport(bytes, count);
    case RECEIVER_REPORT: {
      const reports = parseBlocks(bytes, 8, count);
      return reports && { kind: 'rr', ssrc: readU32(bytes, 4), reports };
    }
    case SOURCE_DESCRIPTION:
      return parseSourceDescription(bytes, count);
    case GOODBYE:
      return parseGoodbye(bytes, count);
    default:
      return { kind: 'other', packetType };
  }
}

function parseSenderReport(bytes: Uint8Array, count: number): RtcpPacket | undefined {
  const reports = parseBlocks(bytes, 8 + SENDER_INFO_BYTES, count);
  if (reports === undefined) return undefined;
  const info = {
    ntpSeconds: readU32(bytes, 8),
    ntpFraction: readU32(bytes, 12),
    rtpTimestamp: readU32(bytes, 16),
    packets: readU32(bytes, 20),
    octets: readU32(bytes, 24),
  };
  return { kind: 'sr', ssrc: readU32(bytes, 4), info, reports };
}

function parseBlocks(bytes: Uint8Array, start: number, count: number): ReportBlock[] | undefined {
  if (start + count * BLOCK_BYTES > bytes.length) return undefined;
  return Array.from({ length: count }, (_, index) => parseBlock(bytes, start + index * BLOCK_BYTES));
}

function parseBlock(bytes: Uint8Array, at: number): ReportBlock {
  return {
    ssrc: readU32(bytes, at),
    fractionLost: bytes[at + 4] ?? 0,
    packetsLost: (readU32(bytes, at + 4) << 8) >> 8,
    highestSequence: readU32(bytes, at + 8),
    jitter: readU32(bytes, at + 12),
    lastSenderReport: readU32(bytes, at + 16),
    delaySinceLast: readU32(bytes, at + 20),
  };
}

/** The first chunk's CNAME; a point-to-point peer sends one chunk (section 6.5). */
function parseSourceDescription(bytes: Uint8Array, count: number): RtcpPacket | undefined {
  if (count === 0) return { kind: 'other', packetType: SOURCE_DESCRIPTION };
  if (bytes.length < 8) return undefined;
  for (let at = 8; at < bytes.length && bytes[at] !== 0; ) {
    const length = bytes[at + 1] ?? 0;
    if (at + 2 + length > bytes.length) return undefined;
    if (bytes[at] === CNAME_ITEM) {
      const cname = new TextDecoder().decode(bytes.subarray(at + 2, at + 2 + length));
      return { kind: 'sdes', ssrc: readU32(bytes, 4), cname };
    }
    at += 2 + length;
  }
  return { kind: 'other', packetType: SOURCE_DESCRIPTION };
}

function parseGoodbye(bytes: Uint8Array, count: number): RtcpPacket | undefined {
  if (4 + count * 4 > bytes.length) return undefined;
  return { kind: 'bye', ssrcs: Array.from({ length: count }, (_, index) => readU32(bytes, 4 + index * 4)) };
}

type PrintableRtcp = Exclude<RtcpPacket, { kind: 'other' }>;

/** The compound packet on the wire, in the order given (a report first, then SDES: section 6.1). */
export function printRtcp(packets: readonly PrintableRtcp[]): Uint8Array {
  const parts = packets.map(printOne);
  const bytes = new Uint8Array(parts.reduce((total, part) => total + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

function printOne(packet: PrintableRtcp): Uint8Array {
  switch (packet.kind) {
    case 'sr': {
      const bytes = frame(SENDER_REPORT, packet.reports.length, 8 + SENDER_INFO_BYTES, packet.reports);
      writeU32(bytes, 4, packet.ssrc);
      writeSenderInfo(bytes, packet.info);
      return bytes;
    }
    case 'rr': {
      const bytes = frame(RECEIVER_REPORT, packet.reports.length, 8, packet.reports);
      writeU32(bytes, 4, packet.ssrc);
      return bytes;
    }
    case 'sdes':
      return printSourceDescription(packet.ssrc, packet.cname);
    case 'bye': {
      const bytes = frame(GOODBYE, packet.ssrcs.length, 4 + packet.ssrcs.length * 4, []);
      packet.ssrcs.forEach((ssrc, index) => {
        writeU32(bytes, 4 + index * 4, ssrc);
      });
      return bytes;
    }
  }
}

/** A packet with its common header written, and report blocks behind the first `bodyAt` bytes. */
function frame(
  packetType: number,
  count: number,
  bodyAt: number,
  reports: readonly ReportBlock[],
): Uint8Array {
  if (count > 31) throw new RangeError(`an RTCP packet counts to 31, not ${count}`);
  const bytes = new Uint8Array(bodyAt + reports.length * BLOCK_BYTES);
  bytes[0] = 0x80 | count;
  bytes[1] = packetType;
  writeU16(bytes, 2, bytes.length / 4 - 1);
  reports.forEach((report, index) => {
    writeBlock(bytes, bodyAt + index * BLOCK_BYTES, report);
  });
  return bytes;
}

function writeSenderInfo(bytes: Uint8Array, info: SenderInfo): void {
  writeU32(bytes, 8, info.ntpSeconds);
  writeU32(bytes, 12, info.ntpFraction);
  writeU32(bytes, 16, info.rtpTimestamp);
  writeU32(bytes, 20, info.packets);
  writeU32(bytes, 24, info.octets);
}

function writeBlock(bytes: Uint8Array, at: number, report: ReportBlock): void {
  writeU32(bytes, at, report.ssrc);
  writeU32(bytes, at + 4, (report.fractionLost << 24) | (report.packetsLost & 0xff_ffff));
  writeU32(bytes, at + 8, report.highestSequence);
  writeU32(bytes, at + 12, report.jitter);
  writeU32(bytes, at + 16, report.lastSenderReport);
  writeU32(bytes, at + 20, report.delaySinceLast);
}

/** One chunk; items end with a zero octet and zeros up to the next word (section 6.5). */
function printSourceDescription(ssrc: number, cname: string): Uint8Array {
  const text = new TextEncoder().encode(cname);
  if (text.length > 255) throw new RangeError(`a CNAME has at most 255 bytes, not ${text.length}`);
  const bytes = frame(SOURCE_DESCRIPTION, 1, Math.ceil((8 + 2 + text.length + 1) / 4) * 4, []);
  writeU32(bytes, 4, ssrc);
  bytes[8] = CNAME_ITEM;
  bytes[9] = text.length;
  bytes.set(text, 10);
  return bytes;
}
