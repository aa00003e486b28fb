import { Type, type Static } from 'typebox';
import { Id } from '../ids.ts';
import { limits } from '../limits.ts';
import { ActionInput } from '../resources/action.ts';
import { AddressInput } from '../resources/address.ts';
import { Call } from '../resources/call.ts';
import { Groupcall, RingMethod } from '../resources/groupcall.ts';
import { Transfer, TransferType } from '../resources/transfer.ts';
import { IdParams, jsonReply, listOf, PageQuery, type Operation } from './operation.ts';

export const Destinations = Type.Array(AddressInput, {
  minItems: 1,
  maxItems: limits.destinationsPerCall,
  description: 'Who is called. A `type` that is left out is read off `target`.',
});

export const Variables = Type.Record(
  Type.String({ pattern: `^[\\s\\S]{1,${limits.variableNameLength}}$` }),
  Type.String({ maxLength: limits.variableLength }),
  {
    additionalProperties: false,
    maxProperties: limits.variables,
    description: 'What `${name}` stands for in the flow.',
  },
);

export const CallCreate = Type.Object(
  {
    source: Type.Object(AddressInput.properties, {
      additionalProperties: false,
      description: 'Who calls: the number that is shown.',
    }),
    destinations: Destinations,
    flow_id: Type.Optional(Id),
    actions: Type.Optional(
      Type.Array(ActionInput, {
        maxItems: limits.actionsPerFlow,
        description:
          'A flow just for this, when there is no `flow_id`. With neither, a call ends when it is answered.',
      }),
    ),
    variables: Type.Optional(Variables),
    early_execution: Type.Optional(
      Type.Boolean({ description: 'The flow begins before the answer. Default: at the answer.' }),
    ),
    anonymous: Type.Optional(
      Type.Enum(['yes', 'no', 'auto'], {
        description:
          'Whether the number of the source is kept from the far end; `auto`, the default: when the source has none.',
      }),
    ),
    timeout: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: limits.dialSeconds,
        description: `Seconds until a call nobody answers is withdrawn; ${limits.defaultDialSeconds} when left out.`,
      }),
    ),
  },
  { additionalProperties: false },
);
export type CallCreate = Static<typeof CallCreate>;

export const CallsCreated = Type.Object(
  {
    calls: Type.Array(Call, { description: 'One for each destination that is dialled by itself.' }),
    groupcalls: Type.Array(Groupcall, {
      description: 'One for each that is several: an agent, an extension.',
    }),
  },
  { description: 'What was set up. A destination that could not be is left out.' },
);
export type CallsCreated = Static<typeof CallsCreated>;

export const GroupcallCreate = Type.Object(
  { ...CallCreate.properties, ring_method: Type.Optional(RingMethod) },
  { additionalProperties: false },
);
export type GroupcallCreate = Static<typeof GroupcallCreate>;

export const outgoingCallOperations = {
  createCalls: {
    method: 'POST',
    path: '/v1.0/calls',
    tag: 'calls',
    summary: 'Call someone',
    description:
      'Calls each destination and runs the flow for each that answers. A destination that cannot be dialled is left out of the answer and does not stop the others; when none can be, DESTINATION_REFUSED says why. An `agent` is called at the addresses of the agent; a `conference` cannot be called.',
    auth: 'key',
    body: CallCreate,
    reply: jsonReply(CallsCreated),
    errors: ['FLOW_NOT_FOUND', 'INVALID_FLOW', 'DESTINATION_REFUSED'],
  },
  createGroupcall: {
    method: 'POST',
    path: '/v1.0/groupcalls',
    tag: 'groupcalls',
    summary: 'Call several, for one to answer',
    description:
      'Calls the destinations at once, or one after the other, and runs the flow for the first that answers; the others are withdrawn. One that cannot be dialled is left out; when none can be, DESTINATION_REFUSED says why.',
    auth: 'key',
    body: GroupcallCreate,
    reply: jsonReply(Groupcall),
    errors: ['FLOW_NOT_FOUND', 'INVALID_FLOW', 'DESTINATION_REFUSED'],
  },
} as const satisfies Record<string, Operation>;

export const TransferCreate = Type.Object(
  {
    transfer_type: TransferType,
    transferer_call_id: Id,
    transferee_addresses: Destinations,
  },
  { additionalProperties: false },
);
export type TransferCreate = Static<typeof TransferCreate>;

export const TransferList = listOf(Transfer);
export type TransferList = Static<typeof TransferList>;

export const transferOperations = {
  listTransfers: {
    method: 'GET',
    path: '/v1.0/transfers',
    tag: 'transfers',
    summary: 'List transfers',
    description: 'Newest first.',
    auth: 'key',
    query: PageQuery,
    reply: jsonReply(TransferList),
    errors: [],
  },
  getTransfer: {
    method: 'GET',
    path: '/v1.0/transfers/{id}',
    tag: 'transfers',
    summary: 'Read a transfer',
    description: 'Whom it went to is in `transferee_call_id` once someone has answered.',
    auth: 'key',
    params: IdParams,
    reply: jsonReply(Transfer),
    errors: ['TRANSFER_NOT_FOUND'],
  },
} as const satisfies Record<string, Operation>;

export const transferCommandOperations = {
  createTransfer: {
    method: 'POST',
    path: '/v1.0/transfers',
    tag: 'transfers',
    summary: 'Hand a conversation on',
    description:
      'The call has to be in a room with somebody (STATE_INVALID otherwise). `blind`: it leaves at once and the others hear ringing. `attended`: the others hear music until it hangs up or the new party does. A `conference` is an address of its own: blind, the others go there, and nobody is called.',
    auth: 'key',
    body: TransferCreate,
    reply: jsonReply(Transfer),
    errors: [
      'CALL_NOT_FOUND',
      'CALL_ALREADY_HANGUP',
      'CALL_STATE_INVALID',
      'STATE_INVALID',
      'CONFERENCE_NOT_FOUND',
      'DESTINATION_REFUSED',
    ],
  },
} as const satisfies Record<string, Operation>;
