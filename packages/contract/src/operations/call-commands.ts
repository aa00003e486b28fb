import { Type, type Static } from 'typebox';
import { Id } from '../ids.ts';
import { limits } from '../limits.ts';
import { Call } from '../resources/call.ts';
import { RecordingFormat } from '../resources/recording.ts';
import { IdParams, jsonReply, type Operation } from './operation.ts';

const Direction = Type.Enum(['in', 'out', 'both'], {
  description: '`in`: what the far end says. `out`: what it hears. Default: both.',
});

export const CallMute = Type.Object(
  { direction: Type.Optional(Direction) },
  { additionalProperties: false, description: 'What is muted already stays so.' },
);
export type CallMute = Static<typeof CallMute>;

export const UnmuteQuery = Type.Object(
  { direction: Type.Optional(Direction) },
  { additionalProperties: false },
);
export type UnmuteQuery = Static<typeof UnmuteQuery>;

export const CallTalk = Type.Object(
  {
    text: Type.String({ minLength: 1, maxLength: limits.speechLength, description: 'Plain text or SSML.' }),
    language: Type.Optional(
      Type.String({ maxLength: 35, description: 'BCP 47 tag, such as `en-US`, the default.' }),
    ),
    gender: Type.Optional(
      Type.Enum(['male', 'female', 'neutral', ''], {
        description: 'Of the voice, where the configured one has a choice.',
      }),
    ),
  },
  { additionalProperties: false },
);
export type CallTalk = Static<typeof CallTalk>;

export const CallPlay = Type.Object(
  {
    stream_urls: Type.Array(Type.String({ minLength: 1, maxLength: limits.uriLength }), {
      minItems: 1,
      maxItems: limits.soundsPerPlay,
      description: '`http(s)` addresses of WAV files: PCM, A-law or mu-law.',
    }),
  },
  { additionalProperties: false },
);
export type CallPlay = Static<typeof CallPlay>;

export const CallDigits = Type.Object(
  {
    digits: Type.String({
      minLength: 1,
      maxLength: limits.digitsLength,
      pattern: '^[0-9A-D*#]*$',
      description: 'Keys: 0 to 9, A to D, * and #.',
    }),
    duration: Type.Optional(
      Type.Integer({ minimum: 100, maximum: 1000, description: 'Milliseconds of each; 100 when left out.' }),
    ),
    interval: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 5000,
        description: 'Milliseconds between two; 100 when left out.',
      }),
    ),
  },
  { additionalProperties: false },
);
export type CallDigits = Static<typeof CallDigits>;

export const RecordingStart = Type.Object(
  {
    format: Type.Optional(RecordingFormat),
    end_of_silence: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: limits.recordingSeconds,
        description: 'Seconds of silence that end it; 0, the default: none do.',
      }),
    ),
    end_of_key: Type.Optional(
      Type.Enum(['none', 'any', '*', '#'], { description: 'The key that ends it; `none` by default.' }),
    ),
    duration: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: limits.recordingSeconds,
        description: 'Seconds after which it ends; 0, the default: with the call.',
      }),
    ),
    beep_start: Type.Optional(Type.Boolean({ description: 'A beep tells that it begins.' })),
    on_end_flow_id: Type.Optional({
      ...Id,
      description: 'The stored flow that is run once it has ended, without a call.',
    }),
  },
  { additionalProperties: false },
);
export type RecordingStart = Static<typeof RecordingStart>;

const onCall = { tag: 'calls', auth: 'key', params: IdParams, reply: jsonReply(Call) } as const;
const errors = ['CALL_NOT_FOUND', 'CALL_ALREADY_HANGUP', 'CALL_STATE_INVALID'] as const;

/** What can be done to a live call; which state allows what is in `call-commands.ts`. */
export const callCommandOperations = {
  holdCall: {
    ...onCall,
    method: 'POST',
    path: '/v1.0/calls/{id}/hold',
    summary: 'Put a call on hold',
    description: 'The far end hears music, and nobody hears it, until the hold is taken back.',
    errors,
  },
  unholdCall: {
    ...onCall,
    method: 'DELETE',
    path: '/v1.0/calls/{id}/hold',
    summary: 'Take a call off hold',
    description: 'All is as it was before.',
    errors,
  },
  muteCall: {
    ...onCall,
    method: 'POST',
    path: '/v1.0/calls/{id}/mute',
    summary: 'Mute a call',
    description: 'Silence one direction or both; keys still work. `mute_direction` tells what is muted.',
    body: CallMute,
    errors,
  },
  unmuteCall: {
    ...onCall,
    method: 'DELETE',
    path: '/v1.0/calls/{id}/mute',
    summary: 'End the mute of a call',
    description: 'Of one direction or of both. What is not muted stays as it is.',
    query: UnmuteQuery,
    errors,
  },
  startCallMusic: {
    ...onCall,
    method: 'POST',
    path: '/v1.0/calls/{id}/moh',
    summary: 'Play music to a call',
    description: 'In place of what it hears otherwise, until that is ended. What it says is still heard.',
    errors,
  },
  stopCallMusic: {
    ...onCall,
    method: 'DELETE',
    path: '/v1.0/calls/{id}/moh',
    summary: 'End the music of a call',
    description: 'Changes nothing when there is none.',
    errors,
  },
  talkToCall: {
    ...onCall,
    method: 'POST',
    path: '/v1.0/calls/{id}/talk',
    summary: 'Speak a text to a call',
    description: 'In place of what is being played to it. The answer comes when the speech is under way.',
    body: CallTalk,
    errors,
  },
  playToCall: {
    ...onCall,
    method: 'POST',
    path: '/v1.0/calls/{id}/play',
    summary: 'Play sounds to a call',
    description: 'One after another, in place of what is being played to it.',
    body: CallPlay,
    errors,
  },
  sendCallDigits: {
    ...onCall,
    method: 'POST',
    path: '/v1.0/calls/{id}/digits',
    summary: 'Press keys in a call',
    description: 'The far end gets them as telephone events (RFC 4733).',
    body: CallDigits,
    errors,
  },
} as const satisfies Record<string, Operation>;

/** The same for its recording. */
export const callRecordingOperations = {
  startCallRecording: {
    ...onCall,
    method: 'POST',
    path: '/v1.0/calls/{id}/recording_start',
    summary: 'Record a call',
    description: 'The new recording is in `recording_id`; `recording_started` tells that it runs.',
    body: RecordingStart,
    errors: [...errors, 'RECORDING_ALREADY_ACTIVE', 'FLOW_NOT_FOUND'],
  },
  stopCallRecording: {
    ...onCall,
    method: 'POST',
    path: '/v1.0/calls/{id}/recording_stop',
    summary: 'End the recording of a call',
    description: '`recording_finished` tells that its file is complete.',
    errors: [...errors, 'RECORDING_NOT_ACTIVE'],
  },
  pauseCallRecording: {
    ...onCall,
    method: 'POST',
    path: '/v1.0/calls/{id}/recording_pause',
    summary: 'Pause the recording of a call',
    description: 'For what must not be recorded, such as the number of a card. Nothing stands in its place.',
    errors: [...errors, 'RECORDING_NOT_ACTIVE'],
  },
  resumeCallRecording: {
    ...onCall,
    method: 'POST',
    path: '/v1.0/calls/{id}/recording_resume',
    summary: 'Go on with the recording of a call',
    description: 'In the same file.',
    errors: [...errors, 'RECORDING_NOT_ACTIVE'],
  },
} as const satisfies Record<string, Operation>;
