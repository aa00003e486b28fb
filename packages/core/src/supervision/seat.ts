import type { SupervisionOfCall } from '@parley/contract';
import type { Sitting } from '../call/sitting.ts';
import type { Turn } from '../call/turn.ts';
import type { LiveSupervision } from './live-supervision.ts';

/** The supervision that has this call for its supervisor. */
export function supervisionBy({
  live,
  sitting,
}: Pick<Turn, 'live' | 'sitting'>): LiveSupervision | undefined {
  const { call, supervises } = live;
  const found = supervises && sitting.supervisions.find(supervises.callId);
  return found?.id === supervises?.id && found?.supervisorCallId === call.id ? found : undefined;
}

/** The call of a supervisor has left the room, or is over: nobody supervises by it any more. */
export function supervisorGone(turn: Turn): void {
  const { live, sitting } = turn;
  const { call, supervises } = live;
  if (supervises === undefined) return;
  if (supervisionBy(turn) !== undefined) sitting.supervisions.remove(supervises.callId);
  live.supervises = undefined;
  if (call.supervision !== undefined) noteSupervision(turn, { ...call.supervision, status: 'ended' });
}

/** By whom a supervisor is heard who may be heard at all. Whispers are for the agent alone: where there is none (any more), nobody hears them. */
export function hearersBeside(turn: Turn): boolean | readonly string[] {
  const supervision = supervisionBy(turn);
  if (supervision === undefined) return false;
  if (supervision.mode !== 'whisper') return supervision.mode === 'barge';
  const agentLeg = agentLegIn(turn.sitting, supervision);
  return agentLeg === undefined ? false : [agentLeg];
}

/** Of the calls that are heard the one of the agent. */
export function agentLegIn(
  sitting: Sitting,
  { callId, roomId, agentless }: Pick<LiveSupervision, 'callId' | 'roomId' | 'agentless'>,
): string | undefined {
  if (agentless || isOfAgent(sitting, callId)) return callId;
  const present = sitting.house.rooms.get(roomId)?.row.call_ids ?? [];
  return present.find((id) => isOfAgent(sitting, id));
}

export function isOfAgent(sitting: Sitting, callId: string): boolean {
  return sitting.call(callId)?.call.owner_type === 'agent';
}

export function noteSupervision({ live, decision }: Turn, supervision: SupervisionOfCall): void {
  live.call = { ...live.call, supervision, tm_update: decision.stamp };
}
