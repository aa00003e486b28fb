import { Type, type Static } from 'typebox';
import { limits } from '../limits.ts';
import { Provider, SipTransport } from '../resources/provider.ts';
import { DetailInput, NameInput, PasswordInput, PrefixInput, UsernameInput } from './inputs.ts';
import { IdParams, jsonReply, listOf, PageQuery, type Operation } from './operation.ts';

const DialledPart = Type.String({
  pattern: '^[0-9A-Za-z*#+._~-]{0,32}$',
  description: 'Put before or behind the number dialled.',
});

const settings = {
  tech_prefix: Type.Optional(DialledPart),
  tech_postfix: Type.Optional(DialledPart),
  tech_headers: Type.Optional(
    Type.Record(
      Type.String({ pattern: "^[0-9A-Za-z.!%*_+`'~-]{1,64}$" }),
      Type.String({ pattern: `^[ -~]{0,${limits.techHeaderLength}}$` }),
      {
        additionalProperties: false,
        maxProperties: limits.techHeaders,
        description:
          'Headers added to each INVITE, in printable ASCII. Those that SIP itself needs cannot be set.',
      },
    ),
  ),
  name: Type.Optional(NameInput),
  detail: Type.Optional(DetailInput),
  codecs: Type.Optional(
    Type.String({
      pattern: '^((PCMU|PCMA)(,(PCMU|PCMA))?)?$',
      description: 'What is offered to it, best first: PCMU, PCMA, parted by commas; empty = all.',
    }),
  ),
  port: Type.Optional(Provider.properties.port),
  transport: Type.Optional(SipTransport),
  username: Type.Optional(UsernameInput),
  password: Type.Optional(PasswordInput),
  register: Type.Optional(
    Type.Boolean({ description: 'Register with it, so that it can send calls to us; needs a `username`.' }),
  ),
  calls_per_second: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: limits.providerCallsPerSecond,
      description: 'New calls it takes in a second; 0 = any.',
    }),
  ),
  max_calls: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: limits.providerCalls,
      description: 'Calls it takes at one time; 0 = any.',
    }),
  ),
  allowed_prefixes: Type.Optional(
    Type.Array(PrefixInput, {
      maxItems: limits.allowedPrefixes,
      description: 'Beginnings of the numbers that may be dialled through it. None: nothing is dialled.',
    }),
  ),
  any_caller_id: Type.Optional(
    Type.Boolean({
      description: 'Show sources that are no numbers of yours, as for calls that are passed on.',
    }),
  ),
};

const Hostname = Type.String({
  maxLength: 253,
  pattern:
    '^([0-9A-Za-z]([0-9A-Za-z-]*[0-9A-Za-z])?(\\.[0-9A-Za-z]([0-9A-Za-z-]*[0-9A-Za-z])?)*|\\[[0-9A-Fa-f:.]+\\])$',
  description: 'Host name or address of its SIP server, without a port; IPv6 in brackets.',
});

export const ProviderCreate = Type.Object(
  { type: Type.Optional(Provider.properties.type), hostname: Hostname, ...settings },
  {
    additionalProperties: false,
    description: 'The password is kept as it is: a provider chooses the realm it asks in. No reply shows it.',
  },
);
export type ProviderCreate = Static<typeof ProviderCreate>;

export const ProviderUpdate = Type.Object(
  { hostname: Type.Optional(Hostname), ...settings },
  {
    additionalProperties: false,
    description: 'What is left out stays as it is; an empty `username` takes the password with it.',
  },
);
export type ProviderUpdate = Static<typeof ProviderUpdate>;

export const ProviderList = listOf(Provider);
export type ProviderList = Static<typeof ProviderList>;

export const providerOperations = {
  listProviders: {
    method: 'GET',
    path: '/v1.0/providers',
    tag: 'providers',
    summary: 'List providers',
    description: 'Newest first, without their passwords.',
    auth: 'key',
    query: PageQuery,
    reply: jsonReply(ProviderList),
    errors: [],
  },
  createProvider: {
    method: 'POST',
    path: '/v1.0/providers',
    tag: 'providers',
    summary: 'Make a provider',
    description:
      'Calls reach it by a route. Nothing is dialled through it until `allowed_prefixes` has the beginning of the number: calls cost money.',
    auth: 'key',
    body: ProviderCreate,
    reply: jsonReply(Provider),
    errors: [],
  },
  getProvider: {
    method: 'GET',
    path: '/v1.0/providers/{id}',
    tag: 'providers',
    summary: 'Read a provider',
    description: 'Without its password.',
    auth: 'key',
    params: IdParams,
    reply: jsonReply(Provider),
    errors: ['PROVIDER_NOT_FOUND'],
  },
  updateProvider: {
    method: 'PUT',
    path: '/v1.0/providers/{id}',
    tag: 'providers',
    summary: 'Change a provider',
    description: 'Sets the keys that are sent and leaves the others. For calls that are made from now on.',
    auth: 'key',
    params: IdParams,
    body: ProviderUpdate,
    reply: jsonReply(Provider),
    errors: ['PROVIDER_NOT_FOUND', 'CONFLICT'],
  },
  deleteProvider: {
    method: 'DELETE',
    path: '/v1.0/providers/{id}',
    tag: 'providers',
    summary: 'Delete a provider',
    description: 'Not while a route leads to it. Calls under way go on.',
    auth: 'key',
    params: IdParams,
    reply: jsonReply(Provider),
    errors: ['PROVIDER_NOT_FOUND', 'PROVIDER_IN_USE', 'CONFLICT'],
  },
} as const satisfies Record<string, Operation>;
