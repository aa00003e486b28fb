import { Type, type Static } from 'typebox';
import { Id } from '../ids.ts';
import { limits } from '../limits.ts';
import { ActionInput } from '../resources/action.ts';
import { AddressInput } from '../resources/address.ts';
import { AfterCall, afterCallMeans } from '../resources/agent.ts';
import { Announce, Overflow, Queue, RoutingMethod, TagMatch } from '../resources/queue.ts';
import { TagIds } from './agents.ts';
import { DetailInput, MinimumSkills, NameInput, PriorityInput, TagIdsInput } from './inputs.ts';
import { IdParams, jsonReply, listOf, PageQuery, type Operation } from './operation.ts';

function milliseconds(description: string) {
  return Type.Optional(
    Type.Integer({ minimum: 0, maximum: limits.queueMs, description: `${description} Milliseconds.` }),
  );
}

function pause(description: string, minimum = 0) {
  return Type.Optional(
    Type.Integer({ minimum, maximum: limits.pauseSeconds, description: `${description} Seconds.` }),
  );
}

const NoAnswerInput = Type.Object(
  {
    timeout_seconds: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: limits.dialSeconds,
        description: 'An agent is rung for so long; 20 at first.',
      }),
    ),
    delay_seconds: Type.Optional(
      Type.Object(
        {
          noanswer: pause('Rang and nobody took it; 10 at first.'),
          busy: pause('The phone was engaged; 30 at first.'),
          rejected: pause('The agent declined; 10 at first.'),
          failed: pause('The phone could not be reached; 30 at first.'),
        },
        {
          additionalProperties: false,
          description: 'Until an agent who did not take a caller is offered another one, by why.',
        },
      ),
    ),
    max: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: limits.noAnswers,
        description:
          'Offers in a row left unanswered until the agent is set to `away`; 0 = never; 3 at first.',
      }),
    ),
  },
  { additionalProperties: false, description: 'What is left out stays as it is.' },
);

const AnnounceInput = Type.Object(
  {
    interval_seconds: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: limits.pauseSeconds,
        description: 'From one to the next, at least 10; 0 = none, as at first.',
      }),
    ),
    position: Type.Optional(Announce.properties.position),
    estimated_wait: Type.Optional(Announce.properties.estimated_wait),
  },
  { additionalProperties: false, description: 'What is left out stays as it is.' },
);

const OverflowInput = Type.Object(
  {
    type: Overflow.properties.type,
    target_id: Type.Optional(Overflow.properties.target_id),
    destinations: Type.Optional(
      Type.Array(AddressInput, {
        maxItems: limits.overflowDestinations,
        description: 'For `address`; of each only `target` is needed. An agent is named by its id.',
      }),
    ),
    keep_place: Type.Optional(
      Type.Boolean({ description: 'In the other queue its wait counts from where it began; true at first.' }),
    ),
  },
  {
    additionalProperties: false,
    description:
      'At first `exit`. `queue` and `flow` need a `target_id`, `address` needs `destinations`. Sent, it is set as a whole.',
  },
);

const StickyInput = Type.Object(
  {
    within_seconds: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: limits.stickySeconds,
        description:
          'The agent with whom the same number has talked from this queue within that time is preferred; 0 = nobody is, as at first.',
      }),
    ),
    hold_seconds: pause('So long a caller waits for the preferred agent alone; 0 at first.'),
  },
  { additionalProperties: false, description: 'What is left out stays as it is.' },
);

const QueueAgentsInput = Type.Array(
  Type.Object(
    {
      agent_id: Id,
      weight: Type.Optional(
        Type.Integer({
          minimum: 0,
          maximum: limits.agentWeight,
          description: 'Its share for `weighted`; 0 = the best of its skills at the tags of the queue.',
        }),
      ),
    },
    { additionalProperties: false },
  ),
  {
    maxItems: limits.agentsPerQueue,
    description:
      'Agents of yours, each once, in the order in which `linear` takes them. Not who serves the queue: tags and skills say that.',
  },
);

