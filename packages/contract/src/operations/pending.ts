import type { TSchema } from 'typebox';
import {
  callCommandOperations,
  CallDigits,
  CallMute,
  CallPlay,
  CallTalk,
  RecordingStart,
} from './call-commands.ts';
import { conferenceCommandOperations, ConferenceCreate, ConferenceUpdate } from './conferences.ts';
import { groupcallCommandOperations } from './groupcalls.ts';
import type { Operation } from './operation.ts';
import {
  CallCreate,
  CallsCreated,
  outgoingCallOperations,
  TransferCreate,
  transferCommandOperations,
} from './outgoing-calls.ts';

/**
 * Operations that are agreed on and have no handler yet: the API does not have them and the reference does not tell
 * about them. When one gets its handler, its line moves to `operations.ts` and its bodies to `components.ts`.
 */
export const pendingOperations = {
  ...outgoingCallOperations,
  ...callCommandOperations,
  ...conferenceCommandOperations,
  ...groupcallCommandOperations,
  ...transferCommandOperations,
} as const satisfies Record<string, Operation>;

/** The bodies of those operations, by the name that they will have. */
export const pendingComponents = {
  CallCreate,
  CallDigits,
  CallMute,
  CallPlay,
  CallTalk,
  CallsCreated,
  ConferenceCreate,
  ConferenceUpdate,
  RecordingStart,
  TransferCreate,
} as const satisfies Record<string, TSchema>;
