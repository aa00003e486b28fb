import { Type, type Static } from 'typebox';
import { Id } from '../ids.ts';
import { Timestamp } from '../time.ts';
import { Action } from './action.ts';

const Count = Type.Integer({ minimum: 0 });
const Milliseconds = Type.Integer({ minimum: 0, description: 'Milliseconds; 0 = none.' });

export const Queue = Type.Object(
  {
    id: Id,
    name: Type.String(),
    detail: Type.String(),
    routing_method: Type.String({ description: 'How an agent is chosen; empty = the default.' }),
    tag_ids: Type.Array(Id),
    wait_actions: Type.Array(Action),
    wait_timeout: Milliseconds,
    service_timeout: Milliseconds,
    wait_queue_call_ids: Type.Array(Id),
    service_queue_call_ids: Type.Array(Id),
    total_incoming_count: Count,
    total_serviced_count: Count,
    total_abandoned_count: Count,
    total_waittime: Milliseconds,
    total_service_duration: Milliseconds,
    tm_create: Timestamp,
    tm_update: Timestamp,
    tm_delete: Timestamp,
    customer_id: Id,
  },
  { description: 'Where callers wait for agents.' },
);
export type Queue = Static<typeof Queue>;

export const Queuecall = Type.Object(
  {
    id: Id,
    reference_type: Type.Enum(['call']),
    reference_id: Id,
    status: Type.Enum(['wait', 'entering', 'service', 'kicking', 'done', 'abandoned']),
    service_agent_id: Id,
    tm_create: Timestamp,
    tm_service: Timestamp,
    tm_update: Timestamp,
    tm_delete: Timestamp,
    customer_id: Id,
    queue_id: Id,
  },
  { description: 'One visit of one caller to one queue.' },
);
export type Queuecall = Static<typeof Queuecall>;
