import type { Static, TSchema } from 'typebox';
import { errorReasons, type ErrorReason } from './errors.ts';
import { accesskeyOperations } from './operations/accesskeys.ts';
import { activeflowOperations } from './operations/activeflows.ts';
import { agentOperations } from './operations/agents.ts';
import { callCommandOperations, callRecordingOperations } from './operations/call-commands.ts';
import { callOperations } from './operations/calls.ts';
import {
  confbridgeOperations,
  conferenceCommandOperations,
  conferenceOperations,
  conferenceRecordingOperations,
} from './operations/conferences.ts';
import { customerOperations } from './operations/customer.ts';
import { eventOperations } from './operations/events.ts';
import { extensionOperations } from './operations/extensions.ts';
import { flowOperations } from './operations/flows.ts';
import { groupcallCommandOperations, groupcallOperations } from './operations/groupcalls.ts';
import { numberOperations } from './operations/numbers.ts';
import type { Operation } from './operations/operation.ts';
import {
  outgoingCallOperations,
  transferCommandOperations,
  transferOperations,
} from './operations/outgoing-calls.ts';
import { probeOperations } from './operations/probes.ts';
import { providerOperations } from './operations/providers.ts';
import { queueOperations } from './operations/queues.ts';
import { queuecallCommandOperations, queuecallOperations } from './operations/queuecalls.ts';
import { recordingOperations } from './operations/recordings.ts';
import { routeOperations } from './operations/routes.ts';
import { supervisionOperations } from './operations/supervision.ts';
import { statisticsOperations } from './operations/statistics.ts';
import { tagOperations } from './operations/tags.ts';
import { trunkOperations } from './operations/trunks.ts';

/** Everything the API can do, by operation id. */
export const operations = {
  ...customerOperations,
  ...accesskeyOperations,
  ...flowOperations,
  ...numberOperations,
  ...tagOperations,
  ...agentOperations,
  ...queueOperations,
  ...statisticsOperations,
  ...queuecallOperations,
  ...queuecallCommandOperations,
  ...extensionOperations,
  ...callOperations,
  ...outgoingCallOperations,
  ...callCommandOperations,
  ...callRecordingOperations,
  ...supervisionOperations,
  ...activeflowOperations,
  ...groupcallOperations,
  ...groupcallCommandOperations,
  ...conferenceOperations,
  ...conferenceCommandOperations,
  ...conferenceRecordingOperations,
  ...confbridgeOperations,
  ...recordingOperations,
  ...transferOperations,
  ...transferCommandOperations,
  ...providerOperations,
  ...routeOperations,
  ...trunkOperations,
  ...eventOperations,
  ...probeOperations,
} as const;

export type OperationId = keyof typeof operations;

export const operationIds = Object.keys(operations) as readonly OperationId[];

type PartOf<O, Part extends string> = O extends { readonly [P in Part]: infer S extends TSchema }
  ? Static<S>
  : undefined;

type RequestsOf<Table extends Record<string, Operation>> = {
  readonly [K in keyof Table]: {
    readonly params: PartOf<Table[K], 'params'>;
    readonly query: PartOf<Table[K], 'query'>;
    readonly body: PartOf<Table[K], 'body'>;
  };
};

type RepliesOf<Table extends Record<string, Operation>> = {
  readonly [K in keyof Table]: Static<Table[K]['reply']['schema']>;
};

/** Worked out once per operation; as a function of `K` the compiler would do it at every use. */
type Requests = RequestsOf<typeof operations>;
type Replies = RepliesOf<typeof operations>;

/** What a handler of `K` is given, checked. Parts that the operation does not have are undefined. */
export type OperationRequest<K extends OperationId = OperationId> = Requests[K];

/** What a handler of `K` answers. */
export type OperationReply<K extends OperationId = OperationId> = Replies[K];

/** Every reason an operation may be refused with, its own and the general ones, in the order of the registry. */
export function possibleErrors(operation: Operation): readonly ErrorReason[] {
  const possible = new Set<ErrorReason>(operation.errors);
  for (const reason of generalErrors(operation)) possible.add(reason);
  return errorReasons.filter((reason) => possible.has(reason));
}

function* generalErrors(operation: Operation): Generator<ErrorReason> {
  yield 'INTERNAL';
  if (operation.auth === 'key') {
    yield* ['AUTHENTICATION_REQUIRED', 'INVALID_CREDENTIALS', 'RATE_LIMIT_EXCEEDED', 'UNAVAILABLE'] as const;
    if (operation.agents !== true) yield 'PERMISSION_DENIED';
  }
  if (operation.params !== undefined) yield 'INVALID_ID';
  if (operation.query !== undefined) yield 'INVALID_ARGUMENT';
  if (operation.body !== undefined) {
    yield* ['INVALID_JSON_BODY', 'UNSUPPORTED_MEDIA_TYPE', 'PAYLOAD_TOO_LARGE', 'INVALID_ARGUMENT'] as const;
  }
}
