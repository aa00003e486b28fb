import {
  type Call,
  type CallCommand,
  callCommandRefusal,
  type Conference,
  nilId,
  type RecordingStart,
} from '@parley/contract';
import type { RecordingWanted } from '@parley/core';
import type { HttpDeps } from '../deps.ts';
import type { HandlerContext, Handlers } from '../handler.ts';
import { answer, type Outcome, refuse } from '../outcome.ts';
import { findOwned } from '../presence.ts';

type RecordingCommandHandlers = Pick<
  Handlers,
  | 'startCallRecording'
  | 'stopCallRecording'
  | 'pauseCallRecording'
  | 'resumeCallRecording'
  | 'startConferenceRecording'
  | 'stopConferenceRecording'
>;

interface Asked {
  readonly caller: { readonly customer: { readonly id: string } };
  readonly params: { readonly id: string };
}

export function createRecordingCommandHandlers({ deps }: HandlerContext): RecordingCommandHandlers {
  const { commands, calls } = deps;
  /** What `act` does with the recording under way, once the state of the call allows it. */
  const onCall = async (
    { caller, params: { id } }: Asked,
    name: CallCommand,
    act: (call: Call) => Promise<unknown>,
  ): Promise<Outcome<Call>> => {
    const found = await findOwned(deps, 'call', id, caller.customer.id);
    if (!found.ok) return found;
    const call = calls.live(id);
    if (call === undefined) return refuse('CALL_ALREADY_HANGUP', { id });
    const refusal = callCommandRefusal(name, call, commands.isPaused(call.recording_id));
    if (refusal !== undefined) return { ok: false, error: refusal };
    await act(call);
    return answer(calls.live(id) ?? call);
  };
  const pause = (asked: Asked, paused: boolean) =>
    onCall(asked, paused ? 'recording_pause' : 'recording_resume', ({ recording_id: recordingId }) =>
      commands.decide((centre, at) => ({ decision: centre.pauseRecording(recordingId, paused, at) })),
    );
  const stop = (recordingId: string) =>
    commands.decide((centre, at) => ({ decision: centre.stopRecording(recordingId, at) }));
  return {
    async startCallRecording(asked) {
      const flow = await flowAtEnd(deps, asked.caller.customer.id, asked.body);
      if (!flow.ok) return flow;
      return await onCall(asked, 'recording_start', ({ id: callId }) =>
        commands.ask({ kind: 'recordingRequested', callId, wanted: wantedBy(asked.body) }),
      );
    },
    stopCallRecording: (asked) => onCall(asked, 'recording_stop', (call) => stop(call.recording_id)),
    pauseCallRecording: (asked) => pause(asked, true),
    resumeCallRecording: (asked) => pause(asked, false),
    async startConferenceRecording({ caller, params: { id }, body }) {
      const found = await findOwned(deps, 'conference', id, caller.customer.id);
      if (!found.ok) return found;
      const flow = await flowAtEnd(deps, caller.customer.id, body);
      if (!flow.ok) return flow;
      const { problem, row, before } = await commands.decide((centre, at) => {
        const was = centre.liveConference(id)?.row.recording_id ?? nilId;
        const made = centre.recordConference(id, wantedBy(body), at);
        return { ...made, before: was, row: centre.liveConference(id)?.row };
      });
      if (before !== nilId) return refuse('RECORDING_ALREADY_ACTIVE', { recording: before });
      if (problem !== undefined || row === undefined)
        return refuse('STATE_INVALID', { problem: problem ?? 'the conference is closing' });
      return answer(row);
    },
    async stopConferenceRecording({ caller, params: { id } }): Promise<Outcome<Conference>> {
      const found = await findOwned(deps, 'conference', id, caller.customer.id);
      if (!found.ok) return found;
      const { recording_id: recordingId } = found.value.row;
      if (recordingId === nilId) return refuse('RECORDING_NOT_ACTIVE', { resource: 'the conference', id });
      await stop(recordingId);
      return answer(found.value.row);
    },
  };
}

/** The flow that is to follow has to be there when it is asked for; if it is not any more then, nothing follows. */
async function flowAtEnd(
  deps: Pick<HttpDeps, 'store'>,
  customerId: string,
  { on_end_flow_id: flowId = nilId }: RecordingStart,
): Promise<Outcome<unknown>> {
  return flowId === nilId ? answer(undefined) : await findOwned(deps, 'flow', flowId, customerId);
}

function wantedBy({
  end_of_silence: silence = 0,
  end_of_key: endKey = 'none',
  duration = 0,
  beep_start: beepStart = false,
  on_end_flow_id: onEndFlowId = nilId,
}: RecordingStart): RecordingWanted {
  return { endOfSilenceMs: silence * 1000, endKey, durationMs: duration * 1000, beepStart, onEndFlowId };
}