const CallbackInput = Type.Object(
  {
    key: Type.Optional(
      Type.String({
        pattern: '^[0-9A-D*#]?$',
        description: 'The key with which a waiting caller asks for it; empty = none, as at first.',
      }),
    ),
    text: Type.Optional(
      Type.String({
        maxLength: limits.speechLength,
        description: 'What is said to it before it is hung up on; empty = a sentence of ours, as at first.',
      }),
    ),
    language: Type.Optional(
      Type.String({ maxLength: 35, description: 'BCP 47 tag of the text; `en-US` at first.' }),
    ),
    attempts: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: limits.callbackAttempts,
        description: 'How often it is called until it has answered; 2 at first.',
      }),
    ),
    retry_seconds: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: limits.pauseSeconds,
        description: 'From an attempt in vain to the next; 300 at first.',
      }),
    ),
    timeout_seconds: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: limits.dialSeconds,
        description: 'So long it is rung, and the agent hears it; 30 at first.',
      }),
    ),
    expire_seconds: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: limits.callbackSeconds,
        description: 'Whoever has not been reached by then is not called any more; 8 hours at first.',
      }),
    ),
  },
  { additionalProperties: false, description: 'What is left out stays as it is.' },
);

const timeouts = {
  wait_timeout: milliseconds('The longest wait; 0 = no bound, as at first.'),
  timeout_wait: milliseconds('The older name of `wait_timeout`.'),
  service_timeout: milliseconds('The longest talk; 0 = no bound, as at first.'),
  timeout_service: milliseconds('The older name of `service_timeout`.'),
};

const WaitActionsInput = Type.Array(ActionInput, {
  maxItems: limits.actionsPerFlow,
  description: 'What a waiting caller hears, over and over; one round has to take time.',
});

const AgentAnnouncementInput = Type.Array(ActionInput, {
  maxItems: limits.agentAnnouncement,
  description:
    'What an agent who has answered hears, alone and in this order, before it meets the caller: `talk`, `play`, `beep` and `sleep`.',
});

/** Clients of old send an empty text for the default. */
const RoutingMethodInput = Type.Enum([...RoutingMethod.enum, ''], {
  description: 'Empty = `longest_idle`, as at first.',
});

const settings = {
  name: Type.Optional(NameInput),
  detail: Type.Optional(DetailInput),
  routing_method: Type.Optional(RoutingMethodInput),
  tag_ids: Type.Optional(TagIdsInput),
  wait_actions: Type.Optional(WaitActionsInput),
  ...timeouts,
  max_length: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: limits.queueLength,
      description: 'Callers who may wait at one time; 0 = any number, as at first.',
    }),
  ),
  max_wait: milliseconds(
    'Nobody joins while the one in front has waited for longer; 0 = no bound, as at first.',
  ),
  wrap_up_seconds: pause('Rest of an agent after each caller; 0 at first.'),
  no_answer: Type.Optional(NoAnswerInput),
  announce: Type.Optional(AnnounceInput),
  overflow: Type.Optional(OverflowInput),
  exit_key: Type.Optional(
    Type.String({
      pattern: '^[0-9A-D*#]?$',
      description: 'The key with which a waiting caller leaves the queue; empty = none, as at first.',
    }),
  ),
  tag_match: Type.Optional(TagMatch),
  skills: Type.Optional(MinimumSkills),
  priority: Type.Optional(PriorityInput),
  sticky: Type.Optional(StickyInput),
  agents: Type.Optional(QueueAgentsInput),
  agent_announcement: Type.Optional(AgentAnnouncementInput),
  confirm_key: Type.Optional(
    Type.String({
      pattern: '^[0-9A-D*#]?$',
      description:
        'The key with which an agent who has answered takes the caller; empty = by answering, as at first.',
    }),
  ),
  confirm_seconds: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: limits.dialSeconds,
      description: 'An agent has so long to press that key; 10 at first.',
    }),
  ),
  after_call: Type.Optional(
    Type.Enum(AfterCall.enum, {
      description: `${afterCallMeans} What the agent says comes first; \`available\` at first.`,
    }),
  ),
  callback: Type.Optional(CallbackInput),
};

