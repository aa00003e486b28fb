import { nilId } from '@parley/contract';
import { endActiveflow } from '../flow/activeflow.ts';
import { groupCallEnded } from '../group/group.ts';
import { directCallEnded } from '../queue/direct-calls.ts';
import { agentCallEnded } from '../queue/offers.ts';
import { callerGone } from '../queue/visits.ts';
import { recordedCallEnded } from '../recording/live.ts';
import { leaveRoom } from '../room/room.ts';
import type { LegEnd } from '../inputs.ts';
import { supervisorGone } from '../supervision/seat.ts';
import { cause } from './cause.ts';
import { statusOfFailure } from './failure.ts';
import { hangUp, terminate } from './leg.ts';
import { closeMedia } from './leg-media.ts';
import { transferPartyEnded } from '../transfer/transfer.ts';
import { unchain } from './chain.ts';
import type { Turn } from './turn.ts';

/** The leg is gone: the call ends, and everything that hung on it. */
export function endCall(turn: Turn, end: LegEnd): void {
  const { live, sitting } = turn;
  if (live.call.status === 'hangup') return;
  // A visit to a queue ends after the call, in the order in which it is told.
  const { visitId } = live;
  live.visitId = undefined;
  leaveRoom(turn);
  supervisorGone(turn);
  transferPartyEnded(turn);
  recordedCallEnded(turn);
  hangUp(turn, end.cause);
  closeMedia(turn, sitting.closingMediaMs);
  live.visitId = visitId;
  callerGone(turn);
  agentCallEnded(turn);
  directCallEnded(turn);
  endActiveflow(turn);
  for (const chained of live.call.chained_call_ids)
    sitting.later(chained, (other) => terminate(other, cause.normalClearing));
  const { id, master_call_id: masterId, groupcall_id: groupId, hangup_reason: reason } = live.call;
  if (masterId !== nilId) sitting.later(masterId, (master) => unchain(master, id));
  if (groupId !== nilId) groupCallEnded(sitting, groupId, { reason, status: statusOfFailure(live, end) });
}
