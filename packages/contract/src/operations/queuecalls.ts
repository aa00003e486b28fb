import { Type, type Static } from 'typebox';
import { Id, idOf } from '../ids.ts';
import { AddressInput } from '../resources/address.ts';
import { QueuecallExplanation } from '../resources/explanation.ts';
import { Queuecall } from '../resources/queue.ts';
import { PriorityInput } from './inputs.ts';
import { IdParams, jsonReply, listOf, PageQuery, type Operation } from './operation.ts';

export const QueuecallList = listOf(Queuecall);
export type QueuecallList = Static<typeof QueuecallList>;

export const QueuecallQuery = Type.Object(
  {
    ...PageQuery.properties,
    queue_id: Type.Optional(Id),
  },
  { additionalProperties: false },
);

const onQueuecall = {
  tag: 'queuecalls',
  auth: 'key',
  params: IdParams,
  reply: jsonReply(Queuecall),
} as const;

export const queuecallOperations = {
  listQueuecalls: {
    method: 'GET',
    path: '/v1.0/queuecalls',
    tag: 'queuecalls',
    summary: 'List visits to queues',
    description:
      'Newest first, those that are over too. An agent sees those it serves or served. A page of a list for a queue or an agent may have fewer rows than asked for and still not be the last.',
    auth: 'key',
    agents: true,
    query: QueuecallQuery,
    reply: jsonReply(QueuecallList),
    errors: [],
  },
  getQueuecall: {
    ...onQueuecall,
    method: 'GET',
    path: '/v1.0/queuecalls/{id}',
    summary: 'Read a visit to a queue',
    description: 'By its id. One that is over can still be read.',
    agents: true,
    errors: ['QUEUECALL_NOT_FOUND'],
  },
  getQueuecallOfCall: {
    ...onQueuecall,
    method: 'GET',
    path: '/v1.0/queuecalls/reference_id/{id}',
    summary: 'Read the visit of a call',
    description: 'By the id of the call: the visit under way, or else the last one.',
    agents: true,
    errors: ['QUEUECALL_NOT_FOUND'],
  },
  explainQueuecall: {
    ...onQueuecall,
    method: 'GET',
    path: '/v1.0/queuecalls/{id}/explain',
    summary: 'Ask why a caller got this agent, or still waits',
    description:
      'To whom the caller was offered, why, and what came of it; and while it waits, what it waits for. A visit that is over can still be explained.',
    reply: jsonReply(QueuecallExplanation),
    errors: ['QUEUECALL_NOT_FOUND'],
  },
} as const satisfies Record<string, Operation>;

export const QueuecallChange = Type.Object(
  {
    priority: Type.Optional(PriorityInput),
    queue_id: Type.Optional(idOf('The queue it is to wait in.')),
    keep_place: Type.Optional(
      Type.Boolean({ description: 'Its wait counts in the other queue too; true when left out.' }),
    ),
  },
  { additionalProperties: false, description: 'What is left out stays as it is.' },
);
export type QueuecallChange = Static<typeof QueuecallChange>;

export const QueuecallCallback = Type.Object(
  {
    destination: Type.Optional(
      Type.Object(AddressInput.properties, {
        additionalProperties: false,
        description: 'Where the caller wants to be called; where it calls from when left out.',
      }),
    ),
  },
  { additionalProperties: false },
);
export type QueuecallCallback = Static<typeof QueuecallCallback>;

/** Put callers out, or elsewhere. */
export const queuecallCommandOperations = {
  updateQueuecall: {
    ...onQueuecall,
    method: 'PUT',
    path: '/v1.0/queuecalls/{id}',
    summary: 'Change a waiting caller',
    description:
      'Its `priority`, told by `queuecall_waiting`, or `queuecall_entering` while an agent is rung. `queue_id` puts it into another queue, however many wait there: the answer is the visit to that one; the visit before ends as `moved`, and is its `previous_id`. Told by `queuecall_kicking`, `queuecall_abandoned` and `queuecall_created`. Not once an agent has answered.',
    body: QueuecallChange,
    errors: ['QUEUECALL_NOT_FOUND', 'QUEUE_NOT_FOUND', 'STATE_INVALID'],
  },
  callQueuecallBack: {
    ...onQueuecall,
    method: 'POST',
    path: '/v1.0/queuecalls/{id}/callback',
    summary: 'Promise a waiting caller a call back',
    description:
      'It is told so and hung up on, keeps its place in line, and is called when an agent has taken its turn. Told by `queuecall_waiting`. A kick takes the promise back.',
    body: QueuecallCallback,
    errors: ['QUEUECALL_NOT_FOUND', 'STATE_INVALID'],
  },
  kickQueuecall: {
    ...onQueuecall,
    method: 'POST',
    path: '/v1.0/queuecalls/{id}/kick',
    summary: 'Put a caller out of a queue',
    description:
      'The caller goes on with the action after `queue_join`. Told by `queuecall_kicking`, then by `queuecall_done` or `queuecall_abandoned`.',
    errors: ['QUEUECALL_NOT_FOUND', 'STATE_INVALID'],
  },
  kickQueuecallOfCall: {
    ...onQueuecall,
    method: 'POST',
    path: '/v1.0/queuecalls/reference_id/{id}/kick',
    summary: 'Put a call out of its queue',
    description: 'The same by the id of the call.',
    errors: ['QUEUECALL_NOT_FOUND', 'STATE_INVALID'],
  },
} as const satisfies Record<string, Operation>;
