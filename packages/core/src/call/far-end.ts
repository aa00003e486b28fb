import { nilId } from '@parley/contract';
import { answered as flowAnswered, walkOn } from '../flow/walk.ts';
import { groupCallAnswered } from '../group/group.ts';
import { answeredInRoom, connectToRoom } from '../room/room.ts';
import { cause } from './cause.ts';
import { beginEnding, terminate } from './leg.ts';
import { isEnding } from './live-call.ts';
import { mayBecome, withStatus } from './status.ts';
import type { Turn } from './turn.ts';

/** The far end rings. `earlyMedia`: and sends sound already. */
export function farEndRings(turn: Turn, earlyMedia: boolean): void {
  const { live, decision } = turn;
  if (live.dialing === undefined || isEnding(live)) return;
  if (earlyMedia) live.earlyMedia = true;
  if (mayBecome(live.call.status, 'ringing')) {
    const now = decision.stamp;
    live.call = { ...withStatus(live.call, 'ringing', now), tm_ringing: now };
    decision.put('call', live.call);
    decision.emit('call_ringing', live.lane, live.call);
  }
  if (live.dialing.early && earlyMedia && live.walk?.current === undefined) walkOn(turn);
  if (earlyMedia) connectToRoom(turn);
}

/** The far end has answered: the flow begins, unless it has already. */
export function farEndAnswered(turn: Turn): void {
  const { live, decision, sitting } = turn;
  if (live.dialing === undefined || isEnding(live)) return;
  const now = decision.stamp;
  live.dialing = undefined;
  live.deadlines.unanswered = undefined;
  live.call = { ...withStatus(live.call, 'progressing', now), tm_progressing: now };
  decision.put('call', live.call);
  decision.emit('call_answered', live.lane, live.call);
  const { id, groupcall_id: groupId } = live.call;
  if (groupId !== nilId) groupCallAnswered(sitting, groupId, id);
  if (live.walk === undefined) return terminate(turn, cause.normalClearing);
  if (live.walk.current === undefined) walkOn(turn);
  else flowAnswered(turn);
  answeredInRoom(turn);
}

/** Nobody has answered in time. The table of reasons reads `dialout` off a status that is still unanswered. */
export function unansweredTooLong(turn: Turn): void {
  turn.live.deadlines.unanswered = undefined;
  if (!isEnding(turn.live)) beginEnding(turn, cause.unknown);
}
