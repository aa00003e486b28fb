import type { OfferAnswerError } from '../offer-answer.ts';
import type { Refusal } from './call-state.ts';

/** Refusals that more than one place gives. */
export const noSuchDialog: Refusal = { status: 481 };

/** Another offer or INVITE is in the way for a moment (sections 14.2, RFC 3311 section 5.2). */
export function retryLater(retryAfterS: number): Refusal {
  return { status: 500, headers: [['Retry-After', String(retryAfterS)]] };
}

export const requestPending: Refusal = { status: 491 };

export function refusalOfOffer(error: OfferAnswerError, retryAfterS: number): Refusal {
  switch (error) {
    case 'malformed':
      return { status: 400, reason: 'Malformed session description' };
    case 'noCommonCodec':
    case 'streamRejected':
      return { status: 488, headers: [['Warning', '304 parley "Media type not available"']] };
    case 'glare':
      return requestPending;
    case 'outOfOrder':
      return retryLater(retryAfterS);
  }
}
