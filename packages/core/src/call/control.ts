import type { MuteDirection } from '@parley/contract';
import type { PlaySource } from '../effects.ts';
import { limits } from '../limits.ts';
import { musicForRoom, musicForWaiting } from '../room/hold-music.ts';
import { connectToRoom, hearsRoom, isHeardInRoom } from '../room/room.ts';
import { isBeside } from '../supervision/live-supervision.ts';
import { playEnded, signal } from '../flow/walk.ts';
import { tellUpdated } from './chain.ts';
import { isEnding } from './live-call.ts';
import { playDigits, playSources, silenceAll } from './sound.ts';
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

/** The far end keeps us waiting, or is back. Nothing is heard from it meanwhile, whatever its phone sends. */
export function holdByPeer(turn: Turn, held: boolean): void {
  const { live, sitting } = turn;
  if (isEnding(live) || live.heldByPeer === held) return;
  live.heldByPeer = held;
  if (live.roomId === undefined) return;
  connectToRoom(turn);
  musicForRoom(sitting, live.roomId);
}

/** Music in place of what is playing, or no longer. A flow that waited for what was playing goes on after the music. */
export function playMusic(turn: Turn, play: boolean): void {
  const { sound } = turn.live;
  if (play && sound?.music === true) return;
  if (play) return takeOver(turn, () => playSources(turn, [{ kind: 'music' }], { music: true }));
  if (sound?.music !== true) return;
  silenceAll(turn);
  signal(turn, { kind: 'playEnded', problem: undefined }, sound.play);
  musicForWaiting(turn);
}

/** A sound that a client asks for, in place of what is playing; a flow that waited for that goes on after this one. */
export function playSound(turn: Turn, sources: readonly PlaySource[]): void {
  takeOver(turn, () => playSources(turn, sources));
}

export function pressKeys(
  turn: Turn,
  keys: { readonly digits: string; readonly durationMs: number; readonly intervalMs: number },
): void {
  takeOver(turn, () => playDigits(turn, keys.digits, keys.durationMs, keys.intervalMs));
}

/** The others in its room get a key that the far end told in signalling, as if it had been pressed in its sound. */
export function passKeyOn({ live, sitting }: Turn, digit: string, downMs: number): void {
  const { roomId } = live;
  if (roomId === undefined || !isHeardInRoom(live) || isBeside(live)) return;
  const durationMs = Math.min(downMs, limits.passedKeyMs);
  for (const other of sitting.rooms.find(roomId)?.row.call_ids ?? [])
    if (other !== live.call.id)
      sitting.later(other, (their) => {
        if (their.live.roomId === roomId && hearsRoom(their.live))
          pressKeys(their, { digits: digit, durationMs, intervalMs: 0 });
      });
}

/** A play has come to its end. Who is on hold, or waits for others who hold, hears music again after anything else. */
export function soundEnded(turn: Turn, play: string, problem: string | undefined): void {
  const { live } = turn;
  const was = live.sound?.play;
  playEnded(turn, play, problem);
  if (was !== play || live.sound !== undefined) return;
  if (live.call.on_hold) playMusic(turn, true);
  else musicForWaiting(turn);
}

function takeOver(turn: Turn, start: () => string): void {
  const { live } = turn;
  if (isEnding(live) || live.media !== 'open') return;
  const before = live.sound?.play;
  const play = start();
  const { walk } = live;
  if (before !== undefined && walk?.resting?.until === before)
    walk.resting = { ...walk.resting, until: play };
}
