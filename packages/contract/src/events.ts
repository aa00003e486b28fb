import { Type, type Static, type TSchema } from 'typebox';
import { idOf } from './ids.ts';
import { Activeflow } from './resources/activeflow.ts';
import { Agent } from './resources/agent.ts';
import { Call } from './resources/call.ts';
import { Groupcall } from './resources/groupcall.ts';
import { Queue, Queuecall } from './resources/queue.ts';
import { Recording } from './resources/recording.ts';
import { Conference } from './resources/room.ts';
import { timeOf } from './time.ts';

/** Every event Parley tells: the resource it carries, what it means and when it is sent. */
export const eventTable = {
  activeflow_created: {
    data: Activeflow,
    meaning: 'A flow began to run for a call.',
    when: 'Before the first action: `current_action` is the start action.',
  },
  activeflow_updated: {
    data: Activeflow,
    meaning: 'The flow moved to another action, or its list of actions changed.',
    when: 'Each time an action is about to run, and when the list was added to or a `goto` was counted down.',
  },
  activeflow_deleted: {
    data: Activeflow,
    meaning: 'The flow has ended. The last event of an activeflow.',
    when: 'When the list is done, an action or a request stopped it, an action failed for good, or the call ended. Exactly once.',
  },
  call_created: {
    data: Call,
    meaning: 'A call came in, or was asked for.',
    when: 'Incoming: when the number was found, before anything is answered. Outgoing: before the far end is rung.',
  },
  call_ringing: {
    data: Call,
    meaning: 'The far end of an outgoing call rings.',
    when: 'At its first sign of ringing. Never for an incoming call.',
  },
  call_answered: {
    data: Call,
    meaning: 'The call was answered, in either direction.',
    when: 'Once; the status is `progressing` from then on.',
  },
  call_updated: {
    data: Call,
    meaning:
      'The call was chained, unchained, held or muted, joined or left a room, or supervises in another way.',
    when: 'At each of these, and when hold or mute ends. Whether and how a supervisor hears a talk is in `supervision` of its own call; nothing is told of the calls that it hears. It may follow `call_hungup`. A step of its flow is told by `activeflow_updated` instead.',
  },
  call_hungup: {
    data: Call,
    meaning: 'The call is over. The last state change of a call.',
    when: 'When the SIP leg is gone, whoever ended it. Exactly once.',
  },
  queue_created: { data: Queue, meaning: 'A queue was made.', when: 'At the request that makes it.' },
  queue_updated: {
    data: Queue,
    meaning: "A queue's settings, waiting list or counts changed.",
    when: 'At each change by a request, and when a caller joins, is served or leaves.',
  },
  queue_deleted: { data: Queue, meaning: 'A queue was removed.', when: 'At the request that removes it.' },
  queuecall_created: {
    data: Queuecall,
    meaning: 'A caller joined a queue and waits.',
    when: 'At the `queue_join` action; the status is `wait`.',
  },
  queuecall_entering: {
    data: Queuecall,
    meaning: 'An agent was chosen and is being rung.',
    when: 'When the choice is made; `service_agent_id` is set from then on.',
  },
  queuecall_serviced: {
    data: Queuecall,
    meaning: 'Caller and agent hear each other.',
    when: 'When both are in the same room, never before.',
  },
  queuecall_kicking: {
    data: Queuecall,
    meaning: 'The caller is being put out of the queue.',
    when: 'At a kick, or when the longest wait or talk is reached; `queuecall_done` or `queuecall_abandoned` follows.',
  },
  queuecall_done: {
    data: Queuecall,
    meaning: 'The visit ended after service.',
    when: 'Exactly one of this and `queuecall_abandoned` ends each visit.',
  },
  queuecall_abandoned: {
    data: Queuecall,
    meaning: 'The visit ended without service.',
    when: 'Exactly one of this and `queuecall_done` ends each visit.',
  },
  agent_created: { data: Agent, meaning: 'An agent was made.', when: 'At the request that makes it.' },
  agent_updated: {
    data: Agent,
    meaning: "An agent's settings changed.",
    when: 'At the request; a change of status is told by `agent_status_updated` instead.',
  },
  agent_deleted: { data: Agent, meaning: 'An agent was removed.', when: 'At the request that removes it.' },
  agent_status_updated: {
    data: Agent,
    meaning: "An agent's status changed.",
    when: 'Whoever changed it: the agent, a request, or Parley when it rings the agent.',
  },
  queuecall_waiting: {
    data: Queuecall,
    meaning: 'The caller waits again, at its old place: the agent who was rung did not take it.',
    when: 'When the agent did not answer, declined or could not be reached. It is then the status of the beginning again, `wait`.',
  },
  queuecall_updated: {
    data: Queuecall,
    meaning: 'Something else of a visit changed while it goes on.',
    when: 'When a supervisor has taken over: `service_agent_id` tells who serves the caller now, nil when that is no agent.',
  },
  conference_created: {
    data: Conference,
    meaning: 'A conference was made.',
    when: 'At the request that makes it; the status is `progressing`.',
  },
  conference_updated: {
    data: Conference,
    meaning: 'A setting or a recording of a conference changed, or it began to close.',
    when: 'At each of these; the status is `terminating` once it closes. Who joins or leaves is told by `call_updated`.',
  },
  conference_deleted: {
    data: Conference,
    meaning: 'The conference is over. Its last event.',
    when: 'When everybody has left after its deletion or its timeout. Exactly once.',
  },
  recording_started: {
    data: Recording,
    meaning: 'Sound is being recorded.',
    when: 'When the first of it was written; `tm_start` is set from then on.',
  },
  recording_finished: {
    data: Recording,
    meaning: 'The recording is complete, and its file can be fetched.',
    when: 'However it ended. Exactly once for each that was started.',
  },
  groupcall_created: {
    data: Groupcall,
    meaning: 'Several calls are dialled for one purpose.',
    when: 'Before the first of them is made.',
  },
  groupcall_progressing: {
    data: Groupcall,
    meaning: 'One of the calls was answered; the others are withdrawn.',
    when: 'At the first answer; `answer_call_id` or `answer_groupcall_id` is set from then on.',
  },
  groupcall_hangup: {
    data: Groupcall,
    meaning: 'All of the calls are over, and no destination is left to try.',
    when: 'When the last of them is hung up. Exactly once.',
  },
  groupcall_deleted: {
    data: Groupcall,
    meaning: 'The record of a group dial was deleted.',
    when: 'At the request that deletes it.',
  },
} as const;

