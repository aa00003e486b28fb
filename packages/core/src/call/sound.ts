import type { PlaySource } from '../effects.ts';
import type { Walk } from './live-call.ts';
import type { Turn } from './turn.ts';

/** Plays sources one after another, in place of what was playing. Answers the id of the play. */
export function playSources(
  turn: Turn,
  walk: Walk,
  sources: readonly PlaySource[],
  endsAtKey: boolean,
): string {
  const play = turn.chance.id();
  turn.decision.effect({ kind: 'play', callId: turn.live.call.id, play, sources });
  walk.sound = { play, endsAtKey };
  return play;
}

/** Sends the caller's own sound back for so long, in place of what was playing. Answers the id of the play. */
export function playEcho(turn: Turn, walk: Walk, durationMs: number): string {
  const play = turn.chance.id();
  turn.decision.effect({ kind: 'echo', callId: turn.live.call.id, play, durationMs });
  walk.sound = { play, endsAtKey: false };
  return play;
}

/** Presses keys towards the peer, in place of what was playing. Answers the id of the play. */
export function playDigits(
  turn: Turn,
  walk: Walk,
  digits: string,
  durationMs: number,
  intervalMs: number,
): string {
  const play = turn.chance.id();
  const { id: callId } = turn.live.call;
  turn.decision.effect({ kind: 'sendDigits', callId, play, digits, durationMs, intervalMs });
  walk.sound = { play, endsAtKey: false };
  return play;
}

/** Breaks off what is playing, if anything is. When the call is over its media is closing, which does the same. */
export function silence({ live, decision }: Turn): void {
  if (live.walk?.sound === undefined) return;
  live.walk.sound = undefined;
  if (live.call.status !== 'hangup') decision.effect({ kind: 'stopPlay', callId: live.call.id });
}
