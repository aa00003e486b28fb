import type { Static } from 'typebox';
import { Call } from '../resources/call.ts';
import { IdParams, jsonReply, listOf, PageQuery, type Operation } from './operation.ts';

export const CallList = listOf(Call);
export type CallList = Static<typeof CallList>;

export const callOperations = {
  listCalls: {
    method: 'GET',
    path: '/v1.0/calls',
    tag: 'calls',
    summary: 'List calls',
    description:
      'Live ones and those that are over, newest first. An agent sees its own, one who may supervise all; of its own a page may have fewer rows than asked for and still not be the last.',
    auth: 'key',
    agents: true,
    query: PageQuery,
    reply: jsonReply(CallList),
    errors: [],
  },
  getCall: {
    method: 'GET',
    path: '/v1.0/calls/{id}',
    tag: 'calls',
    summary: 'Read a call',
    description: 'As it is now, or as it ended. An agent reads its own, one who may supervise any.',
    auth: 'key',
    agents: true,
    params: IdParams,
    reply: jsonReply(Call),
    errors: ['CALL_NOT_FOUND'],
  },
  hangupCall: {
    method: 'POST',
    path: '/v1.0/calls/{id}/hangup',
    tag: 'calls',
    summary: 'Hang a call up',
    description:
      'Begins to end the call, and with it its activeflow and the calls chained to it. The reply shows the call as it is once that has begun; `call_hungup` tells that it is over.',
    auth: 'key',
    params: IdParams,
    reply: jsonReply(Call),
    errors: ['CALL_NOT_FOUND', 'CALL_ALREADY_HANGUP'],
  },
  deleteCall: {
    method: 'DELETE',
    path: '/v1.0/calls/{id}',
    tag: 'calls',
    summary: 'Delete the record of a call',
    description:
      'Hides a call that is over from lists and reads; its events stay in the log. It never ends a live call: that is what hangup is for.',
    auth: 'key',
    params: IdParams,
    reply: jsonReply(Call),
    errors: ['CALL_NOT_FOUND', 'CALL_STATE_INVALID', 'CONFLICT'],
  },
} as const satisfies Record<string, Operation>;
