import {
  type AudioCodec,
  codecLines,
  defaultAudioCodecs,
  knownCodecs,
  type VoiceCodecName,
} from './audio-codec.ts';
import {
  audioProtocol,
  chooseStream,
  defaultPtimeMs,
  ourDirection,
  readStream,
  type Stream,
  sendPtimeMs,
} from './audio-stream.ts';
import { fail, ok, type Result } from './result.ts';
import { type Direction, parseSdp, printSdp, type SdpMedia, type SdpSession } from './sdp.ts';

/** Our side of the one audio stream. */
export interface LocalMedia {
  /** Literal IPv4 or IPv6 address at which we receive. */
  readonly address: string;
  readonly port: number;
  /** Decimal digits; the same in every description of one dialog. */
  readonly sessionId: string;
  /** In order of preference; default: PCMU, PCMA, telephone-event 101. */
  readonly codecs?: readonly AudioCodec[];
  /** What we are willing to do, e.g. `sendonly` to put the peer on hold; default sendrecv. */
  readonly direction?: Direction;
}

/** What both sides agreed on. */
export interface Negotiated {
  /** Where our RTP goes. On the old hold the address is 0.0.0.0; `direction` then forbids sending. */
  readonly remote: { readonly address: string; readonly port: number };
  /** The codec we send. */
  readonly codec: VoiceCodecName;
  readonly payloadType: number;
  /** For the digits we send; absent when the peer takes none in RTP. */
  readonly telephoneEventPayloadType?: number;
  /** What may arrive, by payload type; it can differ from what we send. */
  readonly receives: readonly AudioCodec[];
  /** From our point of view. */
  readonly direction: Direction;
  /** Packet time in which we send: 20, 40 or 60. */
  readonly ptimeMs: number;
  /** Present when the peer named it; otherwise RTCP goes to the RTP port plus one. */
  readonly rtcp?: { readonly address: string; readonly port: number };
}

export type OfferAnswerError =
  /** No session description that could be understood: 400. */
  | 'malformed'
  /** No usable audio stream with a codec of ours: 488. */
  | 'noCommonCodec'
  /** An offer came in while ours is unanswered: 491. */
  | 'glare'
  /** Offer upon offer in one direction (500 with Retry-After), an answer without an offer, and the like. */
  | 'outOfOrder'
  /** The answer switched our stream off. */
  | 'streamRejected';

/**
 * One dialog's offer/answer exchange (RFC 3264, RFC 6337), as data: every function returns the next state and leaves
 * the old one as it was, so a forked INVITE simply goes on from the same state once per dialog.
 */
export type OfferAnswer =
  | { readonly kind: 'stable'; readonly session: Session; readonly answered?: SentOffer }
  | { readonly kind: 'offerReceived'; readonly session: Session; readonly offer: SdpSession }
  | { readonly kind: 'offerSent'; readonly session: Session; readonly offer: SentOffer };

interface Session {
  /** The last description we sent: its version, and the text apart from the version (RFC 3264 section 8). */
  readonly version: number;
  readonly sent: string;
  /** All m= lines so far; a later offer must repeat them in this order. */
  readonly lines: readonly LineLayout[];
  /** Which of them is our audio stream. */
  readonly active: number;
  /** What each payload type has ever meant in this session; a number never changes its meaning. */
  readonly meanings: ReadonlyMap<number, string>;
  readonly negotiated?: Negotiated;
}

type LineLayout = Pick<SdpMedia, 'type' | 'protocol' | 'formats'>;

interface SentOffer {
  readonly local: LocalMedia;
  readonly codecs: readonly AudioCodec[];
  readonly active: number;
  readonly lineCount: number;
}

type OfferAnswerResult<T> = Result<T, OfferAnswerError>;

export function createOfferAnswer(): OfferAnswer {
  return { kind: 'stable', session: { version: 0, sent: '', lines: [], active: 0, meanings: new Map() } };
}

/** What holds now; undefined before the first exchange is complete. */
export function negotiatedMedia(state: OfferAnswer): Negotiated | undefined {
  return state.session.negotiated;
}

