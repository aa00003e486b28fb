import type { CallStatistics } from '@parley/contract';
import { limits } from '../limits.ts';
import { afterMs } from '../ports/moment.ts';
import { cause } from './cause.ts';
import { terminate } from './leg.ts';
import { isEnding, type LiveCall } from './live-call.ts';
import type { Turn } from './turn.ts';

/**
 * Asks for the media that something needs. True: that follows when the media is there; false: it is there already. An
 * answer takes the place of early media that is waited for.
 */
export function openMedia({ live, decision }: Turn, purpose: LiveCall['opensFor']): boolean {
  if (live.media === 'open') return false;
  if (live.media === 'closed' || purpose === 'answer') live.opensFor = purpose;
  if (live.media === 'opening') return true;
  live.media = 'opening';
  live.deadlines.openingMedia = afterMs(decision.at.mono, limits.openingMediaMs);
  decision.effect({ kind: 'openMedia', callId: live.call.id });
  return true;
}

/** It is there. True: what waited for it may go on; false: nothing waits for it (any more). */
export function mediaOpened({ live }: Turn): boolean {
  if (live.media !== 'opening') return false;
  live.media = 'open';
  live.deadlines.openingMedia = undefined;
  return !isEnding(live);
}

/** It could not be opened, and there is none; or it broke down, and its closing is still to be reported. */
export function mediaFailed(turn: Turn, problem: string): void {
  if (turn.live.media === 'closed') return;
  if (turn.live.media === 'opening') turn.live.media = 'closed';
  endForMedia(turn, problem);
}

/** It may still open: when the call is over it is closed all the same. */
export function mediaLate(turn: Turn): void {
  turn.live.deadlines.openingMedia = undefined;
  endForMedia(turn, 'the media did not open in time');
}

export function mediaSilent(turn: Turn): void {
  if (turn.live.media === 'open') endForMedia(turn, 'no packet came from the peer for too long');
}

/** Closed, as asked for after the call's end, or by itself: then the call ends. */
export function mediaClosed(turn: Turn, statistics: CallStatistics): void {
  const { live, decision } = turn;
  if (live.media === 'closed') return;
  live.media = 'closed';
  live.deadlines.openingMedia = undefined;
  live.call = { ...live.call, statistics };
  decision.put('call', live.call);
  endForMedia(turn, 'the media closed by itself');
}

/** After a call's end: lets go of its media, whose figures may still come for so long. */
export function closeMedia({ live, decision }: Turn, closingMediaMs: number): void {
  if (live.media === 'closed') return;
  live.deadlines.ending = afterMs(decision.at.mono, closingMediaMs);
  decision.effect({ kind: 'closeMedia', callId: live.call.id });
}

/** A call without media is no call. */
function endForMedia(turn: Turn, problem: string): void {
  const { live, decision } = turn;
  if (isEnding(live)) return;
  decision.effect({ kind: 'report', callId: live.call.id, problem: 'media', text: problem });
  terminate(turn, cause.networkOutOfOrder);
}
