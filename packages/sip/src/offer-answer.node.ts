import assert from 'node:assert/strict';
import {
  createOfferAnswer,
  type LocalMedia,
  makeAnswer,
  makeOffer,
  type OfferAnswer,
  type OfferAnswerError,
  receiveAnswer,
  receiveOffer,
} from './offer-answer.ts';
import type { Result } from './result.ts';

/** What the specs of offer/answer have in common: one peer at 192.0.2.1, we at 198.51.100.1. */

export const local: LocalMedia = { address: '198.51.100.1', port: 10_000, sessionId: '77' };
export const head = ['v=0', 'o=- 1 1 IN IP4 192.0.2.1', 's=-', 'c=IN IP4 192.0.2.1', 't=0 0'];
export const audio = 'm=audio 4000 RTP/AVP 0 8 101';
export const event = 'a=rtpmap:101 telephone-event/8000';

export function sdp(...lines: string[]): string {
  return [...head, ...lines, ''].join('\r\n');
}

export function valueOf<T>(result: Result<T, OfferAnswerError>): T {
  assert.ok(result.ok, result.ok ? '' : result.error);
  return result.value;
}

/** Answers an offer in a state. */
export function answer(
  offer: string,
  mine: Partial<LocalMedia> = {},
  state: OfferAnswer = createOfferAnswer(),
) {
  return valueOf(makeAnswer(valueOf(receiveOffer(state, offer)), { ...local, ...mine }));
}

/** Makes an offer and takes this answer to it. */
export function offered(
  reply: string,
  mine: Partial<LocalMedia> = {},
  state: OfferAnswer = createOfferAnswer(),
) {
  return receiveAnswer(valueOf(makeOffer(state, { ...local, ...mine })).state, reply);
}

export function linesOf(text: string, start: string): string[] {
  return text.split('\r\n').filter((line) => line.startsWith(start));
}

export function versionOf(text: string): number {
  return Number(/^o=- 77 (\d+) /m.exec(text)?.[1]);
}