/**
 * Takes an offer. It is checked against `codecs` at once, so that a hopeless call is refused before anything is
 * allocated for it. Errors: malformed, noCommonCodec, glare, outOfOrder.
 */
export function receiveOffer(
  state: OfferAnswer,
  text: string,
  codecs: readonly AudioCodec[] = defaultAudioCodecs,
): OfferAnswerResult<OfferAnswer> {
  if (state.kind === 'offerSent') return fail('glare');
  if (state.kind === 'offerReceived') return fail('outOfOrder');
  const offer = parseSdp(text);
  if (!offer.ok) return offer;
  if (chooseStream(offer.value, codecs, state.session.active) === undefined) return fail('noCommonCodec');
  return ok({ kind: 'offerReceived', session: state.session, offer: offer.value });
}

export interface Answer {
  readonly state: OfferAnswer;
  readonly sdp: string;
  readonly negotiated: Negotiated;
}

/** Answers the offer taken before. Errors: outOfOrder, noCommonCodec. */
export function makeAnswer(state: OfferAnswer, local: LocalMedia): OfferAnswerResult<Answer> {
  if (state.kind !== 'offerReceived') return fail('outOfOrder');
  const { session, offer } = state;
  const stream = chooseStream(offer, local.codecs ?? defaultAudioCodecs, session.active);
  if (stream === undefined) return fail('noCommonCodec');
  const { media, index, voice, event } = stream;
  const codecs: AudioCodec[] = event === undefined ? [voice] : [voice, event];
  const direction = ourDirection(media, local.direction ?? 'sendrecv');
  const audio = audioLines(local, codecs, direction);
  const lines = offer.media.map((line, at) => (at === index ? audio : refusedLine(line)));
  const sent = describe(session, local, lines);
  const negotiated = agree(stream, direction, codecs);
  const next: Session = {
    ...sent.session,
    lines: offer.media,
    active: index,
    meanings: withMeanings(session.meanings, media),
    negotiated,
  };
  return ok({ state: { kind: 'stable', session: next }, sdp: sent.sdp, negotiated });
}

/** Makes an offer, the first one or a later one. Errors: glare (one has come in), outOfOrder (one is under way). */
export function makeOffer(
  state: OfferAnswer,
  local: LocalMedia,
): OfferAnswerResult<{ readonly state: OfferAnswer; readonly sdp: string }> {
  if (state.kind === 'offerReceived') return fail('glare');
  if (state.kind === 'offerSent') return fail('outOfOrder');
  const { session } = state;
  const codecs = offerCodecs(session, local.codecs ?? defaultAudioCodecs);
  const audio = audioLines(local, codecs, local.direction ?? 'sendrecv');
  const media = session.lines.map((line, at) => (at === session.active ? audio : refusedLine(line)));
  if (media.length === 0) media.push(audio);
  const sent = describe(session, local, media);
  const offer: SentOffer = { local, codecs, active: session.active, lineCount: media.length };
  return ok({ state: { kind: 'offerSent', session: sent.session, offer }, sdp: sent.sdp });
}

/**
 * Takes the answer to our offer. A second answer to the same offer replaces the first: gateways announce one in a
 * 183 and send another one in the 200. Errors: malformed, noCommonCodec, streamRejected, outOfOrder.
 */
export function receiveAnswer(
  state: OfferAnswer,
  text: string,
): OfferAnswerResult<{ readonly state: OfferAnswer; readonly negotiated: Negotiated }> {
  const sent =
    state.kind === 'offerSent' ? state.offer : state.kind === 'stable' ? state.answered : undefined;
  if (sent === undefined) return fail('outOfOrder');
  const answer = parseSdp(text);
  if (!answer.ok) return answer;
  const media = answer.value.media[sent.active];
  if (media === undefined || answer.value.media.length !== sent.lineCount) return fail('malformed');
  if (media.type !== 'audio') return fail('malformed');
  if (media.port === 0) return fail('streamRejected');
  const stream = readStream(media, sent.active, sent.codecs, sent.codecs);
  if (stream === undefined) return fail('noCommonCodec');
  const negotiated = agree(stream, ourDirection(media, sent.local.direction ?? 'sendrecv'), sent.codecs);
  const meanings = withMeanings(withOurs(state.session.meanings, sent.codecs), media);
  const lines = answer.value.media;
  const session: Session = { ...state.session, lines, active: sent.active, meanings, negotiated };
  return ok({ state: { kind: 'stable', session, answered: sent }, negotiated });
}

