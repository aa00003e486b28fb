import {
  abandonExchange,
  createOfferAnswer,
  type LocalMedia,
  makeAnswer,
  makeOffer,
  type Negotiated,
  negotiatedMedia,
  type OfferAnswer,
  type OfferAnswerError,
  receiveAnswer,
  receiveOffer,
} from '../offer-answer.ts';
import type { AudioCodec } from '../audio-codec.ts';
import { ok, type Result } from '../result.ts';
import type { Direction } from '../sdp.ts';
import type { Address } from '../transaction/path.ts';

/** What a renegotiation changes; what is absent stays. `direction` as we want it: `sendonly` holds the peer. */
export interface MediaChange {
  /** Where we receive from now on. */
  readonly address?: string;
  readonly port?: number;
  readonly direction?: Direction;
}

/** The offer/answer exchange of one call: which description is owed, and what holds (RFC 3264, RFC 6337). */
export class Session {
  #exchange: OfferAnswer = createOfferAnswer();
  /** The exchange right after the offer of an INVITE, from which each fork's answer goes on. */
  #offered: OfferAnswer | undefined;
  #local: LocalMedia | undefined;
  /** What held before the change of ours that is not answered yet. */
  #before: LocalMedia | undefined;
  #earlyAnswer: string | undefined;
  readonly #sessionId: string;
  readonly #codecs: readonly AudioCodec[];

  /** `token` is hex; the session id of RFC 8866 must be decimal. */
  constructor(token: string, codecs: readonly AudioCodec[]) {
    this.#sessionId = BigInt(`0x${token.slice(0, 15)}`).toString();
    this.#codecs = codecs;
  }

  get media(): Negotiated | undefined {
    return negotiatedMedia(this.#exchange);
  }

  /** The answer to the INVITE's offer once it is made: sent in a 183, repeated in the 200. */
  get earlyAnswer(): string | undefined {
    return this.#earlyAnswer;
  }

  /** The peer's offer waits for our answer. */
  get owesAnswer(): boolean {
    return this.#exchange.kind === 'offerReceived';
  }

  /** Our offer waits for the peer's answer. */
  get awaitsAnswer(): boolean {
    return this.#exchange.kind === 'offerSent';
  }

  /** Takes an offer if one of its streams can be used; answered later. */
  receiveOffer(sdp: string): Result<void, OfferAnswerError> {
    const received = receiveOffer(this.#exchange, sdp, this.#codecs);
    if (!received.ok) return received;
    this.#exchange = received.value;
    return ok(undefined);
  }

  /** What a 183 or 200 to the INVITE carries: the answer to its offer (always the same one), or else our offer. */
  describe(local: Address): string {
    if (this.#earlyAnswer !== undefined) return this.#earlyAnswer;
    if (!this.owesAnswer) return this.makeOffer(local);
    const answer = assured(makeAnswer(this.#exchange, this.#place(local)));
    this.#exchange = answer.state;
    this.#earlyAnswer = answer.sdp;
    return answer.sdp;
  }

  makeOffer(local: Address): string {
    return this.#offer(this.#place(local));
  }

  /** Answers a later offer at once; a refused one leaves everything as it was. */
  renew(sdp: string): Result<string, OfferAnswerError> {
    const received = receiveOffer(this.#exchange, sdp, this.#codecs);
    if (!received.ok) return received;
    const answer = assured(makeAnswer(received.value, this.#assertLocal()));
    this.#exchange = answer.state;
    return ok(answer.sdp);
  }

  /** Offers a change of what we have: a hold, its end, another place to receive. */
  offerChange(change: MediaChange): string {
    const before = this.#assertLocal();
    const sdp = this.#offer({ ...before, ...change });
    this.#before = before;
    return sdp;
  }

  /** Offers again what we have: the answer to a re-INVITE without offer. */
  offerAgain(): string {
    return this.#offer(this.#assertLocal());
  }

  /** Reads an answer that is not final: a 18x before the 2xx, of one of several forks. */
  preview(sdp: string): OfferAnswer | undefined {
    const answer = this.#offered && receiveAnswer(this.#offered, sdp);
    return answer?.ok ? answer.value.state : undefined;
  }

  /** Takes the answer of the fork that won; without one in its 2xx, the one it announced before. */
  takeAnswer(sdp: string | undefined, announced: OfferAnswer | undefined): boolean {
    const answered = sdp === undefined ? announced : this.preview(sdp);
    if (answered === undefined) return false;
    this.#exchange = answered;
    this.#offered = undefined;
    this.#before = undefined;
    return true;
  }

  /** No answer came to our offer; what held before holds. */
  abandon(): void {
    this.#exchange = abandonExchange(this.#exchange);
    this.#offered = undefined;
    this.#local = this.#before ?? this.#local;
    this.#before = undefined;
  }

  #offer(local: LocalMedia): string {
    const offer = assured(makeOffer(this.#exchange, local));
    this.#local = local;
    this.#exchange = offer.state;
    this.#offered = offer.state;
    return offer.sdp;
  }

  #place(local: Address): LocalMedia {
    const { address, port } = local;
    this.#local = { address, port, sessionId: this.#sessionId, codecs: this.#codecs };
    return this.#local;
  }

  #assertLocal(): LocalMedia {
    if (this.#local === undefined) throw new Error('SIP engine: a session changed before it was made');
    return this.#local;
  }
}

/** The machine's states allow only what offer/answer allows; anything else is a bug. */
function assured<T>(result: Result<T, OfferAnswerError>): T {
  if (!result.ok) throw new Error(`SIP engine: offer/answer out of step: ${result.error}`);
  return result.value;
}

/** Whether a renewed session is what we had already: a refresh, nothing for the media side to do. */
export function isSameMedia(a: Negotiated | undefined, b: Negotiated | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return (
    isSameAddress(a.remote, b.remote) &&
    isSameAddress(a.rtcp, b.rtcp) &&
    a.codec === b.codec &&
    a.payloadType === b.payloadType &&
    a.telephoneEventPayloadType === b.telephoneEventPayloadType &&
    a.direction === b.direction &&
    a.ptimeMs === b.ptimeMs
  );
}

function isSameAddress(a: Address | undefined, b: Address | undefined): boolean {
  return a?.address === b?.address && a?.port === b?.port;
}
