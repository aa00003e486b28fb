import type { SdpMedia } from './sdp.ts';

/** The codecs this system speaks, all at 8,000 Hz with one channel (RFC 3551, RFC 4733). */
export type VoiceCodecName = 'PCMU' | 'PCMA';
export type AudioCodecName = VoiceCodecName | 'telephone-event';

/** A codec with its number in the RTP header. */
export interface AudioCodec {
  readonly name: AudioCodecName;
  /** 0..127 */
  readonly payloadType: number;
}

export interface VoiceCodec extends AudioCodec {
  readonly name: VoiceCodecName;
}

/** In order of preference. */
export const defaultAudioCodecs: readonly AudioCodec[] = [
  { name: 'PCMU', payloadType: 0 },
  { name: 'PCMA', payloadType: 8 },
  { name: 'telephone-event', payloadType: 101 },
];

/** Numbers that mean a codec without any rtpmap (RFC 3551 section 6). */
const staticNames: ReadonlyMap<number, VoiceCodecName> = new Map([
  [0, 'PCMU'],
  [8, 'PCMA'],
]);

const ourNames: ReadonlyMap<string, AudioCodecName> = new Map([
  ['PCMU', 'PCMU'],
  ['PCMA', 'PCMA'],
  ['TELEPHONE-EVENT', 'telephone-event'],
]);

/**
 * The codecs of a stream that we know, in the order of its m= line. A number without an rtpmap means what `offered` or
 * else RFC 3551 says.
 */
export function knownCodecs(media: SdpMedia, offered: readonly AudioCodec[] = []): AudioCodec[] {
  const known: AudioCodec[] = [];
  for (const format of media.formats) {
    const payloadType = /^[0-9]{1,3}$/.test(format) ? Number(format) : 128;
    const name = payloadType < 128 ? codecName(media, payloadType, offered) : undefined;
    if (name !== undefined) known.push({ name, payloadType });
  }
  return known;
}

function codecName(
  media: SdpMedia,
  payloadType: number,
  offered: readonly AudioCodec[],
): AudioCodecName | undefined {
  const mapped = media.codecs.get(payloadType);
  if (mapped === undefined) {
    return offered.find((codec) => codec.payloadType === payloadType)?.name ?? staticNames.get(payloadType);
  }
  return mapped.rate === 8000 && mapped.channels === 1 ? ourNames.get(mapped.name.toUpperCase()) : undefined;
}

export function isVoice(codec: AudioCodec): codec is VoiceCodec {
  return codec.name !== 'telephone-event';
}

/** The rtpmap and fmtp lines of a codec. */
export function codecLines(codec: AudioCodec): string[] {
  const map = `a=rtpmap:${codec.payloadType} ${codec.name}/8000`;
  // The sixteen keys of a telephone; hook flash and the modem tones are not ours.
  return isVoice(codec) ? [map] : [map, `a=fmtp:${codec.payloadType} 0-15`];
}
