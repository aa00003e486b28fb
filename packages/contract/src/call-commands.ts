import { apiError, type ApiError } from './errors.ts';
import { nilId } from './ids.ts';
import type { Call } from './resources/call.ts';

/** What can be asked of a live call. */
export const callCommands = [
  'hangup',
  'hold',
  'unhold',
  'mute',
  'unmute',
  'music_start',
  'music_stop',
  'talk',
  'play',
  'digits',
  'recording_start',
  'recording_stop',
  'recording_pause',
  'recording_resume',
  'transfer',
  'supervise',
] as const;
export type CallCommand = (typeof callCommands)[number];

/**
 * What a call is, seen by one who wants something of it: one of its states, of which an answered call has two,
 * `progressing` and `held`, and one of what its recording is.
 */
export const callConditions = [
  'dialing',
  'ringing',
  'progressing',
  'held',
  'terminating',
  'canceling',
  'hangup',
  'unrecorded',
  'recording',
  'paused',
] as const;
export type CallCondition = (typeof callConditions)[number];

type Row = { readonly [C in CallCondition]: string };

/** Allowed. */
const yes = '';

const unanswered = 'it has not been answered yet';
const ending = 'its end has begun';
const over = 'it is over';
const notHeld = 'it is not on hold';
const heldAlready = 'it is on hold already';
const hearsMusic = 'it is on hold and hears nothing else; take it off hold first';
const unrecorded = 'nothing is being recorded';
const recordedAlready = 'it is being recorded already';
const notPaused = 'its recording is not paused';
const pausedAlready = 'its recording is paused already';

const anyRecording = { unrecorded: yes, recording: yes, paused: yes } as const;
const ended = { terminating: ending, canceling: ending, hangup: over } as const;
const answered = { dialing: unanswered, ringing: unanswered, progressing: yes, held: yes, ...ended } as const;
const heard = { ...answered, held: hearsMusic, ...anyRecording } as const;

/** Which command a call allows in which condition: empty = it does, otherwise why not. It has to be allowed in all. */
export const callCommandTable: { readonly [K in CallCommand]: Row } = {
  hangup: { ...answered, dialing: yes, ringing: yes, ...anyRecording },
  hold: { ...answered, held: heldAlready, ...anyRecording },
  unhold: { ...answered, progressing: notHeld, ...anyRecording },
  mute: { ...answered, ...anyRecording },
  unmute: { ...answered, ...anyRecording },
  music_start: heard,
  music_stop: heard,
  talk: heard,
  play: heard,
  digits: { ...answered, ...anyRecording },
  recording_start: { ...answered, unrecorded: yes, recording: recordedAlready, paused: recordedAlready },
  recording_stop: { ...answered, unrecorded, recording: yes, paused: yes },
  recording_pause: { ...answered, unrecorded, recording: yes, paused: pausedAlready },
  recording_resume: { ...answered, unrecorded, recording: notPaused, paused: yes },
  transfer: { ...answered, ...anyRecording },
  supervise: { ...answered, ...anyRecording },
};

/** What is looked at. */
export type CommandedCall = Pick<Call, 'id' | 'status' | 'on_hold' | 'recording_id'>;

/**
 * Why `command` is not allowed now; undefined when it is. `paused`: whether the recording under way is.
 * The error is CALL_ALREADY_HANGUP for a call that is over, one of RECORDING_* where the recording is in the way and
 * CALL_STATE_INVALID otherwise.
 */
export function callCommandRefusal(
  command: CallCommand,
  call: CommandedCall,
  paused = false,
): ApiError | undefined {
  const { id, status, recording_id: recording } = call;
  if (status === 'hangup') return apiError('CALL_ALREADY_HANGUP', { id });
  const state = stateOf(call);
  const recorded = recordingOf(call, paused);
  const problem = callCommandTable[command][state] || callCommandTable[command][recorded];
  if (problem === yes) return undefined;
  if (problem === unrecorded) return apiError('RECORDING_NOT_ACTIVE', { resource: 'the call', id });
  if (problem === recordedAlready) return apiError('RECORDING_ALREADY_ACTIVE', { recording });
  return apiError('CALL_STATE_INVALID', { id, status, problem });
}

function stateOf({ status, on_hold: held }: CommandedCall): CallCondition {
  return status === 'progressing' && held ? 'held' : status;
}

function recordingOf({ recording_id: recording }: CommandedCall, paused: boolean): CallCondition {
  if (recording === nilId) return 'unrecorded';
  return paused ? 'paused' : 'recording';
}
