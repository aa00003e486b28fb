import { Type, type Static } from 'typebox';
import { Id } from '../ids.ts';
import { limits } from '../limits.ts';
import { AddressInput } from '../resources/address.ts';
import { AfterCall, afterCallMeans, Agent, AgentRingMethod, AgentStatus } from '../resources/agent.ts';
import { AgentExplanation } from '../resources/explanation.ts';
import { timeOf } from '../time.ts';
import { AgentUsernameInput, DetailInput, NameInput, PasswordInput, TagIdsInput } from './inputs.ts';
import { IdParams, jsonReply, listOf, PageQuery, type Operation } from './operation.ts';

const AddressesInput = Type.Array(AddressInput, {
  maxItems: limits.addressesPerAgent,
  description:
    'Where the agent is rung, the first one first: telephone numbers, SIP URIs and extensions. Only `target` is needed.',
});

const PermissionInput = Type.Integer({
  minimum: 0,
  maximum: limits.permission,
  description: 'Bit mask; 0 = none.',
});

const settings = {
  name: Type.Optional(NameInput),
  detail: Type.Optional(DetailInput),
  ring_method: Type.Optional(AgentRingMethod),
  skills: Type.Optional(
    Type.Record(Id, Type.Integer({ minimum: 1, maximum: limits.skillLevel }), {
      additionalProperties: false,
      maxProperties: limits.tagsPerList,
      description: 'How good the agent is, 1 to 10, by the id of a tag that the agent has.',
    }),
  ),
  wrap_up_seconds: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: limits.pauseSeconds,
      description: 'Rest after each caller; 0 = what the queue says.',
    }),
  ),
  max_no_answers: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: limits.noAnswers,
      description:
        'Offers in a row left unanswered until the agent is set to `away`; 0 = what the queue says.',
    }),
  ),
  auto_answer: Type.Optional(
    Type.Boolean({
      description:
        'Whether extensions and SIP addresses of the agent are asked to answer by themselves when they are rung for a caller; not at first.',
    }),
  ),
  after_call: Type.Optional(
    Type.Enum(['', ...AfterCall.enum], {
      description: `${afterCallMeans} Empty = what the queue says, as at first.`,
    }),
  ),
};

export const AgentCreate = Type.Object(
  {
    username: AgentUsernameInput,
    password: PasswordInput,
    ...settings,
    permission: Type.Optional(PermissionInput),
    tag_ids: Type.Optional(TagIdsInput),
    addresses: Type.Optional(AddressesInput),
  },
  { additionalProperties: false },
);
export type AgentCreate = Static<typeof AgentCreate>;

export const AgentUpdate = Type.Object(settings, {
  additionalProperties: false,
  description: 'What is left out stays as it is.',
});
export type AgentUpdate = Static<typeof AgentUpdate>;

export const AgentAddresses = Type.Object({ addresses: AddressesInput }, { additionalProperties: false });
export type AgentAddresses = Static<typeof AgentAddresses>;

/** The same for agents and queues. */
export const TagIds = Type.Object({ tag_ids: TagIdsInput }, { additionalProperties: false });
export type TagIds = Static<typeof TagIds>;

export const AgentStatusUpdate = Type.Object(
  {
    status: Type.Enum(['available', 'away', 'busy', 'offline'], {
      description: 'Only an `available` agent is offered callers. `ringing` is set by Parley alone.',
    }),
    reason: Type.Optional(
      Type.String({
        maxLength: limits.statusReasonLength,
        pattern: '^[^\\u0000-\\u001f\\u007f]*$',
        description: 'Why, such as `lunch`; left out = not said.',
      }),
    ),
  },
  { additionalProperties: false },
);
export type AgentStatusUpdate = Static<typeof AgentStatusUpdate>;

export const AgentWrapUp = Type.Object(
  {
    extend_seconds: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: limits.pauseSeconds,
        description: 'It lasts for so much longer, but no longer than an hour from now.',
      }),
    ),
    finish: Type.Optional(Type.Literal(true, { description: 'It is over: the agent is `available`.' })),
  },
  { additionalProperties: false, description: 'One of the two.' },
);
export type AgentWrapUp = Static<typeof AgentWrapUp>;

