import { Type, type Static } from 'typebox';
import { Id } from '../ids.ts';
import { limits } from '../limits.ts';
import { ActionInput } from '../resources/action.ts';
import { Confbridge, Conference } from '../resources/room.ts';
import { RecordingStart } from './call-commands.ts';
import { DetailInput, NameInput } from './inputs.ts';
import { IdParams, jsonReply, listOf, PageQuery, type Operation } from './operation.ts';

const settings = {
  name: Type.Optional(NameInput),
  detail: Type.Optional(DetailInput),
  data: Type.Optional(
    Type.Record(Type.String({ pattern: '^[\\s\\S]{0,255}$' }), Type.Unknown(), {
      additionalProperties: false,
      maxProperties: 100,
      description: 'Yours; Parley never looks.',
    }),
  ),
  timeout: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: limits.conferenceSeconds,
      description: 'Seconds after which it is closed; 0 = never. 1 to 59 count as a day.',
    }),
  ),
  pre_actions: Type.Optional(
    Type.Array(ActionInput, {
      maxItems: limits.actionsPerFlow,
      description: 'Run by each caller before the room.',
    }),
  ),
  post_actions: Type.Optional(
    Type.Array(ActionInput, {
      maxItems: limits.actionsPerFlow,
      description: 'Run by each caller after the room.',
    }),
  ),
};

export const ConferenceCreate = Type.Object(
  { type: Conference.properties.type, ...settings },
  { additionalProperties: false },
);
export type ConferenceCreate = Static<typeof ConferenceCreate>;

export const ConferenceUpdate = Type.Object(settings, {
  additionalProperties: false,
  description: 'What is left out stays as it is. Actions count for calls that join from now on.',
});
export type ConferenceUpdate = Static<typeof ConferenceUpdate>;

export const ConferenceList = listOf(Conference);
export type ConferenceList = Static<typeof ConferenceList>;

export const ConfbridgeList = listOf(Confbridge);
export type ConfbridgeList = Static<typeof ConfbridgeList>;

export const ConferenceCallParams = Type.Object({ id: Id, call_id: Id }, { additionalProperties: false });

const onConference = {
  tag: 'conferences',
  auth: 'key',
  params: IdParams,
  reply: jsonReply(Conference),
} as const;

export const conferenceOperations = {
  listConferences: {
    method: 'GET',
    path: '/v1.0/conferences',
    tag: 'conferences',
    summary: 'List conferences',
    description: 'Those that are not over, newest first.',
    auth: 'key',
    query: PageQuery,
    reply: jsonReply(ConferenceList),
    errors: [],
  },
  getConference: {
    ...onConference,
    method: 'GET',
    path: '/v1.0/conferences/{id}',
    summary: 'Read a conference',
    description: 'Who is inside is in `call_ids`. One that is over can still be read.',
    errors: ['CONFERENCE_NOT_FOUND'],
  },
} as const satisfies Record<string, Operation>;

export const conferenceCommandOperations = {
  createConference: {
    method: 'POST',
    path: '/v1.0/conferences',
    tag: 'conferences',
    summary: 'Make a conference',
    description: 'Calls join it with the action `conference_join`, or by dialling it.',
    auth: 'key',
    body: ConferenceCreate,
    reply: jsonReply(Conference),
    errors: ['INVALID_FLOW'],
  },
  updateConference: {
    ...onConference,
    method: 'PUT',
    path: '/v1.0/conferences/{id}',
    summary: 'Change a conference',
    description: 'Sets the keys that are sent and leaves the others. A new `timeout` counts from now.',
    body: ConferenceUpdate,
    errors: ['CONFERENCE_NOT_FOUND', 'INVALID_FLOW', 'STATE_INVALID'],
  },
  deleteConference: {
    ...onConference,
    method: 'DELETE',
    path: '/v1.0/conferences/{id}',
    summary: 'Close a conference',
    description:
      'Everybody is put out and goes on with the actions after the room; `conference_deleted` tells that it is over.',
    errors: ['CONFERENCE_NOT_FOUND', 'STATE_INVALID'],
  },
  removeConferenceCall: {
    ...onConference,
    method: 'DELETE',
    path: '/v1.0/conferences/{id}/calls/{call_id}',
    summary: 'Put a call out of a conference',
    description: 'It goes on with the actions after the room. CALL_NOT_FOUND when it is not inside.',
    params: ConferenceCallParams,
    errors: ['CONFERENCE_NOT_FOUND', 'CALL_NOT_FOUND'],
  },
} as const satisfies Record<string, Operation>;

export const conferenceRecordingOperations = {
  startConferenceRecording: {
    ...onConference,
    method: 'POST',
    path: '/v1.0/conferences/{id}/recording_start',
    summary: 'Record a conference',
    description: 'The new recording is in `recording_id`; `recording_started` tells that it runs.',
    body: RecordingStart,
    errors: ['CONFERENCE_NOT_FOUND', 'STATE_INVALID', 'RECORDING_ALREADY_ACTIVE', 'FLOW_NOT_FOUND'],
  },
  stopConferenceRecording: {
    ...onConference,
    method: 'POST',
    path: '/v1.0/conferences/{id}/recording_stop',
    summary: 'End the recording of a conference',
    description: '`recording_finished` tells that its file is complete.',
    errors: ['CONFERENCE_NOT_FOUND', 'RECORDING_NOT_ACTIVE'],
  },
} as const satisfies Record<string, Operation>;

export const confbridgeOperations = {
  listConfbridges: {
    method: 'GET',
    path: '/v1.0/confbridges',
    tag: 'confbridges',
    summary: 'List mixing rooms',
    description: 'Those that are open, newest first.',
    auth: 'key',
    query: PageQuery,
    reply: jsonReply(ConfbridgeList),
    errors: [],
  },
  getConfbridge: {
    method: 'GET',
    path: '/v1.0/confbridges/{id}',
    tag: 'confbridges',
    summary: 'Read a mixing room',
    description: 'Who is inside is in `call_ids`. One that was closed can still be read.',
    auth: 'key',
    params: IdParams,
    reply: jsonReply(Confbridge),
    errors: ['CONFBRIDGE_NOT_FOUND'],
  },
} as const satisfies Record<string, Operation>;
