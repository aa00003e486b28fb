import { Type, type Static } from 'typebox';
import { Id } from './ids.ts';
import { Activeflow } from './resources/activeflow.ts';
import { Agent } from './resources/agent.ts';
import { Call } from './resources/call.ts';
import { Queue, Queuecall } from './resources/queue.ts';
import { Timestamp } from './time.ts';

/** Every event Parley tells, the resource it carries and what it means. */
export const eventTable = {
  activeflow_created: { data: Activeflow, meaning: 'A flow began to run for a call.' },
  activeflow_updated: {
    data: Activeflow,
    meaning: 'The flow moved to another action, or its list of actions changed.',
  },
  activeflow_deleted: { data: Activeflow, meaning: 'The flow has ended. The last event of an activeflow.' },
  call_created: { data: Call, meaning: 'A call came in, or was asked for.' },
  call_ringing: { data: Call, meaning: 'The far end of an outgoing call rings.' },
  call_answered: { data: Call, meaning: 'The call was answered, in either direction.' },
  call_updated: { data: Call, meaning: 'The call was chained, unchained, or joined or left a room.' },
  call_hungup: { data: Call, meaning: 'The call is over. The last state change of a call.' },
  queue_created: { data: Queue, meaning: 'A queue was made.' },
  queue_updated: { data: Queue, meaning: "A queue's settings, waiting list or counts changed." },
  queue_deleted: { data: Queue, meaning: 'A queue was removed.' },
  queuecall_created: { data: Queuecall, meaning: 'A caller joined a queue and waits.' },
  queuecall_entering: { data: Queuecall, meaning: 'An agent was chosen and is being rung.' },
  queuecall_serviced: { data: Queuecall, meaning: 'Caller and agent hear each other.' },
  queuecall_kicking: { data: Queuecall, meaning: 'The caller is being put out of the queue.' },
  queuecall_done: { data: Queuecall, meaning: 'The visit ended after service.' },
  queuecall_abandoned: { data: Queuecall, meaning: 'The visit ended without service.' },
  agent_created: { data: Agent, meaning: 'An agent was made.' },
  agent_updated: { data: Agent, meaning: "An agent's settings changed." },
  agent_deleted: { data: Agent, meaning: 'An agent was removed.' },
  agent_status_updated: { data: Agent, meaning: "An agent's status changed." },
} as const;

export type EventType = keyof typeof eventTable;

export const eventTypes = Object.keys(eventTable) as readonly EventType[];

/** The resource that an event of type `T` carries. */
export type EventData<T extends EventType = EventType> = Static<(typeof eventTable)[T]['data']>;

/** What a webhook's body is, to the letter: two keys. */
export type EventEnvelope<T extends EventType = EventType> = {
  readonly [K in T]: { readonly type: K; readonly data: EventData<K> };
}[T];

/** An event as the pull feed shows it: the envelope, and where and when in the log. */
export const LoggedEvent = Type.Object(
  {
    id: Type.String({ description: 'The same as the `webhook-id` of its deliveries.' }),
    cursor: Type.String({ description: 'Opaque. Ask for what comes after it.' }),
    tm_create: Timestamp,
    customer_id: Id,
    type: Type.Enum(eventTypes as EventType[]),
    data: Type.Record(Type.String(), Type.Unknown()),
  },
  { description: 'One entry of the event log.' },
);
export type LoggedEvent = Static<typeof LoggedEvent>;
