import { Type, type Static } from 'typebox';
import { Id } from '../ids.ts';
import { Supervision, SupervisionMode } from '../resources/supervision.ts';
import { IdParams, jsonReply, type Operation } from './operation.ts';
import { Destinations } from './outgoing-calls.ts';

export const SupervisionCreate = Type.Object(
  {
    mode: SupervisionMode,
    agent_id: Type.Optional(Id),
    destinations: Type.Optional(Destinations),
    call_id: Type.Optional(Id),
  },
  {
    additionalProperties: false,
    description:
      'The supervisor: an agent, whose addresses are rung; destinations, of which the first to answer counts; or a live call. Exactly one of them; an agent may leave out that it is itself.',
  },
);
export type SupervisionCreate = Static<typeof SupervisionCreate>;

export const SupervisionUpdate = Type.Object({ mode: SupervisionMode }, { additionalProperties: false });
export type SupervisionUpdate = Static<typeof SupervisionUpdate>;

const onSupervision = {
  path: '/v1.0/calls/{id}/supervision',
  tag: 'calls',
  auth: 'key',
  agents: true,
  params: IdParams,
  reply: jsonReply(Supervision),
} as const;
const errors = ['PERMISSION_DENIED', 'CALL_NOT_FOUND', 'SUPERVISION_NOT_FOUND'] as const;

/** Hearing a live talk, and speaking in it, without being one of its parties. */
export const supervisionOperations = {
  superviseCall: {
    ...onSupervision,
    method: 'POST',
    summary: 'Supervise a call',
    description:
      'The supervisor is called, or its call joined, and hears the talk that this call is in. A talk has one supervisor at a time. Agents need the permission for it, and supervise themselves.',
    body: SupervisionCreate,
    errors: [
      'PERMISSION_DENIED',
      'CALL_NOT_FOUND',
      'CALL_ALREADY_HANGUP',
      'CALL_STATE_INVALID',
      'AGENT_NOT_FOUND',
      'STATE_INVALID',
      'DESTINATION_REFUSED',
    ],
  },
  getSupervision: {
    ...onSupervision,
    method: 'GET',
    summary: 'Read the supervision of a call',
    description: 'While there is one.',
    errors,
  },
  updateSupervision: {
    ...onSupervision,
    method: 'PUT',
    summary: 'Change how a call is supervised',
    description: 'At any time, also while the supervisor is being called. An agent changes its own.',
    body: SupervisionUpdate,
    errors: [...errors, 'STATE_INVALID'],
  },
  endSupervision: {
    ...onSupervision,
    method: 'DELETE',
    summary: 'End the supervision of a call',
    description: 'The talk goes on as it was. The call that was made to the supervisor ends.',
    errors,
  },
} as const satisfies Record<string, Operation>;
