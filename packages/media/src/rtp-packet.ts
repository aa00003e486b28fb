import { readU16, readU32, writeU16, writeU32 } from './network-order.ts';
import { fail, succeed, type Result } from './result.ts';

/**
 * RTP packets (RFC 3550 section 5.1, header extension section 5.3.1).
 *
 *    0                   1                   2                   3
 *    0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *   +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *   |V=2|P|X|  CC   |M|     PT      |       sequence number         |
 *   +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *   |                           timestamp                           |
 *   +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *   |                             SSRC                              |
 *   +=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+
 *   |                   CSRC list (CC of them)                      |
 *   +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *   |  X: defined by profile        |  X: length in 32 bit words    |
 *   +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *   |  X: header extension, payload, P: padding whose last octet    |
 *   |  counts the padding octets, itself included                   |
 *   +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 */
export const RTP_HEADER_BYTES = 12;

const VERSION = 2;

/** What the engine needs of a received packet; the caller owns the record and has it filled anew for each packet. */
export interface RtpView {
  payloadType: number;
  marker: boolean;
  sequence: number;
  timestamp: number;
  ssrc: number;
  /** Where the payload begins in the packet's bytes, and how many bytes it has without the padding. */
  payloadAt: number;
  payloadLength: number;
}

export function createRtpView(): RtpView {
  return {
    payloadType: 0,
    marker: false,
    sequence: 0,
    timestamp: 0,
    ssrc: 0,
    payloadAt: 0,
    payloadLength: 0,
  };
}

/** Why bytes are not an RTP packet; undefined when they are one. */
export type RtpFault =
  | 'shorter than an RTP header'
  | 'not RTP version 2'
  | 'contributing sources do not fit'
  | 'header extension does not fit'
  | 'padding does not fit';

/** Reads a packet into `view` without allocating. After a fault the view holds no packet. */
export function readRtp(bytes: Uint8Array, view: RtpView): RtpFault | undefined {
  if (bytes.length < RTP_HEADER_BYTES) return 'shorter than an RTP header';
  const first = bytes[0] ?? 0;
  if (first >>> 6 !== VERSION) return 'not RTP version 2';
  let payloadAt = RTP_HEADER_BYTES + (first & 0x0f) * 4;
  if (payloadAt > bytes.length) return 'contributing sources do not fit';
  if ((first & 0x10) !== 0) {
    if (payloadAt + 4 > bytes.length) return 'header extension does not fit';
    payloadAt += 4 + readU16(bytes, payloadAt + 2) * 4;
    if (payloadAt > bytes.length) return 'header extension does not fit';
  }
  const padding = (first & 0x20) === 0 ? 0 : (bytes.at(-1) ?? 0);
  const wrongPadding = (first & 0x20) !== 0 && padding === 0;
  if (wrongPadding || payloadAt + padding > bytes.length) return 'padding does not fit';
  readFixedPart(bytes, view);
  view.payloadAt = payloadAt;
  view.payloadLength = bytes.length - padding - payloadAt;
  return undefined;
}

function readFixedPart(bytes: Uint8Array, view: RtpView): void {
  const second = bytes[1] ?? 0;
  view.marker = (second & 0x80) !== 0;
  view.payloadType = second & 0x7f;
  view.sequence = readU16(bytes, 2);
  view.timestamp = readU32(bytes, 4);
  view.ssrc = readU32(bytes, 8);
}

/** Writes the fixed header of a packet without CSRC, extension or padding: all this engine ever sends. */
export function writeRtpHeader(
  target: Uint8Array,
  payloadType: number,
  marker: boolean,
  sequence: number,
  timestamp: number,
  ssrc: number,
): void {
  target[0] = VERSION << 6;
  target[1] = (marker ? 0x80 : 0) | payloadType;
  writeU16(target, 2, sequence);
  writeU32(target, 4, timestamp);
  writeU32(target, 8, ssrc);
}

