import type { Static } from 'typebox';
import { Groupcall } from '../resources/groupcall.ts';
import { IdParams, jsonReply, listOf, PageQuery, type Operation } from './operation.ts';

export const GroupcallList = listOf(Groupcall);
export type GroupcallList = Static<typeof GroupcallList>;

export const groupcallOperations = {
  listGroupcalls: {
    method: 'GET',
    path: '/v1.0/groupcalls',
    tag: 'groupcalls',
    summary: 'List group dials',
    description: 'Live ones and those that are over, newest first.',
    auth: 'key',
    query: PageQuery,
    reply: jsonReply(GroupcallList),
    errors: [],
  },
  getGroupcall: {
    method: 'GET',
    path: '/v1.0/groupcalls/{id}',
    tag: 'groupcalls',
    summary: 'Read a group dial',
    description: 'As it is now, or as it ended.',
    auth: 'key',
    params: IdParams,
    reply: jsonReply(Groupcall),
    errors: ['GROUPCALL_NOT_FOUND'],
  },
} as const satisfies Record<string, Operation>;

export const groupcallCommandOperations = {
  hangupGroupcall: {
    method: 'POST',
    path: '/v1.0/groupcalls/{id}/hangup',
    tag: 'groupcalls',
    summary: 'End a group dial',
    description: 'Ends all its calls, answered or not; `groupcall_hangup` tells that it is over.',
    auth: 'key',
    params: IdParams,
    reply: jsonReply(Groupcall),
    errors: ['GROUPCALL_NOT_FOUND', 'GROUPCALL_ALREADY_HANGUP'],
  },
} as const satisfies Record<string, Operation>;
