import { type Address, type Call, formatTimestamp, nilId, notYet, startActionId } from '@parley/contract';
import type { Decision } from '../decision.ts';
import { limits } from '../limits.ts';
import { afterMs } from '../ports/moment.ts';
import { cause, hangupBy, hangupReason } from './cause.ts';
import { isEnding, type LiveCall } from './live-call.ts';
import { withStatus } from './status.ts';

/** The action a call carries before its first: it is nowhere yet. */
export const startAction = { id: startActionId, next_id: nilId, type: '' } as const;

export interface NewLeg {
  readonly callId: string;
  readonly customerId: string;
  readonly flowId: string;
  readonly activeflowId: string;
  readonly source: Address;
  readonly destination: Address;
}

export function incomingLeg(leg: NewLeg, decision: Decision): Call {
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
    status: 'ringing',
    action: startAction,
    direction: 'incoming',
    hangup_by: '',
    hangup_reason: '',
    tm_create: formatTimestamp(decision.at.wall),
    tm_update: notYet,
    tm_progressing: notYet,
    tm_ringing: notYet,
    tm_hangup: notYet,
    customer_id: leg.customerId,
    activeflow_id: leg.activeflowId,
    tm_delete: notYet,
  };
}

/** Asks for the media an answer needs; the answer follows when it is there. */
export function beginAnswer(live: LiveCall, decision: Decision): void {
  if (live.media !== 'closed') return;
  live.media = 'opening';
  live.deadlines.openingMedia = afterMs(decision.at.mono, limits.openingMediaMs);
  decision.effect({ kind: 'openMedia', callId: live.call.id });
}

/** The media is there: the call is answered. */
export function completeAnswer(live: LiveCall, decision: Decision): void {
  live.media = 'open';
  live.deadlines.openingMedia = undefined;
  const now = formatTimestamp(decision.at.wall);
  live.call = { ...withStatus(live.call, 'progressing', now), tm_progressing: now };
  decision.put('call', live.call);
  decision.emit('call_answered', live.lane, live.call);
  decision.effect({ kind: 'answer', callId: live.call.id });
}

/** We end it: SIP is told, and its report that the leg is gone makes the call hung up. */
export function terminate(live: LiveCall, decision: Decision, endCause: number): void {
  if (isEnding(live)) return;
  live.call = withStatus(live.call, 'terminating', formatTimestamp(decision.at.wall));
  decision.put('call', live.call);
  beginEnding(live, decision, endCause);
}

/** The longest duration has come. By the table of reasons the status stays what it was, so that it reads `timeout`. */
export function endAtLongestDuration(live: LiveCall, decision: Decision): void {
  if (!isEnding(live)) beginEnding(live, decision, cause.durationLimit);
}

function beginEnding(live: LiveCall, decision: Decision, endCause: number): void {
  live.endCause = endCause;
  live.deadlines.longestCall = undefined;
  live.deadlines.openingMedia = undefined;
  live.deadlines.ending = afterMs(decision.at.mono, limits.terminatingMs);
  decision.effect({ kind: 'hangup', callId: live.call.id, cause: endCause });
}

/** The leg is gone. The last change of a call, and its last event. */
export function hangUp(live: LiveCall, decision: Decision, reportedCause: number): void {
  const last = live.call.status;
  const now = formatTimestamp(decision.at.wall);
  live.call = {
    ...withStatus(live.call, 'hangup', now),
    hangup_by: hangupBy(last),
    hangup_reason: hangupReason(live.call.direction, last, live.endCause ?? reportedCause),
    tm_hangup: now,
  };
  decision.put('call', live.call);
  decision.emit('call_hungup', live.lane, live.call);
  if (live.media !== 'closed') decision.effect({ kind: 'closeMedia', callId: live.call.id });
  live.deadlines.longestCall = undefined;
  live.deadlines.openingMedia = undefined;
  live.deadlines.ending = undefined;
}