export const AgentPermission = Type.Object({ permission: PermissionInput }, { additionalProperties: false });
export type AgentPermission = Static<typeof AgentPermission>;

export const AgentPassword = Type.Object({ password: PasswordInput }, { additionalProperties: false });
export type AgentPassword = Static<typeof AgentPassword>;

export const AgentList = listOf(Agent);
export type AgentList = Static<typeof AgentList>;

/** A wrong password is not told from one that no agent could have. */
export const AgentLogin = Type.Object(
  {
    username: Type.String({ maxLength: limits.usernameLength, description: 'Whatever its case.' }),
    password: Type.String({ maxLength: limits.passwordLength, description: 'As it was set.' }),
    expire: Type.Optional(
      Type.Integer({
        minimum: 60,
        maximum: limits.loginSeconds,
        description: 'Seconds that the token is good for; left out = 43200, twelve hours.',
      }),
    ),
  },
  { additionalProperties: false },
);
export type AgentLogin = Static<typeof AgentLogin>;

export const AgentToken = Type.Object(
  {
    token: Type.String({ description: 'Sent like an access key. Shown this once; kept nowhere.' }),
    tm_expire: timeOf('From then on it is refused.'),
    agent: Agent,
  },
  { description: 'What an agent works with.' },
);
export type AgentToken = Static<typeof AgentToken>;

export const AgentQuery = Type.Object(
  {
    ...PageQuery.properties,
    tag_ids: Type.Optional(
      Type.String({
        pattern: '^[0-9a-f-]{36}(,[0-9a-f-]{36}){0,99}$',
        description: 'Only agents with one of these tags; ids parted by commas.',
      }),
    ),
    status: Type.Optional(AgentStatus),
  },
  { additionalProperties: false },
);

const onAgent = { tag: 'agents', auth: 'key', params: IdParams, reply: jsonReply(Agent) } as const;

