import type { MuteDirection } from '@parley/contract';
import type { PlaySource } from '../effects.ts';
import { connectToRoom } from '../room/room.ts';
import { tellUpdated } from './chain.ts';
import { isEnding } from './live-call.ts';
import { playSources, silence } from './sound.ts';
import type { Turn } from './turn.ts';

/** From now on the far end is not heard (`in`), hears nothing (`out`), or both, where others are. */
export function mute(turn: Turn, direction: MuteDirection): void {
  const { live, decision } = turn;
  if (isEnding(live) || live.call.mute_direction === direction) return;
  live.call = { ...live.call, mute_direction: direction, tm_update: decision.stamp };
  tellUpdated(turn);
  connectToRoom(turn);
}

/** The far end is put on hold: it hears music, and neither hears the others nor is heard. Or it is taken back. */
export function hold(turn: Turn, held: boolean): void {
  const { live, decision } = turn;
  if (isEnding(live) || live.call.status !== 'progressing' || live.call.on_hold === held) return;
  live.call = { ...live.call, on_hold: held, tm_update: decision.stamp };
  tellUpdated(turn);
  connectToRoom(turn);
  decision.effect({ kind: 'hold', callId: live.call.id, held });
  playMusic(turn, held);
}

export function playMusic(turn: Turn, play: boolean): void {
  if (play) playSound(turn, [{ kind: 'music' }]);
  else silence(turn);
}

/** A sound that a client asks for, in the place of what the flow plays; the flow goes on when this one has ended. */
export function playSound(turn: Turn, sources: readonly PlaySource[]): void {
  const { live } = turn;
  if (isEnding(live) || live.media !== 'open' || live.walk === undefined) return;
  const { walk } = live;
  const before = walk.sound?.play;
  const play = playSources(turn, walk, sources, false);
  if (walk.resting !== undefined && walk.resting.until === before && before !== undefined)
    walk.resting = { ...walk.resting, until: play };
}

export function pressKeys(
  { live, decision, chance }: Turn,
  keys: { readonly digits: string; readonly durationMs: number; readonly intervalMs: number },
): void {
  if (isEnding(live) || live.media !== 'open') return;
  const { digits, durationMs, intervalMs } = keys;
  decision.effect({
    kind: 'sendDigits',
    callId: live.call.id,
    play: chance.id(),
    digits,
    durationMs,
    intervalMs,
  });
}
