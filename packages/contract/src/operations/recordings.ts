import { Type, type Static } from 'typebox';
import { Recording } from '../resources/recording.ts';
import {
  type FileReply,
  fileReply,
  IdParams,
  jsonReply,
  listOf,
  PageQuery,
  type Operation,
} from './operation.ts';

export const RecordingList = listOf(Recording);
export type RecordingList = Static<typeof RecordingList>;

export const recordingOperations = {
  listRecordings: {
    method: 'GET',
    path: '/v1.0/recordings',
    tag: 'recordings',
    summary: 'List recordings',
    description: 'Those under way and those that have ended, newest first.',
    auth: 'key',
    query: PageQuery,
    reply: jsonReply(RecordingList),
    errors: [],
  },
  getRecording: {
    method: 'GET',
    path: '/v1.0/recordings/{id}',
    tag: 'recordings',
    summary: 'Read a recording',
    description: 'About it; what was recorded is at `GET /v1.0/recordingfiles/{id}`.',
    auth: 'key',
    params: IdParams,
    reply: jsonReply(Recording),
    errors: ['RECORDING_NOT_FOUND'],
  },
  deleteRecording: {
    method: 'DELETE',
    path: '/v1.0/recordings/{id}',
    tag: 'recordings',
    summary: 'Delete a recording',
    description: 'And its file, for good. One that is under way has to be stopped first (STATE_INVALID).',
    auth: 'key',
    params: IdParams,
    reply: jsonReply(Recording),
    errors: ['RECORDING_NOT_FOUND', 'STATE_INVALID', 'CONFLICT'],
  },
  getRecordingFile: {
    method: 'GET',
    path: '/v1.0/recordingfiles/{id}',
    tag: 'recordings',
    summary: 'Fetch what was recorded',
    description:
      'The WAV file. With `Range: bytes=...` a part of it, answered with 206 and `Content-Range`. One that is under way has what was written so far.',
    auth: 'key',
    params: IdParams,
    reply: fileReply(Type.Unsafe<FileReply>({ contentMediaType: 'audio/wav' })),
    errors: ['RECORDING_NOT_FOUND', 'RANGE_NOT_SATISFIABLE'],
  },
} as const satisfies Record<string, Operation>;
