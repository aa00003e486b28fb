import { Type, type Static } from 'typebox';
import { Id } from '../ids.ts';
import { PhoneNumber } from '../resources/number.ts';
import { DetailInput, LabelInput, NameInput, NumberInput } from './inputs.ts';
import { IdParams, jsonReply, listOf, PageQuery, type Operation } from './operation.ts';

export const NumberCreate = Type.Object(
  {
    number: NumberInput,
    call_flow_id: Type.Optional(Id),
    message_flow_id: Type.Optional(Id),
    name: Type.Optional(NameInput),
    detail: Type.Optional(DetailInput),
  },
  { additionalProperties: false },
);
export type NumberCreate = Static<typeof NumberCreate>;

export const NumberFlowIds = Type.Object(
  { call_flow_id: Type.Optional(Id), message_flow_id: Type.Optional(Id) },
  {
    additionalProperties: false,
    description: 'What is left out stays as it is; the nil UUID means no flow.',
  },
);
export type NumberFlowIds = Static<typeof NumberFlowIds>;

export const NumberList = listOf(PhoneNumber);
export type NumberList = Static<typeof NumberList>;

export const numberOperations = {
  listNumbers: {
    method: 'GET',
    path: '/v1.0/numbers',
    tag: 'numbers',
    summary: 'List numbers',
    description: 'Newest first.',
    auth: 'key',
    query: PageQuery,
    reply: jsonReply(NumberList),
    errors: [],
  },
  createNumber: {
    method: 'POST',
    path: '/v1.0/numbers',
    tag: 'numbers',
    summary: 'Take a number into use',
    description: 'Calls to it run `call_flow_id`; without one they are refused. No two numbers are the same.',
    auth: 'key',
    body: NumberCreate,
    reply: jsonReply(PhoneNumber),
    errors: ['NUMBER_TAKEN', 'FLOW_NOT_FOUND', 'CONFLICT'],
  },
  getNumber: {
    method: 'GET',
    path: '/v1.0/numbers/{id}',
    tag: 'numbers',
    summary: 'Read a number',
    description: 'By its id, not by its digits.',
    auth: 'key',
    params: IdParams,
    reply: jsonReply(PhoneNumber),
    errors: ['NUMBER_NOT_FOUND'],
  },
  updateNumber: {
    method: 'PUT',
    path: '/v1.0/numbers/{id}',
    tag: 'numbers',
    summary: 'Rename a number',
    description: 'Sets the keys that are sent and leaves the others.',
    auth: 'key',
    params: IdParams,
    body: LabelInput,
    reply: jsonReply(PhoneNumber),
    errors: ['NUMBER_NOT_FOUND', 'CONFLICT'],
  },
  updateNumberFlowIds: {
    method: 'PUT',
    path: '/v1.0/numbers/{id}/flow_ids',
    tag: 'numbers',
    summary: 'Choose the flows of a number',
    description: 'For calls that come in from now on.',
    auth: 'key',
    params: IdParams,
    body: NumberFlowIds,
    reply: jsonReply(PhoneNumber),
    errors: ['NUMBER_NOT_FOUND', 'FLOW_NOT_FOUND', 'CONFLICT'],
  },
  deleteNumber: {
    method: 'DELETE',
    path: '/v1.0/numbers/{id}',
    tag: 'numbers',
    summary: 'Give a number up',
    description: 'Calls to it are refused from now on, and it may be taken again.',
    auth: 'key',
    params: IdParams,
    reply: jsonReply(PhoneNumber),
    errors: ['NUMBER_NOT_FOUND', 'CONFLICT'],
  },
} as const satisfies Record<string, Operation>;
