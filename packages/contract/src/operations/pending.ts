import type { TSchema } from 'typebox';
import {
  callCommandOperations,
  CallDigits,
  CallMute,
  CallPlay,
  CallTalk,
  RecordingStart,
} from './call-commands.ts';
import {
  confbridgeOperations,
  conferenceCommandOperations,
  ConferenceCreate,
  ConferenceUpdate,
  conferenceOperations,
} from './conferences.ts';
import { groupcallCommandOperations, groupcallOperations } from './groupcalls.ts';
import type { Operation } from './operation.ts';
import {
  CallCreate,
  CallsCreated,
  outgoingCallOperations,
  TransferCreate,
  transferCommandOperations,
  transferOperations,
} from './outgoing-calls.ts';
import { ProviderCreate, providerOperations, ProviderUpdate } from './providers.ts';
import { recordingFileOperations, recordingOperations } from './recordings.ts';
import { RouteCreate, routeOperations, RouteUpdate } from './routes.ts';
import { TrunkCreate, trunkOperations, TrunkUpdate } from './trunks.ts';

/**
 * Operations that are agreed on and have no handler yet: the API does not have them and the reference does not tell
 * about them. When one gets its handler, its line moves to `operations.ts` and its bodies to `components.ts`.
 */
export const pendingOperations = {
  ...outgoingCallOperations,
  ...callCommandOperations,
  ...conferenceCommandOperations,
  ...groupcallCommandOperations,
  ...recordingFileOperations,
  ...transferCommandOperations,
  ...conferenceOperations,
  ...confbridgeOperations,
  ...groupcallOperations,
  ...recordingOperations,
  ...transferOperations,
  ...providerOperations,
  ...routeOperations,
  ...trunkOperations,
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
  ProviderCreate,
  ProviderUpdate,
  RecordingStart,
  RouteCreate,
  RouteUpdate,
  TransferCreate,
  TrunkCreate,
  TrunkUpdate,
} as const satisfies Record<string, TSchema>;