export type EventType = keyof typeof eventTable;

export const eventTypes = Object.keys(eventTable) as readonly EventType[];

/** The resource that an event of type `T` carries. */
export type EventData<T extends EventType = EventType> = EventDataByType[T];

/** Worked out once per event; as a function of `T` the compiler would do it at every use. */
type EventDataByType = DataOf<typeof eventTable>;
type DataOf<Table extends Record<string, { readonly data: TSchema }>> = {
  readonly [K in keyof Table]: Static<Table[K]['data']>;
};

/** What a webhook's body is, to the letter: two keys. */
export type EventEnvelope<T extends EventType = EventType> = {
  readonly [K in T]: { readonly type: K; readonly data: EventData<K> };
}[T];

/** The schema of the whole body of an event of this type. */
export function envelopeSchema(type: EventType) {
  const { data, meaning } = eventTable[type];
  return Type.Object(
    { type: Type.Literal(type), data },
    { additionalProperties: false, description: meaning },
  );
}

/** An event as the pull feed shows it: the envelope, and where and when in the log. */
export const LoggedEvent = Type.Object(
  {
    id: Type.String({ description: 'Unique for ever; the same as the `webhook-id` of its deliveries.' }),
    cursor: Type.String({ description: 'Opaque. Ask for what comes after it.' }),
    tm_create: timeOf('It happened.'),
    customer_id: idOf('The owner of the resource.'),
    type: Type.Enum(eventTypes as EventType[], { description: 'What happened.' }),
    data: Type.Record(Type.String(), Type.Unknown(), { description: 'The resource, as in the webhook.' }),
  },
  { description: 'One entry of the event log.' },
);
export type LoggedEvent = Static<typeof LoggedEvent>;
