import { Type, type Static } from 'typebox';
import { limits } from '../limits.ts';
import { Accesskey } from '../resources/accesskey.ts';
import { DetailInput, LabelInput, NameInput } from './inputs.ts';
import { IdParams, jsonReply, listOf, PageQuery, type Operation } from './operation.ts';

export const AccesskeyCreate = Type.Object(
  {
    name: Type.Optional(NameInput),
    detail: Type.Optional(DetailInput),
    expire: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: limits.accesskeySeconds,
        description: 'Seconds that the key stays in force; 0 or left out: until it is deleted.',
      }),
    ),
  },
  { additionalProperties: false },
);
export type AccesskeyCreate = Static<typeof AccesskeyCreate>;

export const AccesskeyList = listOf(Accesskey);
export type AccesskeyList = Static<typeof AccesskeyList>;

export const accesskeyOperations = {
  listAccesskeys: {
    method: 'GET',
    path: '/v1.0/accesskeys',
    tag: 'accesskeys',
    summary: 'List access keys',
    description: 'Without their tokens, of which only a hash is kept.',
    auth: 'key',
    query: PageQuery,
    reply: jsonReply(AccesskeyList),
    errors: [],
  },
  createAccesskey: {
    method: 'POST',
    path: '/v1.0/accesskeys',
    tag: 'accesskeys',
    summary: 'Make an access key',
    description: 'The reply is the only one that ever holds `token`: keep it.',
    auth: 'key',
    body: AccesskeyCreate,
    reply: jsonReply(Accesskey),
    errors: [],
  },
  getAccesskey: {
    method: 'GET',
    path: '/v1.0/accesskeys/{id}',
    tag: 'accesskeys',
    summary: 'Read an access key',
    description: 'Without its token, of which only a hash is kept.',
    auth: 'key',
    params: IdParams,
    reply: jsonReply(Accesskey),
    errors: ['ACCESSKEY_NOT_FOUND'],
  },
  updateAccesskey: {
    method: 'PUT',
    path: '/v1.0/accesskeys/{id}',
    tag: 'accesskeys',
    summary: 'Rename an access key',
    description:
      'Sets the keys that are sent and leaves the others. How long it is in force cannot be changed.',
    auth: 'key',
    params: IdParams,
    body: LabelInput,
    reply: jsonReply(Accesskey),
    errors: ['ACCESSKEY_NOT_FOUND', 'CONFLICT'],
  },
  deleteAccesskey: {
    method: 'DELETE',
    path: '/v1.0/accesskeys/{id}',
    tag: 'accesskeys',
    summary: 'Delete an access key',
    description:
      'The key is refused from the next request on. A key cannot delete itself (STATE_INVALID): the last one would leave nobody able to make another.',
    auth: 'key',
    params: IdParams,
    reply: jsonReply(Accesskey),
    errors: ['ACCESSKEY_NOT_FOUND', 'STATE_INVALID', 'CONFLICT'],
  },
} as const satisfies Record<string, Operation>;
