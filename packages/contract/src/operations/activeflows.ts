import { Type, type Static } from 'typebox';
import { Id } from '../ids.ts';
import { Activeflow } from '../resources/activeflow.ts';
import { IdParams, jsonReply, listOf, PageQuery, type Operation } from './operation.ts';

export const ActiveflowResume = Type.Object(
  { action_id: Id },
  {
    additionalProperties: false,
    description: '`action_id` is that of the `block` under way, so that a late request ends no other action.',
  },
);
export type ActiveflowResume = Static<typeof ActiveflowResume>;

export const ActiveflowList = listOf(Activeflow);
export type ActiveflowList = Static<typeof ActiveflowList>;

export const activeflowOperations = {
  listActiveflows: {
    method: 'GET',
    path: '/v1.0/activeflows',
    tag: 'activeflows',
    summary: 'List running activeflows',
    description: 'Only those under way, newest first; one that has ended can be read by its id.',
    auth: 'key',
    query: PageQuery,
    reply: jsonReply(ActiveflowList),
    errors: [],
  },
  getActiveflow: {
    method: 'GET',
    path: '/v1.0/activeflows/{id}',
    tag: 'activeflows',
    summary: 'Read an activeflow',
    description: 'As it is now, or as it ended; `tm_delete` tells which.',
    auth: 'key',
    params: IdParams,
    reply: jsonReply(Activeflow),
    errors: ['ACTIVEFLOW_NOT_FOUND'],
  },
  stopActiveflow: {
    method: 'POST',
    path: '/v1.0/activeflows/{id}/stop',
    tag: 'activeflows',
    summary: 'Stop an activeflow',
    description: 'Ends the flow, and with it the call it serves, as if its last action were done.',
    auth: 'key',
    params: IdParams,
    reply: jsonReply(Activeflow),
    errors: ['ACTIVEFLOW_NOT_FOUND', 'STATE_INVALID'],
  },
  resumeActiveflow: {
    method: 'POST',
    path: '/v1.0/activeflows/{id}/resume',
    tag: 'activeflows',
    summary: 'End a `block` action',
    description:
      'The flow goes on with the action after the `block`. Refused when another action is under way.',
    auth: 'key',
    params: IdParams,
    body: ActiveflowResume,
    reply: jsonReply(Activeflow),
    errors: ['ACTIVEFLOW_NOT_FOUND', 'STATE_INVALID'],
  },
} as const satisfies Record<string, Operation>;
