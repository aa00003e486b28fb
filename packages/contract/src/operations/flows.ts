import { Type, type Static } from 'typebox';
import { FlowProblem } from '../error-details.ts';
import { limits } from '../limits.ts';
import { ActionInput } from '../resources/action.ts';
import { Flow } from '../resources/flow.ts';
import { DetailInput, NameInput } from './inputs.ts';
import { IdParams, jsonReply, listOf, PageQuery, type Operation } from './operation.ts';

const ActionsInput = Type.Array(ActionInput, {
  maxItems: limits.actionsPerFlow,
  description: 'In order. What the option of each type may hold is in the reference of actions.',
});

export const FlowCreate = Type.Object(
  { name: Type.Optional(NameInput), detail: Type.Optional(DetailInput), actions: ActionsInput },
  { additionalProperties: false },
);
export type FlowCreate = Static<typeof FlowCreate>;

export const FlowUpdate = Type.Object(
  {
    name: Type.Optional(NameInput),
    detail: Type.Optional(DetailInput),
    actions: Type.Optional(ActionsInput),
  },
  { additionalProperties: false, description: 'What is left out stays as it is.' },
);
export type FlowUpdate = Static<typeof FlowUpdate>;

export const FlowCheck = Type.Object(
  {
    valid: Type.Boolean({ description: 'True: it would be saved.' }),
    problems: Type.Array(FlowProblem, { description: 'In the order of the actions; empty when valid.' }),
  },
  { description: 'What saving a flow would say.' },
);
export type FlowCheck = Static<typeof FlowCheck>;

export const FlowList = listOf(Flow);
export type FlowList = Static<typeof FlowList>;

export const flowOperations = {
  listFlows: {
    method: 'GET',
    path: '/v1.0/flows',
    tag: 'flows',
    summary: 'List flows',
    description: 'Newest first.',
    auth: 'key',
    query: PageQuery,
    reply: jsonReply(FlowList),
    errors: [],
  },
  createFlow: {
    method: 'POST',
    path: '/v1.0/flows',
    tag: 'flows',
    summary: 'Make a flow',
    description: 'Actions without an id get one. A list that could not run is refused, with every reason.',
    auth: 'key',
    body: FlowCreate,
    reply: jsonReply(Flow),
    errors: ['INVALID_FLOW'],
  },
  checkFlow: {
    method: 'POST',
    path: '/v1.0/flows/check',
    tag: 'flows',
    summary: 'Check a flow without saving it',
    description: 'Takes what making a flow takes and says what is wrong with the actions.',
    auth: 'key',
    body: FlowCreate,
    reply: jsonReply(FlowCheck),
    errors: [],
  },
  getFlow: {
    method: 'GET',
    path: '/v1.0/flows/{id}',
    tag: 'flows',
    summary: 'Read a flow',
    description: 'With all its actions.',
    auth: 'key',
    params: IdParams,
    reply: jsonReply(Flow),
    errors: ['FLOW_NOT_FOUND'],
  },
  updateFlow: {
    method: 'PUT',
    path: '/v1.0/flows/{id}',
    tag: 'flows',
    summary: 'Change a flow',
    description:
      'Sets the keys that are sent and leaves the others; `actions` replaces the whole list. Calls that run the flow go on with the old one.',
    auth: 'key',
    params: IdParams,
    body: FlowUpdate,
    reply: jsonReply(Flow),
    errors: ['FLOW_NOT_FOUND', 'INVALID_FLOW', 'CONFLICT'],
  },
  deleteFlow: {
    method: 'DELETE',
    path: '/v1.0/flows/{id}',
    tag: 'flows',
    summary: 'Delete a flow',
    description: 'Numbers that pointed to it point to none afterwards. Calls that run it go on.',
    auth: 'key',
    params: IdParams,
    reply: jsonReply(Flow),
    errors: ['FLOW_NOT_FOUND', 'CONFLICT'],
  },
} as const satisfies Record<string, Operation>;
