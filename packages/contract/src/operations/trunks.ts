import { Type, type Static } from 'typebox';
import { limits } from '../limits.ts';
import { Trunk, TrunkAuthType } from '../resources/trunk.ts';
import { DetailInput, NameInput, PasswordInput, UsernameInput } from './inputs.ts';
import { IdParams, jsonReply, listOf, PageQuery, type Operation } from './operation.ts';

const DomainName = Type.String({
  maxLength: 253,
  pattern: '^[A-Za-z][0-9A-Za-z-]{1,29}(\\.[0-9A-Za-z]([0-9A-Za-z-]*[0-9A-Za-z])?)*$',
  description:
    'What stands behind the `@` in calls over the trunk, such as `office` or `pbx.bakery.example`; a letter first. Kept in lower case.',
});

const AuthTypes = Type.Array(TrunkAuthType, {
  minItems: 1,
  maxItems: 2,
  uniqueItems: true,
  description: 'How a call shows that it may come in; of two, both have to hold.',
});

const AllowedIps = Type.Array(Type.String({ minLength: 2, maxLength: 49 }), {
  maxItems: limits.allowedIps,
  description: 'Addresses and CIDR blocks, such as `192.0.2.7` or `2001:db8::/48`. Needed for `ip`.',
});

const labels = { name: Type.Optional(NameInput), detail: Type.Optional(DetailInput) };

export const TrunkCreate = Type.Object(
  {
    domain_name: DomainName,
    auth_types: AuthTypes,
    username: Type.Optional(UsernameInput),
    password: Type.Optional(PasswordInput),
    allowed_ips: Type.Optional(AllowedIps),
    ...labels,
  },
  {
    additionalProperties: false,
    description: '`basic` needs `username` and `password`, `ip` needs `allowed_ips`.',
  },
);
export type TrunkCreate = Static<typeof TrunkCreate>;

export const TrunkUpdate = Type.Object(
  {
    domain_name: Type.Optional(DomainName),
    auth_types: Type.Optional(AuthTypes),
    username: Type.Optional(UsernameInput),
    password: Type.Optional(PasswordInput),
    allowed_ips: Type.Optional(AllowedIps),
    ...labels,
  },
  {
    additionalProperties: false,
    description:
      'What is left out stays as it is. Another `username` needs the password again: only hashes of the two together are kept.',
  },
);
export type TrunkUpdate = Static<typeof TrunkUpdate>;

export const TrunkList = listOf(Trunk);
export type TrunkList = Static<typeof TrunkList>;

export const trunkOperations = {
  listTrunks: {
    method: 'GET',
    path: '/v1.0/trunks',
    tag: 'trunks',
    summary: 'List trunks',
    description: 'Newest first, without their passwords.',
    auth: 'key',
    query: PageQuery,
    reply: jsonReply(TrunkList),
    errors: [],
  },
  createTrunk: {
    method: 'POST',
    path: '/v1.0/trunks',
    tag: 'trunks',
    summary: 'Make a trunk',
    description: 'Calls from it are taken at once. No two trunks have the same domain.',
    auth: 'key',
    body: TrunkCreate,
    reply: jsonReply(Trunk),
    errors: ['DOMAIN_TAKEN', 'CONFLICT'],
  },
  getTrunk: {
    method: 'GET',
    path: '/v1.0/trunks/{id}',
    tag: 'trunks',
    summary: 'Read a trunk',
    description: 'Without its password, of which only hashes are kept.',
    auth: 'key',
    params: IdParams,
    reply: jsonReply(Trunk),
    errors: ['TRUNK_NOT_FOUND'],
  },
  updateTrunk: {
    method: 'PUT',
    path: '/v1.0/trunks/{id}',
    tag: 'trunks',
    summary: 'Change a trunk',
    description: 'Sets the keys that are sent and leaves the others. For calls that come in from now on.',
    auth: 'key',
    params: IdParams,
    body: TrunkUpdate,
    reply: jsonReply(Trunk),
    errors: ['TRUNK_NOT_FOUND', 'DOMAIN_TAKEN', 'CONFLICT'],
  },
  deleteTrunk: {
    method: 'DELETE',
    path: '/v1.0/trunks/{id}',
    tag: 'trunks',
    summary: 'Delete a trunk',
    description:
      'Calls from it are refused from now on; those under way go on. Its domain may be taken again.',
    auth: 'key',
    params: IdParams,
    reply: jsonReply(Trunk),
    errors: ['TRUNK_NOT_FOUND', 'CONFLICT'],
  },
} as const satisfies Record<string, Operation>;
