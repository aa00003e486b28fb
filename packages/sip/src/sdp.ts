// A package that imports this one compiles these sources too, and finds the declaration only through this line.
// oxlint-disable-next-line typescript/triple-slash-reference -- an ambient declaration is no module to import
/// <reference path="./sdp-transform.d.ts" />
import { parse } from 'sdp-transform';
import { isUnicastAddress } from './ip-address.ts';
import { fail, ok, type Result } from './result.ts';

/** What offer/answer needs of a session description (RFC 8866), checked; everything else in it is ignored. */
export interface SdpSession {
  readonly origin: { readonly sessionId: string; readonly version: string };
  readonly media: readonly SdpMedia[];
}

export type Direction = 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive';

/** One m= line with what applies to it; session-level values are already inherited. */
export interface SdpMedia {
  readonly type: string;
  /** 0 when the stream is refused or switched off. */
  readonly port: number;
  readonly protocol: string;
  /** As on the line; payload type numbers for RTP. At least one. */
  readonly formats: readonly string[];
  /** Absent when it is no literal unicast address: such a stream cannot be used. */
  readonly address?: string;
  /** As the sender of the description sees it; absent means sendrecv. */
  readonly direction?: Direction;
  /** From rtpmap, by payload type. */
  readonly codecs: ReadonlyMap<number, SdpCodec>;
  readonly ptimeMs?: number;
  readonly maxPtimeMs?: number;
  /** From a=rtcp (RFC 3605). */
  readonly rtcp?: { readonly address?: string; readonly port: number };
}

export interface SdpCodec {
  readonly name: string;
  readonly rate: number;
  readonly channels: number;
}

/** A browser with everything on has three or four; more is an attack on our answer's size. */
const maxMediaLines = 32;
/** Payload types are 7 bits wide, so more formats than this cannot be meant. */
const maxFormats = 128;

/** Error: `malformed`. Never throws. */
export function parseSdp(text: string): Result<SdpSession, 'malformed'> {
  const lines = text.split(/\r\n|\r|\n/);
  const mediaLines = lines.filter((line) => line.startsWith('m=')).map(parseMediaLine);
  // sdp-transform takes anything for a description, so the frame is checked here.
  if (lines[0]?.trimEnd() !== 'v=0' || mediaLines.length > maxMediaLines) return fail('malformed');
  const session = parse(text);
  const origin = parseOrigin(field(session, 'origin'));
  const sections = items(field(session, 'media'));
  if (origin === undefined || sections.length !== mediaLines.length) return fail('malformed');
  const media: SdpMedia[] = [];
  for (const [index, line] of mediaLines.entries()) {
    const one = line && parseMedia(line, sections[index], session);
    if (one === undefined) return fail('malformed');
    media.push(one);
  }
  return ok({ origin, media });
}

type MediaLine = Pick<SdpMedia, 'type' | 'port' | 'protocol' | 'formats'>;

/** Read here and not by the library, which drops what it does not expect (`49170/2`, hyphens) without a word. */
function parseMediaLine(line: string): MediaLine | undefined {
  const [type = '', ports = '', protocol = '', ...formats] = line
    .slice(2)
    .trim()
    .split(/[ \t]+/);
  const port = Number(/^([0-9]{1,5})(?:\/[0-9]{1,5})?$/.exec(ports)?.[1] ?? Number.NaN);
  if (!(port <= 65_535) || formats.length === 0 || formats.length > maxFormats) return undefined;
  // These words go back into our answer.
  if (![type, protocol, ...formats].every((word) => /^[!-~]{1,64}$/.test(word))) return undefined;
  return { type: type.toLowerCase(), port, protocol: protocol.toUpperCase(), formats };
}

function parseMedia(line: MediaLine, section: unknown, session: unknown): SdpMedia | undefined {
  const connection = field(section, 'connection') ?? field(session, 'connection');
  if (connection === undefined && line.port !== 0) return undefined;
  const address = parseAddress(field(connection, 'ip'));
  const direction =
    parseDirection(field(section, 'direction')) ?? parseDirection(field(session, 'direction'));
  const ptimeMs = positive(field(section, 'ptime'));
  const maxPtimeMs = positive(field(section, 'maxptime'));
  const rtcp = parseRtcp(field(section, 'rtcp'));
  return {
    ...line,
    codecs: parseCodecs(field(section, 'rtp')),
    ...(address !== undefined && { address }),
    ...(direction !== undefined && { direction }),
    ...(ptimeMs !== undefined && { ptimeMs }),
    ...(maxPtimeMs !== undefined && { maxPtimeMs }),
    ...(rtcp !== undefined && { rtcp }),
  };
}

function parseOrigin(origin: unknown): SdpSession['origin'] | undefined {
  const sessionId = digits(field(origin, 'sessionId'));
  const version = digits(field(origin, 'sessionVersion'));
  return sessionId === undefined || version === undefined ? undefined : { sessionId, version };
}

/** The library turns digits into numbers where that loses nothing, and leaves them as text elsewhere. */
function digits(value: unknown): string | undefined {
  const text = typeof value === 'number' ? String(value) : value;
  return typeof text === 'string' && /^[0-9]{1,32}$/.test(text) ? text : undefined;
}

/** Undefined when media cannot be sent to it: a name, a multicast group (with its `/ttl`), rubbish. */
function parseAddress(ip: unknown): string | undefined {
  if (typeof ip !== 'string') return undefined;
  return isUnicastAddress(ip) ? ip : undefined;
}

function parseDirection(value: unknown): Direction | undefined {
  return value === 'sendrecv' || value === 'sendonly' || value === 'recvonly' || value === 'inactive'
    ? value
    : undefined;
}

function parseRtcp(value: unknown): SdpMedia['rtcp'] | undefined {
  const port = field(value, 'port');
  if (!isWhole(port) || port < 1 || port > 65_535) return undefined;
  const address = parseAddress(field(value, 'address'));
  return address === undefined ? { port } : { address, port };
}

function parseCodecs(value: unknown): ReadonlyMap<number, SdpCodec> {
  const codecs = new Map<number, SdpCodec>();
  for (const entry of items(value)) {
    const payloadType = field(entry, 'payload');
    const name = field(entry, 'codec');
    const rate = field(entry, 'rate');
    const channels = field(entry, 'encoding') ?? 1;
    if (!isWhole(payloadType) || payloadType > 127 || typeof name !== 'string') continue;
    if (isWhole(rate) && isWhole(channels)) codecs.set(payloadType, { name, rate, channels });
  }
  return codecs;
}

function positive(value: unknown): number | undefined {
  const number = Number(value ?? Number.NaN);
  return number > 0 && number <= 10_000 ? number : undefined;
}

function isWhole(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function field(source: unknown, name: string): unknown {
  return typeof source === 'object' && source !== null
    ? (source as Record<string, unknown>)[name]
    : undefined;
}

function items(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** A description to send; see `printSdp`. */
export interface SdpOutline {
  readonly sessionId: string;
  readonly version: number;
  readonly address: string;
  /** Each m= line with its attribute lines, without line ends. */
  readonly media: readonly (readonly string[])[];
}

export function printSdp(outline: SdpOutline): string {
  const family = outline.address.includes(':') ? 'IP6' : 'IP4';
  const lines = [
    'v=0',
    `o=- ${outline.sessionId} ${outline.version} IN ${family} ${outline.address}`,
    's=-',
    `c=IN ${family} ${outline.address}`,
    't=0 0',
    ...outline.media.flat(),
  ];
  return `${lines.join('\r\n')}\r\n`;
}
