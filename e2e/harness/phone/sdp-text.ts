export type Direction = 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive';

/** Codecs of G.711, by their number in RTP. */
export const payloadTypes = { PCMU: 0, PCMA: 8 } as const;
export type Codec = keyof typeof payloadTypes;

export const eventPayloadType = 101;

export interface OfferOptions {
  readonly port: number;
  /** In order of preference. */
  readonly codecs?: readonly Codec[];
  /** False: digits are not taken in RTP. */
  readonly events?: boolean;
  readonly direction?: Direction;
  /** Counted up with every description of one call. */
  readonly version?: number;
}

/** A session description such as a desk phone sends. */
export function describeSound({
  port,
  codecs = ['PCMU', 'PCMA'],
  events = true,
  direction = 'sendrecv',
  version = 1,
}: OfferOptions): string {
  const formats = [...codecs.map((codec) => payloadTypes[codec]), ...(events ? [eventPayloadType] : [])];
  return soundLines(port, formats, version, [
    ...codecs.map((codec) => `a=rtpmap:${payloadTypes[codec]} ${codec}/8000`),
    ...(events
      ? [`a=rtpmap:${eventPayloadType} telephone-event/8000`, `a=fmtp:${eventPayloadType} 0-15`]
      : []),
    'a=ptime:20',
    `a=${direction}`,
  ]);
}

export function soundLines(
  port: number,
  formats: readonly number[],
  version: number,
  attributes: readonly string[],
): string {
  const lines = [
    'v=0',
    `o=phone 7 ${version} IN IP4 127.0.0.1`,
    's=-',
    'c=IN IP4 127.0.0.1',
    't=0 0',
    `m=audio ${port} RTP/AVP ${formats.join(' ')}`,
    ...attributes,
  ];
  return `${lines.join('\r\n')}\r\n`;
}

export interface SoundDescription {
  readonly address: string;
  readonly port: number;
  readonly formats: readonly number[];
  readonly direction: string;
}

/** The one audio stream of a description; throws when there is none. */
export function readSound(sdp: string): SoundDescription {
  const audio = /^m=audio (\d+) RTP\/AVP ([\d ]+)\r?$/m.exec(sdp);
  const address = /^c=IN IP4 (\S+)\r?$/m.exec(sdp)?.[1];
  if (audio === null || address === undefined) throw new Error(`no sound in ${JSON.stringify(sdp)}`);
  return {
    address,
    port: Number(audio[1]),
    formats: (audio[2] ?? '').split(' ').map(Number),
    direction: /^a=(sendrecv|sendonly|recvonly|inactive)\r?$/m.exec(sdp)?.[1] ?? 'sendrecv',
  };
}

/** How to answer an offer of that direction (RFC 3264 section 6.1). */
export function mirrored(direction: string): Direction {
  if (direction === 'sendonly') return 'recvonly';
  if (direction === 'recvonly') return 'sendonly';
  return direction === 'inactive' ? 'inactive' : 'sendrecv';
}