/** The same for a new queue and for one that changes. */
export const QueueSettings = Type.Object(settings, {
  additionalProperties: false,
  description:
    'What is left out stays as it is. For callers who join from now on; `agents` holds at once for all.',
});
export type QueueSettings = Static<typeof QueueSettings>;

export const QueueRouting = Type.Object(
  { routing_method: RoutingMethodInput },
  { additionalProperties: false },
);
export type QueueRouting = Static<typeof QueueRouting>;

export const QueueActions = Type.Object(
  { wait_actions: Type.Optional(WaitActionsInput), ...timeouts },
  { additionalProperties: false, description: 'What is left out stays as it is.' },
);
export type QueueActions = Static<typeof QueueActions>;

export const QueueList = listOf(Queue);
export type QueueList = Static<typeof QueueList>;

const onQueue = { tag: 'queues', auth: 'key', params: IdParams, reply: jsonReply(Queue) } as const;

export const queueOperations = {
  listQueues: {
    method: 'GET',
    path: '/v1.0/queues',
    tag: 'queues',
    summary: 'List queues',
    description: 'Newest first.',
    auth: 'key',
    query: PageQuery,
    reply: jsonReply(QueueList),
    errors: [],
  },
  createQueue: {
    method: 'POST',
    path: '/v1.0/queues',
    tag: 'queues',
    summary: 'Make a queue',
    description: 'Callers join it with the action `queue_join`. Told by `queue_created`.',
    auth: 'key',
    body: QueueSettings,
    reply: jsonReply(Queue),
    errors: [
      'INVALID_FLOW',
      'TAG_NOT_FOUND',
      'AGENT_NOT_FOUND',
      'QUEUE_NOT_FOUND',
      'FLOW_NOT_FOUND',
      'CONFLICT',
    ],
  },
  getQueue: {
    ...onQueue,
    method: 'GET',
    path: '/v1.0/queues/{id}',
    summary: 'Read a queue',
    description: 'With who waits, who is served, and the counts since it was made.',
    errors: ['QUEUE_NOT_FOUND'],
  },
  updateQueue: {
    ...onQueue,
    method: 'PUT',
    path: '/v1.0/queues/{id}',
    summary: 'Change a queue',
    description: 'Sets the keys that are sent and leaves the others. Told by `queue_updated`.',
    body: QueueSettings,
    errors: [
      'QUEUE_NOT_FOUND',
      'INVALID_FLOW',
      'TAG_NOT_FOUND',
      'AGENT_NOT_FOUND',
      'FLOW_NOT_FOUND',
      'CONFLICT',
    ],
  },
  updateQueueTagIds: {
    ...onQueue,
    method: 'PUT',
    path: '/v1.0/queues/{id}/tag_ids',
    summary: 'Say which agents serve a queue',
    description:
      'Those with one of the tags; without any, every agent of the customer. Told by `queue_updated`.',
    body: TagIds,
    errors: ['QUEUE_NOT_FOUND', 'TAG_NOT_FOUND', 'CONFLICT'],
  },
  updateQueueRoutingMethod: {
    ...onQueue,
    method: 'PUT',
    path: '/v1.0/queues/{id}/routing_method',
    summary: 'Say how a queue chooses agents',
    description: 'Told by `queue_updated`.',
    body: QueueRouting,
    errors: ['QUEUE_NOT_FOUND', 'CONFLICT'],
  },
  updateQueueActions: {
    ...onQueue,
    method: 'PUT',
    path: '/v1.0/queues/{id}/actions',
    summary: 'Say what waiting is like',
    description: 'The wait actions and the two bounds. Told by `queue_updated`.',
    body: QueueActions,
    errors: ['QUEUE_NOT_FOUND', 'INVALID_FLOW', 'CONFLICT'],
  },
  deleteQueue: {
    ...onQueue,
    method: 'DELETE',
    path: '/v1.0/queues/{id}',
    summary: 'Delete a queue',
    description: 'Not while somebody waits in it or is served. Told by `queue_deleted`.',
    errors: ['QUEUE_NOT_FOUND', 'STATE_INVALID', 'CONFLICT'],
  },
} as const satisfies Record<string, Operation>;
