import { type Address, type Call, nilId, notYet } from '@parley/contract';
import type { Decision } from '../decision.ts';
import { endActiveflow, startAction } from '../flow/activeflow.ts';
import { limits } from '../limits.ts';
import { afterMs } from '../ports/moment.ts';
import { cause, hangupBy, hangupReason } from './cause.ts';
import { isEnding } from './live-call.ts';
import { silenceAll } from './sound.ts';
import { endingStatus, withStatus } from './status.ts';
import type { Turn } from './turn.ts';

export interface NewLeg {
  readonly callId: string;
  readonly customerId: string;
  readonly flowId: string;
  readonly activeflowId: string;
  readonly source: Address;
  readonly destination: Address;
}

/** A call as it begins: an incoming one rings, an outgoing one is dialled. */
export function legRow(leg: NewLeg, direction: Call['direction'], decision: Decision): Call {
  return {
    id: leg.callId,
    flow_id: leg.flowId,
    type: 'flow',
    master_call_id: nilId,
    chained_call_ids: [],
    recording_id: nilId,
    recording_ids: [],
    source: leg.source,
    destination: leg.destination,
    status: direction === 'incoming' ? 'ringing' : 'dialing',
    action: startAction,
    direction,
    hangup_by: '',
    hangup_reason: '',
    tm_create: decision.stamp,
    tm_update: notYet,
    tm_progressing: notYet,
    tm_ringing: notYet,
    tm_hangup: notYet,
    customer_id: leg.customerId,
    activeflow_id: leg.activeflowId,
    tm_delete: notYet,
    groupcall_id: nilId,
    mute_direction: '',
    owner_type: '',
    owner_id: nilId,
    on_hold: false,
  };
}

/** The media an answer needs is there: the call is answered. */
export function completeAnswer({ live, decision }: Turn): void {
  const now = decision.stamp;
  live.call = { ...withStatus(live.call, 'progressing', now), tm_progressing: now };
  decision.put('call', live.call);
  decision.emit('call_answered', live.lane, live.call);
  decision.effect({ kind: 'answer', callId: live.call.id });
}

/** We end it: SIP is told, and its report that the leg is gone makes the call hung up. */
export function terminate(turn: Turn, endCause: number): void {
  const { live, decision } = turn;
  if (isEnding(live)) return;
  if (live.forRecording !== undefined) return endWithFlow(turn);
  live.call = withStatus(live.call, endingStatus(live.call), decision.stamp);
  decision.put('call', live.call);
  beginEnding(turn, endCause);
}

/** There is no leg whose end is to be waited for. */
function endWithFlow(turn: Turn): void {
  endActiveflow(turn);
  turn.live.call = { ...turn.live.call, status: 'hangup' };
}

/**
 * The longest duration has come. The table of reasons reads `timeout` off an end in `progressing` only, so the status of
 * an answered call stays what it was. One nobody answered is ended as any other that we end.
 */
export function endAtLongestDuration(turn: Turn): void {
  const { call, forRecording } = turn.live;
  if (call.status !== 'progressing' || forRecording !== undefined) terminate(turn, cause.durationLimit);
  else if (!isEnding(turn.live)) beginEnding(turn, cause.durationLimit);
}

/** From here on the flow stands still, and nothing is due but the end. */
export function beginEnding(turn: Turn, endCause: number): void {
  const { live, decision } = turn;
  silenceAll(turn);
  if (live.walk !== undefined) live.walk.resting = undefined;
  live.endCause = endCause;
  live.deadlines.longestCall = undefined;
  live.deadlines.openingMedia = undefined;
  live.deadlines.unanswered = undefined;
  live.deadlines.ending = afterMs(decision.at.mono, limits.terminatingMs);
  decision.effect({ kind: 'hangup', callId: live.call.id, cause: endCause });
}

/** A call that failed before there was any SIP leg. */
const neverDialled = { hangup_by: 'local', hangup_reason: 'failed' } as const;

/** The leg is gone. The last change of a call, and its last event. */
export function hangUp({ live, decision }: Turn, reportedCause: number): void {
  const last = live.call.status;
  const now = decision.stamp;
  live.call = {
    ...withStatus(live.call, 'hangup', now),
    ...(live.dialing?.attempts.length === 0
      ? neverDialled
      : {
          hangup_by: hangupBy(last),
          hangup_reason: hangupReason(live.call.direction, last, live.endCause ?? reportedCause),
        }),
    tm_hangup: now,
  };
  decision.put('call', live.call);
  decision.emit('call_hungup', live.lane, live.call);
  live.deadlines.longestCall = undefined;
  live.deadlines.openingMedia = undefined;
  live.deadlines.unanswered = undefined;
  live.deadlines.ending = undefined;
}
