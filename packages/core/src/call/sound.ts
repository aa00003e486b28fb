import type { PlaySource } from '../effects.ts';
import type { Sound } from './live-call.ts';
import type { Turn } from './turn.ts';

/** Plays sources one after another, in place of what was playing. Answers the id of the play. */
export function playSources(
  turn: Turn,
  sources: readonly PlaySource[],
  how: Partial<Omit<Sound, 'play'>> = {},
): string {
  const { live, decision, chance } = turn;
  const play = chance.id();
  decision.effect({ kind: 'play', callId: live.call.id, play, sources });
  live.sound = { play, endsAtKey: false, ...how };
  return play;
}

/** What a caller hears while somebody is rung for it. One that nobody has answered hears its own phone. */
export function playRinging(turn: Turn): void {
  if (turn.live.call.status === 'progressing') playSources(turn, [{ kind: 'ringback' }]);
}

/** Sends the caller's own sound back for so long, in place of what was playing. Answers the id of the play. */
export function playEcho({ live, decision, chance }: Turn, durationMs: number): string {
  const play = chance.id();
  decision.effect({ kind: 'echo', callId: live.call.id, play, durationMs });
  live.sound = { play, endsAtKey: false };
  return play;
}

/** Presses keys towards the peer, in place of what was playing. Answers the id of the play. */
export function playDigits(
  { live, decision, chance }: Turn,
  digits: string,
  durationMs: number,
  intervalMs: number,
): string {
  const play = chance.id();
  decision.effect({ kind: 'sendDigits', callId: live.call.id, play, digits, durationMs, intervalMs });
  live.sound = { play, endsAtKey: false };
  return play;
}

/** Breaks off what is playing, if anything is; music that a client has asked for goes on. */
export function silence(turn: Turn): void {
  if (turn.live.sound?.music !== true) silenceAll(turn);
}

/** Breaks off whatever is playing. When the call is over its media is closing, which does the same. */
export function silenceAll({ live, decision }: Turn): void {
  if (live.sound === undefined) return;
  live.sound = undefined;
  if (live.call.status !== 'hangup') decision.effect({ kind: 'stopPlay', callId: live.call.id });
}
