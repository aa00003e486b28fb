import { Type, type Static } from 'typebox';
import { ErrorDetail } from './error-details.ts';

/** What kind of thing went wrong; coarse, for programs that do not know the reason. */
export const errorStatuses = [
  'INVALID_ARGUMENT',
  'UNAUTHENTICATED',
  'PERMISSION_DENIED',
  'NOT_FOUND',
  'ALREADY_EXISTS',
  'FAILED_PRECONDITION',
  'RESOURCE_EXHAUSTED',
  'INTERNAL',
  'UNAVAILABLE',
] as const;
export type ErrorStatus = (typeof errorStatuses)[number];

export interface ErrorEntry {
  readonly status: ErrorStatus;
  /** The HTTP status of the reply. */
  readonly http: number;
  /** What happened; `{slot}` is replaced by a value of the case at hand. */
  readonly message: string;
  /** What the reader should do. */
  readonly remedy: string;
}

/** Every error the API answers. A reason, once published, never changes its name or its meaning. */
export const errorTable = {
  AUTHENTICATION_REQUIRED: {
    status: 'UNAUTHENTICATED',
    http: 401,
    message: 'This needs an access key and the request carries none.',
    remedy: 'Send `Authorization: Bearer KEY`, or `?accesskey=KEY` where a header cannot be set.',
  },
  INVALID_CREDENTIALS: {
    status: 'UNAUTHENTICATED',
    http: 401,
    message: 'The access key is unknown, expired or deleted.',
    remedy: 'Use a key that is in force; make a new one with a key that still is.',
  },
  LOGIN_REFUSED: {
    status: 'UNAUTHENTICATED',
    http: 401,
    message: 'There is no agent with this user name and password.',
    remedy: 'Check both. A new password can be set with `PUT /v1.0/agents/{id}/password`.',
  },
  PERMISSION_DENIED: {
    status: 'PERMISSION_DENIED',
    http: 403,
    message: 'This is not permitted: {problem}.',
    remedy: 'Use an access key of the customer; or give the agent the permission that it takes.',
  },
  INVALID_JSON_BODY: {
    status: 'INVALID_ARGUMENT',
    http: 400,
    message: 'The body is not JSON: {problem}.',
    remedy: 'Send one JSON object in UTF-8.',
  },
  UNSUPPORTED_MEDIA_TYPE: {
    status: 'INVALID_ARGUMENT',
    http: 415,
    message: 'The body is of type {type}; only application/json is read.',
    remedy: 'Send JSON with `Content-Type: application/json`.',
  },
  PAYLOAD_TOO_LARGE: {
    status: 'INVALID_ARGUMENT',
    http: 413,
    message: 'The body is larger than {limit} bytes.',
    remedy: 'Send less. A flow that does not fit can be split and continued with `fetch_flow`.',
  },
  INVALID_ID: {
    status: 'INVALID_ARGUMENT',
    http: 400,
    message: '"{id}" is not an id.',
    remedy: 'Ids are UUIDs in lower case, as the API gave them.',
  },
  INVALID_ARGUMENT: {
    status: 'INVALID_ARGUMENT',
    http: 400,
    message: 'The request is not as it should be: {problem}.',
    remedy: 'Correct what `details` names: each entry has the place and what is wrong there.',
  },
  INVALID_FLOW: {
    status: 'INVALID_ARGUMENT',
    http: 400,
    message: 'The flow cannot run: {problem}.',
    remedy:
      'Correct the actions that `details` names. `POST /v1.0/flows/check` tries a flow without saving it.',
  },
  ROUTE_NOT_FOUND: {
    status: 'NOT_FOUND',
    http: 404,
    message: 'There is nothing at {method} {path}.',
    remedy: 'See the list of operations, or `GET /openapi.json`.',
  },
  METHOD_NOT_ALLOWED: {
    status: 'INVALID_ARGUMENT',
    http: 405,
    message: '{path} does not take {method}.',
    remedy: 'Use one of the methods in the `Allow` header.',
  },
  RESOURCE_NOT_FOUND: {
    status: 'NOT_FOUND',
    http: 404,
    message: 'There is no {resource} with the id {id}.',
    remedy: 'Check the id, and that the key belongs to the customer who owns it.',
  },
  ACCESSKEY_NOT_FOUND: {
    status: 'NOT_FOUND',
    http: 404,
    message: 'There is no access key with the id {id}.',
    remedy: 'List the keys in force with `GET /v1.0/accesskeys`.',
  },
  FLOW_NOT_FOUND: {
    status: 'NOT_FOUND',
    http: 404,
    message: 'There is no flow with the id {id}.',
    remedy: 'Check the id; a deleted flow is gone for good.',
  },
  NUMBER_NOT_FOUND: {
    status: 'NOT_FOUND',
    http: 404,
    message: 'There is no number with the id {id}.',
    remedy: 'Give the id of the number, not the digits people dial.',
  },
  TAG_NOT_FOUND: {
    status: 'NOT_FOUND',
    http: 404,
    message: 'There is no tag with the id {id}.',
    remedy: 'List the tags with `GET /v1.0/tags`.',
  },
  EXTENSION_NOT_FOUND: {
    status: 'NOT_FOUND',
    http: 404,
    message: 'There is no extension with the id {id}.',
    remedy: 'Give the id of the extension, not what people dial.',
  },
  CALL_NOT_FOUND: {
    status: 'NOT_FOUND',
    http: 404,
    message: 'There is no call with the id {id}.',
    remedy: 'Check the id; the record may have been deleted.',
  },
  ACTIVEFLOW_NOT_FOUND: {
    status: 'NOT_FOUND',
    http: 404,
    message: 'There is no activeflow with the id {id}.',
    remedy: "Check the id; it is in the call's `activeflow_id`.",
  },
  CONFERENCE_NOT_FOUND: {
    status: 'NOT_FOUND',
    http: 404,
    message: 'There is no conference with the id {id}.',
    remedy: 'List those that are open with `GET /v1.0/conferences`.',
  },
  CONFBRIDGE_NOT_FOUND: {
    status: 'NOT_FOUND',
    http: 404,
    message: 'There is no mixing room with the id {id}.',
    remedy: 'List those that are open with `GET /v1.0/confbridges`.',
  },
  GROUPCALL_NOT_FOUND: {
    status: 'NOT_FOUND',
    http: 404,
    message: 'There is no group dial with the id {id}.',
    remedy: 'Check the id; it is in the `groupcall_id` of its calls.',
  },
  RECORDING_NOT_FOUND: {
    status: 'NOT_FOUND',
    http: 404,
    message: 'There is no recording with the id {id}.',
    remedy: 'Check the id; it is in the `recording_ids` of the call. A deleted recording is gone for good.',
  },
  AGENT_NOT_FOUND: {
    status: 'NOT_FOUND',
    http: 404,
    message: 'There is no agent with the id {id}.',
    remedy: 'List the agents with `GET /v1.0/agents`.',
  },
  QUEUE_NOT_FOUND: {
    status: 'NOT_FOUND',
    http: 404,
    message: 'There is no queue with the id {id}.',
    remedy: 'List the queues with `GET /v1.0/queues`.',
  },
  QUEUECALL_NOT_FOUND: {
    status: 'NOT_FOUND',
    http: 404,
    message: 'There is no visit to a queue with the id {id}, nor of a call with this id.',
    remedy: 'Check the id; it is in the events `queuecall_*`.',
  },
  PROVIDER_NOT_FOUND: {
    status: 'NOT_FOUND',
    http: 404,
    message: 'There is no provider with the id {id}.',
    remedy: 'List the providers with `GET /v1.0/providers`.',
  },
  DIALROUTE_NOT_FOUND: {
    status: 'NOT_FOUND',
    http: 404,
    message: 'There is no route for calls with the id {id}.',
    remedy: 'List the routes with `GET /v1.0/routes`.',
  },
  TRUNK_NOT_FOUND: {
    status: 'NOT_FOUND',
    http: 404,
    message: 'There is no trunk with the id {id}.',
    remedy: 'List the trunks with `GET /v1.0/trunks`.',
  },
  TRANSFER_NOT_FOUND: {
    status: 'NOT_FOUND',
    http: 404,
    message: 'There is no transfer with the id {id}.',
    remedy: 'Check the id; it is in the answer to the request for the transfer.',
  },
  SUPERVISION_NOT_FOUND: {
    status: 'NOT_FOUND',
    http: 404,
    message: 'Nobody supervises the call {id}.',
    remedy:
      'Begin with `POST /v1.0/calls/{id}/supervision`. It ends with the talk, and when the supervisor leaves or takes over.',
  },
  DOMAIN_TAKEN: {
    status: 'ALREADY_EXISTS',
    http: 409,
    message: 'The domain {domain} is in use.',
    remedy: 'Choose another one; the domains of trunks are unique over all customers.',
  },
  PROVIDER_IN_USE: {
    status: 'FAILED_PRECONDITION',
    http: 409,
    message: 'The provider {id} is used by the route {route}.',
    remedy: 'Delete its routes first, or give them another provider.',
  },
  NUMBER_TAKEN: {
    status: 'ALREADY_EXISTS',
    http: 409,
    message: 'The number {number} is in use.',
    remedy: 'Change the number that has it, or delete that one first.',
  },
  USERNAME_TAKEN: {
    status: 'ALREADY_EXISTS',
    http: 409,
    message: 'The user name {username} is in use.',
    remedy: 'Choose another one; the user names of agents are unique over all customers.',
  },
  EXTENSION_TAKEN: {
    status: 'ALREADY_EXISTS',
    http: 409,
    message: 'The extension {extension} is in use.',
    remedy: 'Take another, or delete the one that has it first.',
  },
  CALL_ALREADY_HANGUP: {
    status: 'FAILED_PRECONDITION',
    http: 409,
    message: 'The call {id} is over.',
    remedy: 'Nothing is left to do on it.',
  },
  CALL_STATE_INVALID: {
    status: 'FAILED_PRECONDITION',
    http: 409,
    message: 'The call {id} is {status}: {problem}.',
    remedy:
      'Wait for the event that tells of the state it needs. `docs/reference/call-commands.md` says which state allows what; a record can be deleted once the call is hung up.',
  },
  RECORDING_ALREADY_ACTIVE: {
    status: 'FAILED_PRECONDITION',
    http: 409,
    message: 'The recording {recording} is under way.',
    remedy: 'Stop it first; there is one at a time.',
  },
  RECORDING_NOT_ACTIVE: {
    status: 'FAILED_PRECONDITION',
    http: 409,
    message: 'Nothing is being recorded in {resource} {id}.',
    remedy: 'Start a recording first.',
  },
  GROUPCALL_ALREADY_HANGUP: {
    status: 'FAILED_PRECONDITION',
    http: 409,
    message: 'The group dial {id} is over.',
    remedy: 'Nothing is left to do on it.',
  },
  DESTINATION_REFUSED: {
    status: 'FAILED_PRECONDITION',
    http: 409,
    message: 'No call could be set up: {problem}.',
    remedy:
      'For a telephone number see that a route leads to a provider whose `allowed_prefixes` has its beginning; for an extension, that a device is registered; for an agent, that one of the addresses is reached.',
  },
  RANGE_NOT_SATISFIABLE: {
    status: 'INVALID_ARGUMENT',
    http: 416,
    message: 'The file has {size} bytes, and none of those asked for.',
    remedy: 'Ask for bytes that there are; without `Range` the whole file comes.',
  },
  STATE_INVALID: {
    status: 'FAILED_PRECONDITION',
    http: 409,
    message: 'This cannot be done now: {problem}.',
    remedy: 'Read the resource again and act on what it is now.',
  },
  CONFLICT: {
    status: 'FAILED_PRECONDITION',
    http: 409,
    message: 'Someone else changed the {resource} at the same moment.',
    remedy: 'Nothing was changed by this request. Send it again.',
  },
  EVENTS_PRUNED: {
    status: 'FAILED_PRECONDITION',
    http: 409,
    message: 'Events that follow this cursor are no longer kept.',
    remedy:
      'Leave `after` out to go on from the oldest event that is kept, read your resources again for what you missed, and read more often than events are kept (the setting `eventRetention`, in days).',
  },
  RATE_LIMIT_EXCEEDED: {
    status: 'RESOURCE_EXHAUSTED',
    http: 429,
    message: 'Too many requests.',
    remedy: 'Wait as many seconds as `Retry-After` says.',
  },
  INTERNAL: {
    status: 'INTERNAL',
    http: 500,
    message: 'Parley failed to do this. It was logged under the request id.',
    remedy: 'Report it with the request id.',
  },
  UNAVAILABLE: {
    status: 'UNAVAILABLE',
    http: 503,
    message: 'Not now: {problem}.',
    remedy: 'Try again after `Retry-After` seconds, or at another node.',
  },
} as const satisfies Record<string, ErrorEntry>;