export const agentOperations = {
  listAgents: {
    method: 'GET',
    path: '/v1.0/agents',
    tag: 'agents',
    summary: 'List agents',
    description:
      'Newest first. A page of a filtered list may have fewer rows than asked for and still not be the last.',
    auth: 'key',
    query: AgentQuery,
    reply: jsonReply(AgentList),
    errors: [],
  },
  createAgent: {
    method: 'POST',
    path: '/v1.0/agents',
    tag: 'agents',
    summary: 'Make an agent',
    description: 'A new agent is `offline`. Told by `agent_created`.',
    auth: 'key',
    body: AgentCreate,
    reply: jsonReply(Agent),
    errors: ['USERNAME_TAKEN', 'TAG_NOT_FOUND', 'CONFLICT'],
  },
  getAgent: {
    ...onAgent,
    method: 'GET',
    path: '/v1.0/agents/{id}',
    summary: 'Read an agent',
    description: 'An agent reads itself alone.',
    agents: true,
    errors: ['AGENT_NOT_FOUND'],
  },
  updateAgent: {
    ...onAgent,
    method: 'PUT',
    path: '/v1.0/agents/{id}',
    summary: 'Change an agent',
    description: 'Sets the keys that are sent and leaves the others. Told by `agent_updated`.',
    body: AgentUpdate,
    errors: ['AGENT_NOT_FOUND', 'CONFLICT'],
  },
  updateAgentAddresses: {
    ...onAgent,
    method: 'PUT',
    path: '/v1.0/agents/{id}/addresses',
    summary: 'Say where an agent can be reached',
    description: 'In place of the addresses there were. Told by `agent_updated`.',
    body: AgentAddresses,
    errors: ['AGENT_NOT_FOUND', 'CONFLICT'],
  },
  updateAgentTagIds: {
    ...onAgent,
    method: 'PUT',
    path: '/v1.0/agents/{id}/tag_ids',
    summary: 'Give an agent other tags',
    description:
      'In place of the tags there were; skills of tags that are gone go too. Told by `agent_updated`.',
    body: TagIds,
    errors: ['AGENT_NOT_FOUND', 'TAG_NOT_FOUND', 'CONFLICT'],
  },
  updateAgentStatus: {
    ...onAgent,
    method: 'PUT',
    path: '/v1.0/agents/{id}/status',
    summary: 'Set the status of an agent',
    description:
      'Told by `agent_status_updated`, when something of it is new. An agent sets its own. After a caller, and the rest that follows, Parley makes the agent `available`, unless `after_call` says otherwise.',
    agents: true,
    body: AgentStatusUpdate,
    errors: ['AGENT_NOT_FOUND', 'CONFLICT'],
  },
  changeAgentWrapUp: {
    ...onAgent,
    method: 'POST',
    path: '/v1.0/agents/{id}/wrap_up',
    summary: 'Extend or finish the rest of an agent after a caller',
    description:
      'Only while the agent is `busy` with `wrap_up`; a rest that the agent ends itself cannot be extended. An agent does so for itself. An end is told by `agent_status_updated`, an extension by `agent_updated`.',
    agents: true,
    body: AgentWrapUp,
    errors: ['AGENT_NOT_FOUND', 'STATE_INVALID', 'CONFLICT'],
  },
  updateAgentPermission: {
    ...onAgent,
    method: 'PUT',
    path: '/v1.0/agents/{id}/permission',
    summary: 'Set the permission of an agent',
    description: "Told by `agent_updated`. Kept for your programs: an agent's token opens no more by it.",
    body: AgentPermission,
    errors: ['AGENT_NOT_FOUND', 'CONFLICT'],
  },
  updateAgentPassword: {
    ...onAgent,
    method: 'PUT',
    path: '/v1.0/agents/{id}/password',
    summary: 'Give an agent another password',
    description: 'Every token the agent has ends. Nothing that is shown changes, so no event tells of it.',
    body: AgentPassword,
    errors: ['AGENT_NOT_FOUND', 'CONFLICT'],
  },
  deleteAgent: {
    ...onAgent,
    method: 'DELETE',
    path: '/v1.0/agents/{id}',
    summary: 'Delete an agent',
    description:
      'Not one that is `busy` or `ringing`. Its tokens end, its user name is free again. Told by `agent_deleted`.',
    errors: ['AGENT_NOT_FOUND', 'STATE_INVALID', 'CONFLICT'],
  },
  explainAgent: {
    ...onAgent,
    method: 'GET',
    path: '/v1.0/agents/{id}/explain',
    summary: 'Ask whom an agent would get',
    description: 'The callers who wait for the agent, the next one first; or why there is none.',
    reply: jsonReply(AgentExplanation),
    errors: ['AGENT_NOT_FOUND'],
  },
  loginAgent: {
    method: 'POST',
    path: '/v1.0/agents/login',
    tag: 'agents',
    summary: 'Log an agent in',
    description:
      'Answers a token that opens what is about the agent: `/v1.0/me`, its own status, its own calls and queuecalls. The status stays as it is. With more than ten tokens the oldest ends.',
    auth: 'none',
    body: AgentLogin,
    reply: jsonReply(AgentToken),
    errors: ['LOGIN_REFUSED', 'RATE_LIMIT_EXCEEDED', 'UNAVAILABLE', 'CONFLICT'],
  },
  logoutAgent: {
    method: 'POST',
    path: '/v1.0/agents/logout',
    tag: 'agents',
    summary: 'Log an agent out',
    description:
      'Ends the token that the request is made with. With its last token, whether it is ended or expires, an agent goes `offline`, with the reason `session_ended`. Not for access keys, which are deleted.',
    auth: 'key',
    agents: true,
    reply: jsonReply(Agent),
    errors: ['STATE_INVALID', 'CONFLICT'],
  },
} as const satisfies Record<string, Operation>;
