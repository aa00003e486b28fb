import type { LiveCall } from '../call/live-call.ts';
import type { Sitting } from '../call/sitting.ts';
import { isBeside } from '../supervision/live-supervision.ts';
import { playSources, silence } from '../call/sound.ts';
import type { Turn } from '../call/turn.ts';

/**
 * Whoever is in a room with others, all of whom keep us waiting, hears music until one of them is back. As long as two
 * are left to talk nobody does: one who holds must not play music to a conference.
 */
export function musicForWaiting(turn: Turn): void {
  const { live, sitting } = turn;
  const waits =
    live.roomId !== undefined && !isBeside(live) && waitingIn(membersOf(sitting, live.roomId))(live);
  if (!waits) return live.sound?.waiting === true ? silence(turn) : undefined;
  if (live.sound !== undefined || live.media !== 'open' || live.call.status !== 'progressing') return;
  playSources(turn, [{ kind: 'music' }], { waiting: true });
}

/** Somebody in a room holds, is back, has come or gone. */
export function musicForRoom(sitting: Sitting, roomId: string): void {
  const present = membersOf(sitting, roomId);
  const waits = waitingIn(present);
  for (const live of present)
    if (waits(live) !== (live.sound?.waiting === true)) sitting.later(live.call.id, musicForWaiting);
}

type Member = Readonly<LiveCall>;

function waitingIn(present: readonly Member[]): (member: Member) => boolean {
  const [one, ...more] = present.filter(({ heldByPeer }) => !heldByPeer);
  if (present.length < 2 || more.length > 0) return () => false;
  return (member) => one === undefined || one.call.id === member.call.id;
}

function membersOf(sitting: Sitting, roomId: string): Member[] {
  const callIds = sitting.rooms.find(roomId)?.row.call_ids ?? [];
  return callIds.flatMap((id) => sitting.call(id) ?? []);
}