export type ErrorReason = keyof typeof errorTable;

export const errorReasons = Object.keys(errorTable) as readonly ErrorReason[];

type SlotsIn<Text extends string> = Text extends `${string}{${infer Slot}}${infer Rest}`
  ? Slot | SlotsIn<Rest>
  : never;

/** The values that the message of reason `R` needs. */
export type ErrorSlots<R extends ErrorReason> = Readonly<
  Record<SlotsIn<(typeof errorTable)[R]['message']>, string | number>
>;

export const ErrorBody = Type.Object(
  {
    error: Type.Object({
      status: Type.Enum([...errorStatuses]),
      reason: Type.Enum(errorReasons as ErrorReason[]),
      message: Type.String({ description: 'For people. Do not compare it.' }),
      request_id: Type.String({ description: 'The same as the `X-Request-Id` header; find it in the log.' }),
      details: Type.Optional(Type.Array(ErrorDetail)),
    }),
  },
  { description: 'What every error looks like.' },
);
export type ErrorBody = Static<typeof ErrorBody>;

/** An error on its way to a client: plain data, before it knows its request. */
export interface ApiError {
  readonly reason: ErrorReason;
  readonly message: string;
  readonly details?: readonly ErrorDetail[];
}

/** The error of this reason, its message filled in. */
export function apiError<R extends ErrorReason>(
  reason: R,
  slots: ErrorSlots<R>,
  details?: readonly ErrorDetail[],
): ApiError {
  const values: Readonly<Record<string, string | number>> = slots;
  const message = errorTable[reason].message.replaceAll(/\{(\w+)\}/g, (_, slot: string) =>
    String(values[slot]),
  );
  return details === undefined ? { reason, message } : { reason, message, details };
}

/** The body to answer `error` with. Its HTTP status is `errorTable[error.reason].http`. */
export function errorBody(error: ApiError, requestId: string): ErrorBody {
  const { status } = errorTable[error.reason];
  const body = { status, reason: error.reason, message: error.message, request_id: requestId };
  return { error: error.details === undefined ? body : { ...body, details: [...error.details] } };
}
