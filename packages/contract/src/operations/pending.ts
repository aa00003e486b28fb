import type { TSchema } from 'typebox';
import { callRecordingOperations, RecordingStart } from './call-commands.ts';
import { conferenceRecordingOperations } from './conferences.ts';
import type { Operation } from './operation.ts';
import { TransferCreate, transferCommandOperations } from './outgoing-calls.ts';

/**
 * Operations that are agreed on and have no handler yet: the API does not have them and the reference does not tell
 * about them. When one gets its handler, its line moves to `operations.ts` and its bodies to `components.ts`.
 */
export const pendingOperations = {
  ...callRecordingOperations,
  ...conferenceRecordingOperations,
  ...transferCommandOperations,
} as const satisfies Record<string, Operation>;

/** The bodies of those operations, by the name that they will have. */
export const pendingComponents = {
  RecordingStart,
  TransferCreate,
} as const satisfies Record<string, TSchema>;
