import { type AudioCodec, isVoice, knownCodecs, type VoiceCodec } from './audio-codec.ts';
import { isUnspecified } from './ip-address.ts';
import type { Direction, SdpMedia, SdpSession } from './sdp.ts';

/** SRTP and the feedback profiles are refused (port 0); they belong to the browser side. */
export const audioProtocol = 'RTP/AVP';
/** One tick of the media engine. */
export const defaultPtimeMs = 20;
const longestPtimeMs = 60;

/** An audio stream of the peer that we can use, and what we would use of it. */
export interface Stream {
  readonly index: number;
  readonly media: SdpMedia;
  readonly address: string;
  readonly voice: VoiceCodec;
  readonly event: AudioCodec | undefined;
}

/** The stream that carries the call already, else the first one we can use. */
export function chooseStream(
  offer: SdpSession,
  codecs: readonly AudioCodec[],
  active: number,
): Stream | undefined {
  const streams = offer.media.map((media, index) => readStream(media, index, codecs));
  return streams[active] ?? streams.find((stream) => stream !== undefined);
}

/**
 * Undefined when it is no plain RTP audio stream to a usable address with a codec of ours. `offered` is what numbers
 * without an rtpmap mean: phones leave it out where they answer with our own numbers.
 */
export function readStream(
  media: SdpMedia,
  index: number,
  codecs: readonly AudioCodec[],
  offered: readonly AudioCodec[] = [],
): Stream | undefined {
  const { address } = media;
  if (media.type !== 'audio' || media.protocol !== audioProtocol || media.port === 0) return undefined;
  const common = knownCodecs(media, offered).filter((theirs) =>
    codecs.some((ours) => ours.name === theirs.name),
  );
  // The peer's order decides: it is the one that may have to transcode (RFC 3264 section 6.1).
  const voice = common.find(isVoice);
  if (address === undefined || voice === undefined) return undefined;
  return { index, media, address, voice, event: common.find((codec) => !isVoice(codec)) };
}

/** What the peer asks for, in whole ticks of 20 ms, within its maximum. */
export function sendPtimeMs(media: SdpMedia): number {
  const wanted = Math.min(
    media.ptimeMs ?? defaultPtimeMs,
    media.maxPtimeMs ?? longestPtimeMs,
    longestPtimeMs,
  );
  return Math.max(defaultPtimeMs, Math.floor(wanted / defaultPtimeMs) * defaultPtimeMs);
}

/** RFC 3264 sections 5.1 and 6.1; section 8.4 for the old hold by an all-zero address. */
export function ourDirection(media: SdpMedia, willing: Direction): Direction {
  const theirs = media.direction ?? 'sendrecv';
  const nowhere = media.address !== undefined && isUnspecified(media.address);
  const send = sends(willing) && receives(theirs) && !nowhere;
  const receive = receives(willing) && sends(theirs);
  if (send) return receive ? 'sendrecv' : 'sendonly';
  return receive ? 'recvonly' : 'inactive';
}

function sends(direction: Direction): boolean {
  return direction === 'sendrecv' || direction === 'sendonly';
}

function receives(direction: Direction): boolean {
  return direction === 'sendrecv' || direction === 'recvonly';
}