/** A whole packet as data. */
export interface RtpPacket {
  /** 0..127 */
  readonly payloadType: number;
  readonly marker: boolean;
  /** 0..65535 */
  readonly sequence: number;
  /** 0..2^32-1 */
  readonly timestamp: number;
  readonly ssrc: number;
  /** At most 15. */
  readonly csrcs: readonly number[];
  readonly extension?: RtpExtension | undefined;
  readonly payload: Uint8Array;
  /** Padding octets, 0..255, the counting octet included. */
  readonly paddingBytes: number;
}

export interface RtpExtension {
  /** 16 bits, "defined by profile". */
  readonly profile: number;
  /** A multiple of four bytes. */
  readonly data: Uint8Array;
}

/** Reads any bytes; never throws. The payload and extension share the memory of `bytes`. */
export function parseRtp(bytes: Uint8Array): Result<RtpPacket> {
  const view = createRtpView();
  const fault = readRtp(bytes, view);
  if (fault !== undefined) return fail(fault);
  const csrcCount = (bytes[0] ?? 0) & 0x0f;
  const payloadEnd = view.payloadAt + view.payloadLength;
  return succeed({
    payloadType: view.payloadType,
    marker: view.marker,
    sequence: view.sequence,
    timestamp: view.timestamp,
    ssrc: view.ssrc,
    csrcs: Array.from({ length: csrcCount }, (_, index) => readU32(bytes, RTP_HEADER_BYTES + index * 4)),
    extension: extensionOf(bytes, RTP_HEADER_BYTES + csrcCount * 4, view.payloadAt),
    payload: bytes.subarray(view.payloadAt, payloadEnd),
    paddingBytes: bytes.length - payloadEnd,
  });
}

function extensionOf(bytes: Uint8Array, at: number, end: number): RtpExtension | undefined {
  if (at === end) return undefined;
  return { profile: readU16(bytes, at), data: bytes.subarray(at + 4, end) };
}

/** The wire form. Throws only on a packet that has none (too many CSRCs, an extension of a broken word). */
export function printRtp(packet: RtpPacket): Uint8Array {
  assertPrintable(packet);
  const { csrcs, extension, payload, paddingBytes } = packet;
  const payloadAt =
    RTP_HEADER_BYTES + csrcs.length * 4 + (extension === undefined ? 0 : 4 + extension.data.length);
  const bytes = new Uint8Array(payloadAt + payload.length + paddingBytes);
  writeRtpHeader(bytes, packet.payloadType, packet.marker, packet.sequence, packet.timestamp, packet.ssrc);
  bytes[0] =
    (VERSION << 6) | (paddingBytes > 0 ? 0x20 : 0) | (extension === undefined ? 0 : 0x10) | csrcs.length;
  csrcs.forEach((csrc, index) => {
    writeU32(bytes, RTP_HEADER_BYTES + index * 4, csrc);
  });
  if (extension !== undefined) writeExtension(bytes, RTP_HEADER_BYTES + csrcs.length * 4, extension);
  bytes.set(payload, payloadAt);
  if (paddingBytes > 0) bytes[bytes.length - 1] = paddingBytes;
  return bytes;
}

function writeExtension(bytes: Uint8Array, at: number, extension: RtpExtension): void {
  writeU16(bytes, at, extension.profile);
  writeU16(bytes, at + 2, extension.data.length / 4);
  bytes.set(extension.data, at + 4);
}

function assertPrintable({ csrcs, extension, paddingBytes, payloadType }: RtpPacket): void {
  if (csrcs.length > 15) throw new RangeError(`an RTP packet names at most 15 sources, not ${csrcs.length}`);
  if (payloadType < 0 || payloadType > 127)
    throw new RangeError(`RTP payload type ${payloadType} is not 0..127`);
  if (paddingBytes < 0 || paddingBytes > 255) throw new RangeError(`RTP padding of ${paddingBytes} octets`);
  const extensionBytes = extension?.data.length ?? 0;
  if (extensionBytes % 4 !== 0 || extensionBytes > 0xffff * 4) {
    throw new RangeError(`RTP extension of ${extensionBytes} bytes is not made of 32 bit words`);
  }
}
