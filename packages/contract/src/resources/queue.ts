import { Type, type Static } from 'typebox';
import { Id, idOf } from '../ids.ts';
import { timeOf } from '../time.ts';
import { Action } from './action.ts';

function countOf(description: string) {
  return Type.Integer({ minimum: 0, description });
}

function millisecondsOf(description: string) {
  return Type.Integer({ minimum: 0, description: `${description} Milliseconds.` });
}

export const Queue = Type.Object(
  {
    id: idOf('The queue.'),
    name: Type.String({ description: 'A name for people.' }),
    detail: Type.String({ description: 'Free text.' }),
    routing_method: Type.String({ description: 'How an agent is chosen; empty = the default.' }),
    tag_ids: Type.Array(Id, { description: 'An agent with one of these serves the queue.' }),
    wait_actions: Type.Array(Action, { description: 'What a waiting caller hears, over and over.' }),
    wait_timeout: millisecondsOf('The longest wait; 0 = no bound.'),
    service_timeout: millisecondsOf('The longest talk; 0 = no bound.'),
    wait_queue_call_ids: Type.Array(Id, {
      description: 'Queuecalls that wait now, in the order of joining.',
    }),
    service_queue_call_ids: Type.Array(Id, { description: 'Queuecalls that are being served now.' }),
    total_incoming_count: countOf('Callers who joined, since the queue was made.'),
    total_serviced_count: countOf('Callers who were served; each is counted once.'),
    total_abandoned_count: countOf('Callers who left unserved.'),
    total_waittime: millisecondsOf('Sum of all waits that are over.'),
    total_service_duration: millisecondsOf('Sum of all talks that are over.'),
    tm_create: timeOf('Made.'),
    tm_update: timeOf('Last changed.'),
    tm_delete: timeOf('Deleted.'),
    customer_id: idOf('The owner.'),
  },
  { description: 'Where callers wait for agents.' },
);
export type Queue = Static<typeof Queue>;

export const Queuecall = Type.Object(
  {
    id: idOf('The visit.'),
    reference_type: Type.Enum(['call'], { description: 'What waits.' }),
    reference_id: idOf("The caller's call."),
    status: Type.Enum(['wait', 'entering', 'service', 'kicking', 'done', 'abandoned'], {
      description: 'Ends in `done` (was served) or `abandoned` (was not).',
    }),
    service_agent_id: idOf('The agent chosen; nil until one is.'),
    tm_create: timeOf('Joined.'),
    tm_service: timeOf('An agent was chosen; from `service` on: caller and agent were brought together.'),
    tm_update: timeOf('Last changed.'),
    tm_delete: timeOf('The visit ended.'),
    customer_id: idOf('The owner.'),
    queue_id: idOf('The queue visited.'),
  },
  { description: 'One visit of one caller to one queue.' },
);
export type Queuecall = Static<typeof Queuecall>;
