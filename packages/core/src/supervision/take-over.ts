import { cause } from '../call/cause.ts';
import { unchainAll } from '../call/chain.ts';
import { hold } from '../call/control.ts';
import { terminate } from '../call/leg.ts';
import type { Turn } from '../call/turn.ts';
import { servedByAnother } from '../queue/new-agent.ts';
import { admit, leaveRoom } from '../room/room.ts';
import type { LiveSupervision } from './live-supervision.ts';
import { agentLegIn, noteSupervision } from './seat.ts';

/**
 * The supervisor becomes a party, and the agent is let go of. In this order, and in one decision: whoever talked with the
 * agent is never alone, and hears the supervisor the moment the agent has gone.
 */
export function takeOver(supervisor: Turn, supervision: LiveSupervision): void {
  const { live, sitting } = supervisor;
  const { id, callId, roomId } = supervision;
  const room = sitting.rooms.find(roomId);
  if (room === undefined) return;
  const agentLeg = agentLegIn(sitting, supervision);
  const others = room.row.call_ids.filter((other) => other !== agentLeg);
  sitting.supervisions.remove(callId);
  live.supervises = { id, callId, party: true };
  noteSupervision(supervisor, { call_id: callId, mode: 'take_over', status: 'ended' });
  admit(supervisor, room);
  for (const other of others) {
    servedByAnother(supervisor, other);
    if (room.row.type === 'connect') sitting.later(other, (their) => hold(their, false));
  }
  if (agentLeg !== undefined) sitting.later(agentLeg, letGo);
}

/** Nobody it talked with ends with it; its agent rests as after any other caller. */
function letGo(turn: Turn): void {
  const { live, sitting } = turn;
  const room = live.roomId === undefined ? undefined : sitting.rooms.find(live.roomId);
  unchainAll(turn, room?.row.call_ids ?? []);
  leaveRoom(turn);
  terminate(turn, cause.normalClearing);
}
