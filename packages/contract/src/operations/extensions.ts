import { Type, type Static } from 'typebox';
import { Id, idOf } from '../ids.ts';
import { limits } from '../limits.ts';
import { Extension } from '../resources/extension.ts';
import { Registration } from '../resources/registration.ts';
import { DetailInput, NameInput } from './inputs.ts';
import { IdParams, jsonReply, listOf, PageQuery, type Operation } from './operation.ts';

const PasswordInput = Type.String({
  minLength: limits.passwordShortest,
  maxLength: limits.passwordLength,
  pattern: '^[^\\u0000-\\u001f\\u007f]*$',
  description: 'What its phones log in with. Only hashes of it are kept, and no reply shows it.',
});

export const ExtensionCreate = Type.Object(
  {
    extension: Type.String({
      pattern: `^[0-9A-Za-z*._-]{1,${limits.numberLength}}$`,
      description: 'What people dial, such as `1001`; the user name of its phones too.',
    }),
    password: PasswordInput,
    name: Type.Optional(NameInput),
    detail: Type.Optional(DetailInput),
    domain_id: Type.Optional(idOf('May be left out: there is one domain, with the id of your customer.')),
  },
  { additionalProperties: false },
);
export type ExtensionCreate = Static<typeof ExtensionCreate>;

export const ExtensionUpdate = Type.Object(
  {
    name: Type.Optional(NameInput),
    detail: Type.Optional(DetailInput),
    password: Type.Optional(PasswordInput),
  },
  { additionalProperties: false, description: 'What is left out stays as it is.' },
);
export type ExtensionUpdate = Static<typeof ExtensionUpdate>;

export const ExtensionQuery = Type.Object(
  { ...PageQuery.properties, domain_id: Type.Optional(Id) },
  { additionalProperties: false },
);
export type ExtensionQuery = Static<typeof ExtensionQuery>;

export const ExtensionList = listOf(Extension);
export type ExtensionList = Static<typeof ExtensionList>;

export const RegistrationList = Type.Object({
  result: Type.Array(Registration, { description: 'In the order in which they are rung.' }),
  next_page_token: Type.String({ description: 'Always empty: an extension has few phones.' }),
});
export type RegistrationList = Static<typeof RegistrationList>;

export const extensionOperations = {
  listExtensions: {
    method: 'GET',
    path: '/v1.0/extensions',
    tag: 'extensions',
    summary: 'List extensions',
    description: 'Newest first. A `domain_id` that is not yours has none.',
    auth: 'key',
    query: ExtensionQuery,
    reply: jsonReply(ExtensionList),
    errors: [],
  },
  createExtension: {
    method: 'POST',
    path: '/v1.0/extensions',
    tag: 'extensions',
    summary: 'Make an extension',
    description: 'Phones can register with it at once. No two extensions of a customer are the same.',
    auth: 'key',
    body: ExtensionCreate,
    reply: jsonReply(Extension),
    errors: ['EXTENSION_TAKEN', 'CONFLICT'],
  },
  getExtension: {
    method: 'GET',
    path: '/v1.0/extensions/{id}',
    tag: 'extensions',
    summary: 'Read an extension',
    description: 'By its id, not by what people dial. Without its password, of which only hashes are kept.',
    auth: 'key',
    params: IdParams,
    reply: jsonReply(Extension),
    errors: ['EXTENSION_NOT_FOUND'],
  },
  updateExtension: {
    method: 'PUT',
    path: '/v1.0/extensions/{id}',
    tag: 'extensions',
    summary: 'Change an extension',
    description:
      'Sets the keys that are sent and leaves the others. A new password ends the registrations made with the old one.',
    auth: 'key',
    params: IdParams,
    body: ExtensionUpdate,
    reply: jsonReply(Extension),
    errors: ['EXTENSION_NOT_FOUND', 'CONFLICT'],
  },
  deleteExtension: {
    method: 'DELETE',
    path: '/v1.0/extensions/{id}',
    tag: 'extensions',
    summary: 'Delete an extension',
    description: 'Its phones are no longer rung and can no longer log in; it may be made again.',
    auth: 'key',
    params: IdParams,
    reply: jsonReply(Extension),
    errors: ['EXTENSION_NOT_FOUND', 'CONFLICT'],
  },
  listRegistrations: {
    method: 'GET',
    path: '/v1.0/extensions/{id}/registrations',
    tag: 'extensions',
    summary: 'See which phones are registered',
    description: 'Those that a call to the extension would ring now, at most ten.',
    auth: 'key',
    params: IdParams,
    reply: jsonReply(RegistrationList),
    errors: ['EXTENSION_NOT_FOUND'],
  },
} as const satisfies Record<string, Operation>;
