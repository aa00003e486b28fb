import { formatTimestamp, type Instant, nilId, notYet, type Recording } from '@parley/contract';
import { playSound } from '../call/control.ts';
import type { Sitting } from '../call/sitting.ts';
import type { Turn } from '../call/turn.ts';
import { limits } from '../limits.ts';
import { afterMs } from '../ports/moment.ts';
import { changeConference } from '../room/conference-row.ts';
import type { LiveRecording, RecordingWanted } from './live-recording.ts';
import { followRecording } from './on-end.ts';

/** Begins to record a call: what the far end says and what it hears. Answers why that cannot be, if so. */
export function recordCall(turn: Turn, wanted: RecordingWanted): string | undefined {
  const { live, sitting, decision } = turn;
  if (live.call.recording_id !== nilId) return 'the call is being recorded already';
  if (live.media !== 'open') return 'the call has no media';
  if (wanted.beepStart) playSound(turn, [{ kind: 'beep' }]);
  const {
    id: callId,
    customer_id: customerId,
    activeflow_id: activeflowId,
    recording_ids: before,
  } = live.call;
  const { onEndFlowId } = wanted;
  const row = recordingRow(sitting, {
    type: 'call',
    reference_id: callId,
    customerId,
    activeflowId,
    onEndFlowId,
  });
  begin(
    sitting,
    {
      row,
      lane: live.lane,
      roomId: undefined,
      endKey: wanted.endKey,
      parties: { source: live.call.source, destination: live.call.destination },
      afterFlows: live.afterFlows ?? 0,
      deadline: undefined,
    },
    wanted,
  );
  live.call = {
    ...live.call,
    recording_id: row.id,
    recording_ids: [...before, row.id],
    tm_update: decision.stamp,
  };
  decision.put('call', live.call);
  return undefined;
}

/** Begins to record all that is said in a conference. Answers why that cannot be, if so. */
export function recordConference(
  sitting: Sitting,
  conferenceId: string,
  wanted: RecordingWanted,
): string | undefined {
  const conference = sitting.conferences.find(conferenceId);
  if (conference === undefined) return 'there is no such conference';
  if (conference.row.recording_id !== nilId) return 'the conference is being recorded already';
  const room = sitting.rooms.find(conference.row.confbridge_id);
  if (room === undefined || room.row.call_ids.length === 0) return 'nobody is in the conference';
  const { customer_id: customerId, recording_ids: before } = conference.row;
  const row = recordingRow(sitting, {
    type: 'conference',
    reference_id: conferenceId,
    customerId,
    activeflowId: nilId,
    onEndFlowId: wanted.onEndFlowId,
  });
  const { lane } = conference;
  const fresh = { parties: undefined, afterFlows: 0, deadline: undefined };
  begin(sitting, { row, lane, roomId: room.row.id, endKey: 'none', ...fresh }, wanted);
  changeConference(sitting, conference, { recording_id: row.id, recording_ids: [...before, row.id] });
  sitting.decision.emit('conference_updated', lane, conference.row);
  return undefined;
}

/** Media writes its file from now on, and has `recordedMs` of sound already: its start is that of the sound. */
export function recordingStarted(sitting: Sitting, recordingId: string, recordedMs: number): void {
  const recording = sitting.recordings.find(recordingId);
  if (recording?.row.status !== 'initiating') return;
  const start = formatTimestamp((sitting.decision.at.wall - Math.round(recordedMs * 1000)) as Instant);
  change(sitting, recording, { status: 'recording', tm_start: start });
  sitting.decision.emit('recording_started', recording.lane, recording.row);
}

/** Its file is complete, or there is none: it is over. */
export function recordingEnded(sitting: Sitting, recordingId: string, durationMs: number): void {
  const recording = sitting.recordings.find(recordingId);
  if (recording === undefined) return;
  const { decision } = sitting;
  change(sitting, recording, {
    status: 'ended',
    paused: false,
    duration: Math.round(durationMs),
    tm_end: decision.stamp,
  });
  decision.emit('recording_finished', recording.lane, recording.row);
  sitting.recordings.remove(recordingId);
  letGo(sitting, recording);
  followRecording(sitting, recording);
}

