import { type Activeflow, type Address, nilId, notYet, type Recording } from '@parley/contract';
import { legRow } from '../call/leg.ts';
import type { LiveCall } from '../call/live-call.ts';
import type { Sitting } from '../call/sitting.ts';
import { newWalk, startAction } from '../flow/activeflow.ts';
import { walkOn } from '../flow/walk.ts';
import { limits } from '../limits.ts';
import type { Chance } from '../ports/chance.ts';
import { afterMs } from '../ports/moment.ts';
import type { LiveRecording, Parties } from './live-recording.ts';

/** A flow that follows the end of a recording and has not begun. */
export interface OnEndFlow {
  readonly activeflow: Activeflow;
  readonly recording: Recording;
  readonly parties: Parties | undefined;
  readonly lane: string;
  /** How many such flows have led to it, this one included. */
  readonly afterFlows: number;
}

/**
 * The activeflow that runs `on_end_flow_id`, written down with the end of the recording, so that it is begun once whatever
 * happens. All it has at first is the order to fetch its flow.
 */
export function onEndActiveflow(
  { id: recordingId, customer_id: customerId, on_end_flow_id: flowId }: Recording,
  chance: Chance,
  stamp: string,
): Activeflow {
  return {
    id: chance.id(),
    flow_id: flowId,
    customer_id: customerId,
    reference_type: 'recording',
    reference_id: recordingId,
    current_action: startAction,
    forward_action_id: nilId,
    actions: [{ id: chance.id(), next_id: nilId, type: 'fetch_flow', option: { flow_id: flowId } }],
    tm_create: stamp,
    tm_update: stamp,
    tm_delete: notYet,
  };
}

/** Nothing of its flow has been run: it is still to be fetched. */
export function isToBegin({ reference_type: type, actions, tm_delete: ended }: Activeflow): boolean {
  return type === 'recording' && actions.length === 1 && ended === notYet;
}

/** A recording has ended: the flow that is to follow it begins. */
export function followRecording(sitting: Sitting, { row, lane, parties, afterFlows }: LiveRecording): void {
  const { decision, chance } = sitting;
  if (row.on_end_flow_id === nilId) return;
  const problem =
    afterFlows >= limits.flowsInARow
      ? `${limits.flowsInARow} such flows have followed each other`
      : sitting.noRoomFor(row.customer_id);
  if (problem !== undefined) {
    const text = `flow ${row.on_end_flow_id} does not follow recording ${row.id}: ${problem}`;
    return decision.effect({ kind: 'report', callId: callOf(row), problem: 'flow', text });
  }
  const activeflow = onEndActiveflow(row, chance, decision.stamp);
  decision.put('activeflow', activeflow);
  decision.emit('activeflow_created', lane, activeflow);
  beginOnEnd(sitting, { activeflow, recording: row, parties, lane, afterFlows: afterFlows + 1 });
}

/** Takes its first step, after what is being dealt with. */
export function beginOnEnd(sitting: Sitting, flow: OnEndFlow): void {
  const { activeflow } = flow;
  sitting.addCall(standIn(sitting, flow));
  sitting.later(activeflow.id, (turn) => {
    turn.live.walk = newWalk(activeflow.actions, variablesOf(flow.recording));
    walkOn(turn);
  });
}

function standIn(sitting: Sitting, { activeflow, lane, parties, afterFlows }: OnEndFlow): LiveCall {
  const { decision } = sitting;
  const { id, customer_id: customerId, flow_id: flowId, reference_id: recordingId } = activeflow;
  const { source, destination } = parties ?? { source: nobody, destination: nobody };
  const leg = { callId: id, activeflowId: id, customerId, flowId, source, destination };
  return {
    lane,
    call: { ...legRow(leg, 'incoming', decision), status: 'progressing' },
    activeflow,
    walk: undefined,
    sound: undefined,
    media: 'closed',
    opensFor: 'answer',
    earlyMedia: false,
    dialing: undefined,
    roomId: undefined,
    heldByPeer: false,
    visitId: undefined,
    agentId: undefined,
    passage: undefined,
    transferId: undefined,
    supervises: undefined,
    forRecording: recordingId,
    afterFlows,
    endCause: undefined,
    deadlines: {
      longestCall: afterMs(decision.at.mono, sitting.longestCallMs),
      openingMedia: undefined,
      unanswered: undefined,
      ending: undefined,
    },
  };
}

const nobody: Address = { type: '', target: '', target_name: '', name: '', detail: '' };

/** What its texts and conditions know of the recording, and of the call it was of. */
function variablesOf(recording: Recording): ReadonlyMap<string, string> {
  return new Map([
    ['voipbin.recording.id', recording.id],
    ['voipbin.recording.reference_type', recording.type],
    ['voipbin.recording.reference_id', recording.reference_id],
    ['voipbin.recording.format', recording.format],
    ['voipbin.recording.duration', String(recording.duration)],
    ['voipbin.call.id', callOf(recording)],
    ['voipbin.flow.reference_data', JSON.stringify(recording)],
  ]);
}

function callOf({ type, reference_id: id }: Recording): string {
  return type === 'call' ? id : nilId;
}