/** Our offer was refused (488, 491, time-out) or the offer taken will not be answered: back to what held before. */
export function abandonExchange(state: OfferAnswer): OfferAnswer {
  return { kind: 'stable', session: state.session };
}

function agree(stream: Stream, direction: Direction, receives: readonly AudioCodec[]): Negotiated {
  const { media, address, voice, event } = stream;
  const { rtcp } = media;
  return {
    remote: { address, port: media.port },
    codec: voice.name,
    payloadType: voice.payloadType,
    ...(event !== undefined && { telephoneEventPayloadType: event.payloadType }),
    receives,
    direction,
    ptimeMs: sendPtimeMs(media),
    ...(rtcp !== undefined && { rtcp: { address: rtcp.address ?? address, port: rtcp.port } }),
  };
}

/** Same codec first and every codec under the number it has, so that a re-offer does not disturb what runs. */
function offerCodecs(session: Session, codecs: readonly AudioCodec[]): AudioCodec[] {
  const taken = new Map(session.meanings);
  const numbered = codecs.map((codec) => {
    const payloadType = freePayloadType(codec, taken);
    taken.set(payloadType, codec.name);
    return { name: codec.name, payloadType };
  });
  const current = session.negotiated?.codec;
  return numbered.sort((a, b) => Number(b.name === current) - Number(a.name === current));
}

function freePayloadType(codec: AudioCodec, taken: ReadonlyMap<number, string>): number {
  for (const [payloadType, name] of taken) if (name === codec.name) return payloadType;
  if (!taken.has(codec.payloadType)) return codec.payloadType;
  for (let payloadType = 96; payloadType < 128; payloadType += 1) {
    if (!taken.has(payloadType)) return payloadType;
  }
  return codec.payloadType;
}

function withMeanings(before: ReadonlyMap<number, string>, media: SdpMedia): ReadonlyMap<number, string> {
  const meanings = new Map(before);
  for (const [payloadType, { name, rate, channels }] of media.codecs) {
    meanings.set(payloadType, `${name}/${rate}/${channels}`);
  }
  return withOurs(meanings, knownCodecs(media));
}

function withOurs(
  before: ReadonlyMap<number, string>,
  codecs: readonly AudioCodec[],
): ReadonlyMap<number, string> {
  return new Map([...before, ...codecs.map(({ payloadType, name }) => [payloadType, name] as const)]);
}

function audioLines(local: LocalMedia, codecs: readonly AudioCodec[], direction: Direction): string[] {
  return [
    `m=audio ${local.port} ${audioProtocol} ${codecs.map((codec) => codec.payloadType).join(' ')}`,
    ...codecs.flatMap(codecLines),
    `a=ptime:${defaultPtimeMs}`,
    `a=${direction}`,
  ];
}

/** A stream we do not take keeps its place with port 0 (RFC 3264 section 6). */
function refusedLine(line: LineLayout): string[] {
  return [`m=${line.type} 0 ${line.protocol} ${line.formats.join(' ')}`];
}

/** The text to send; its version grows by one when, and only when, anything else in it changed. */
function describe(
  session: Session,
  local: LocalMedia,
  media: readonly (readonly string[])[],
): { readonly sdp: string; readonly session: Session } {
  const outline = { sessionId: local.sessionId, address: local.address, media };
  const sent = printSdp({ ...outline, version: 0 });
  const version = sent === session.sent ? session.version : session.version + 1;
  return { sdp: printSdp({ ...outline, version }), session: { ...session, version, sent } };
}