/** Asks media to end it; its report ends it here. */
export function stopRecording(sitting: Sitting, recordingId: string): void {
  const recording = sitting.recordings.find(recordingId);
  if (recording === undefined || recording.deadline !== undefined) return;
  recording.deadline = afterMs(sitting.decision.at.mono, limits.endingRecordingMs);
  sitting.decision.effect({ kind: 'stopRecording', callId: callOf(recording), recordingId });
}

export function pauseRecording(sitting: Sitting, recordingId: string, paused: boolean): void {
  const recording = sitting.recordings.find(recordingId);
  if (recording === undefined || recording.row.paused === paused) return;
  change(sitting, recording, { paused });
  sitting.decision.effect({ kind: 'pauseRecording', callId: callOf(recording), recordingId, paused });
}

/** A key was pressed in a call: it may end its recording. */
export function keyPressedWhileRecorded({ live, sitting }: Turn, key: string): void {
  if (live.call.recording_id === nilId) return;
  const endKey = sitting.recordings.find(live.call.recording_id)?.endKey;
  if (endKey === 'any' || endKey === key) stopRecording(sitting, live.call.recording_id);
}

/** The call is over, and its media with it: media ends the recording by itself. */
export function recordedCallEnded({ live, sitting }: Turn): void {
  const recording = sitting.recordings.find(live.call.recording_id);
  if (recording === undefined) return;
  live.call = { ...live.call, recording_id: nilId };
  recording.deadline ??= afterMs(sitting.decision.at.mono, limits.endingRecordingMs);
}

function begin(sitting: Sitting, recording: LiveRecording, wanted: RecordingWanted): void {
  const { row, roomId } = recording;
  sitting.recordings.add(row.id, recording);
  sitting.decision.put('recording', row);
  sitting.decision.effect({
    kind: 'startRecording',
    callId: callOf(recording),
    recordingId: row.id,
    roomId,
    maxMs: wanted.durationMs === 0 ? limits.longestRecordingMs : wanted.durationMs,
    endOfSilenceMs: wanted.endOfSilenceMs === 0 ? undefined : wanted.endOfSilenceMs,
  });
}

function letGo(sitting: Sitting, { row }: LiveRecording): void {
  const { decision } = sitting;
  if (row.type === 'conference') {
    const conference = sitting.conferences.find(row.reference_id);
    if (conference?.row.recording_id !== row.id) return;
    changeConference(sitting, conference, { recording_id: nilId });
    decision.emit('conference_updated', conference.lane, conference.row);
    return;
  }
  const turn = sitting.turnOfCall(row.reference_id);
  if (turn?.live.call.recording_id !== row.id) return;
  turn.live.call = { ...turn.live.call, recording_id: nilId, tm_update: decision.stamp };
  decision.put('call', turn.live.call);
}

function change(sitting: Sitting, recording: LiveRecording, changes: Partial<Recording>): void {
  recording.row = { ...recording.row, ...changes, tm_update: sitting.decision.stamp };
  sitting.decision.put('recording', recording.row);
}

/** The call it is about, for the log; nil when it is about many. */
function callOf({ row }: LiveRecording): string {
  return row.type === 'call' ? row.reference_id : nilId;
}

function recordingRow(
  { chance, decision }: Sitting,
  of: Pick<Recording, 'type' | 'reference_id'> & {
    readonly customerId: string;
    readonly activeflowId: string;
    readonly onEndFlowId: string;
  },
): Recording {
  return {
    id: chance.id(),
    type: of.type,
    reference_id: of.reference_id,
    status: 'initiating',
    format: 'wav',
    tm_start: notYet,
    tm_end: notYet,
    tm_create: decision.stamp,
    tm_update: notYet,
    tm_delete: notYet,
    customer_id: of.customerId,
    activeflow_id: of.activeflowId,
    duration: 0,
    paused: false,
    on_end_flow_id: of.onEndFlowId,
  };
}
