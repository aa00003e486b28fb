import { Type, type Static } from 'typebox';
import { countOf, millisecondsOf, secondsOf } from '../amounts.ts';
import { Id, idOf } from '../ids.ts';
import { timeOf } from '../time.ts';
import { Action } from './action.ts';
import { AfterCall } from './agent.ts';
import { Address } from './address.ts';

/** How an agent is chosen for a caller. */
export const RoutingMethod = Type.Enum(
  ['longest_idle', 'random', 'round_robin', 'fewest_calls', 'least_talk', 'ring_all', 'linear', 'weighted'],
  {
    description:
      'How an agent is chosen among those who are available: idle for the longest, any, each in turn, with the fewest calls or the least talk today, all at once, always the one who comes first, or by chance with some more often than others. `linear` and `weighted` go by `agents`.',
  },
);
export type RoutingMethod = Static<typeof RoutingMethod>;

export const NoAnswerDelays = Type.Object(
  {
    noanswer: secondsOf('Rang and nobody took it.'),
    busy: secondsOf('The phone was engaged.'),
    rejected: secondsOf('The agent declined.'),
    failed: secondsOf('The phone could not be reached.'),
  },
  { description: 'Until an agent who did not take a caller is offered another one, by why. Seconds.' },
);

export const NoAnswer = Type.Object(
  {
    timeout_seconds: secondsOf('An agent is rung for so long, then the caller is offered to another one.'),
    delay_seconds: NoAnswerDelays,
    max: countOf('Offers in a row left unanswered until the agent is set to `away`; 0 = never.'),
  },
  { description: 'What happens when an agent does not take a caller.' },
);

export const Announce = Type.Object(
  {
    interval_seconds: secondsOf('From one announcement to the next; 0 = none are made.'),
    position: Type.Boolean({ description: 'How many are before the caller.' }),
    estimated_wait: Type.Boolean({ description: 'How long it will probably take.' }),
  },
  { description: 'What a waiting caller is told between the wait actions.' },
);

export const Overflow = Type.Object(
  {
    type: Type.Enum(['exit', 'queue', 'flow', 'address'], {
      description:
        '`exit`: on with the action after `queue_join`. `queue`, `flow`: there; when it was deleted, the same as `exit`. `address`: whoever of `destinations` answers first; when nobody does, on as with `exit`.',
    }),
    target_id: idOf('The queue or the flow; nil for the others.'),
    destinations: Type.Array(Address, {
      description: 'Who is rung for `address`: numbers, SIP addresses, extensions, agents.',
    }),
    keep_place: Type.Boolean({
      description: 'In the other queue its wait counts from where it began, and it stands in line by it.',
    }),
  },
  { description: 'Where a caller goes who may not join, or has waited for `wait_timeout`.' },
);

export const CallbackRules = Type.Object(
  {
    key: Type.String({
      description:
        'The key with which a waiting caller asks to be called back, and keeps its place; empty = none.',
    }),
    text: Type.String({
      description: 'What is said to it before it is hung up on; empty = a sentence of ours.',
    }),
    language: Type.String({ description: 'Of the text: a BCP 47 tag.' }),
    attempts: Type.Integer({ minimum: 1, description: 'How often it is called until it has answered.' }),
    retry_seconds: secondsOf('From an attempt in vain to the next.'),
    timeout_seconds: secondsOf('So long it is rung.'),
    expire_seconds: secondsOf(
      'The promise is kept for so long; whoever has not been reached by then is not called.',
    ),
  },
  { description: 'Calling callers back who do not want to wait on the line.' },
);
export type CallbackRules = Static<typeof CallbackRules>;

export const TagMatch = Type.Enum(['any', 'all'], {
  description: 'Whether an agent needs one of the tags of a queue, or all of them.',
});
export type TagMatch = Static<typeof TagMatch>;

export const Sticky = Type.Object(
  {
    within_seconds: secondsOf(
      'The agent with whom the same number has talked from this queue within that time is preferred; 0 = nobody is.',
    ),
    hold_seconds: secondsOf(
      'So long a caller waits for the preferred agent alone; 0 = not at all: only if the agent is free.',
    ),
  },
  { description: 'Callers come to the agent they know.' },
);

export const QueueAgent = Type.Object(
  {
    agent_id: idOf('The agent.'),
    weight: countOf('Its share for `weighted`; 0 = the best of its skills at the tags of the queue.'),
  },
  { description: 'What is special about an agent in a queue.' },
);
export type QueueAgent = Static<typeof QueueAgent>;

export const Queue = Type.Object(
  {
    id: idOf('The queue.'),
    name: Type.String({ description: 'A name for people.' }),
    detail: Type.String({ description: 'Free text.' }),
    routing_method: RoutingMethod,
    tag_ids: Type.Array(Id, {
      description:
        'An agent with one of these serves the queue. Without any, every agent of the customer does.',
    }),
    wait_actions: Type.Array(Action, { description: 'What a waiting caller hears, over and over.' }),
    wait_timeout: millisecondsOf('The longest wait; 0 = no bound.'),
    service_timeout: millisecondsOf('The longest talk; 0 = no bound.'),
    wait_queue_call_ids: Type.Array(Id, {
      description: 'Queuecalls that wait now, in the order of joining.',
    }),
    service_queue_call_ids: Type.Array(Id, { description: 'Queuecalls that are being served now.' }),
    total_incoming_count: countOf('Callers who joined, since the queue was made.'),
    total_serviced_count: countOf('Callers who were served; each is counted once.'),
    total_abandoned_count: countOf(
      'Callers who were lost unserved: they hung up, or did not take the call back that they had asked for, or Parley died.',
    ),
    total_waittime: millisecondsOf('Sum of all waits that are over.'),
    total_service_duration: millisecondsOf('Sum of all talks that are over.'),
    tm_create: timeOf('Made.'),
    tm_update: timeOf('Last changed.'),
    tm_delete: timeOf('Deleted.'),
    customer_id: idOf('The owner.'),
    max_length: countOf('Callers who may wait at one time; 0 = any number. One more goes to `overflow`.'),
    max_wait: millisecondsOf(
      'Nobody joins while the one in front has waited for longer, but goes to `overflow`; 0 = no bound.',
    ),
    wrap_up_seconds: secondsOf('Rest of an agent after each caller; what the agent says comes first.'),
    no_answer: NoAnswer,
    announce: Announce,
    overflow: Overflow,
    exit_key: Type.String({
      description:
        'The key with which a waiting caller leaves the queue, for the action after `queue_join`; empty = none.',
    }),
    total_overflowed_count: countOf(
      'Callers who went on elsewhere unserved: by `wait_timeout`, the `exit_key`, a wait action, or into another queue.',
    ),
    total_kicked_count: countOf(
      'Callers who were put out while they waited. All who joined wait, or are counted as serviced, abandoned, overflowed or kicked, each once.',
    ),
    tag_match: TagMatch,
    skills: Type.Record(Type.String(), Type.Integer({ minimum: 1 }), {
      description: 'The lowest level at which an agent has to have a skill, 1 to 10 by the id of its tag.',
    }),
    priority: Type.Integer({
      description: 'That of callers who join; the higher one goes first, in all queues of an agent.',
    }),
    sticky: Sticky,
    agents: Type.Array(QueueAgent, {
      description:
        'In the order in which `linear` takes them; whoever is not here comes after them, in the order of being made. Who serves the queue does not depend on it.',
    }),
    agent_announcement: Type.Array(Action, {
      description: 'What an agent who has answered hears, alone, before it meets the caller.',
    }),
    confirm_key: Type.String({
      description: 'The key with which an agent who has answered takes the caller; empty = by answering.',
    }),
    confirm_seconds: secondsOf('An agent who has not pressed that key by then has missed the caller.'),
    after_call: AfterCall,
    callback: CallbackRules,
  },
  { description: 'Where callers wait for agents.' },
);
export type Queue = Static<typeof Queue>;

export const QueuecallStatus = Type.Enum(['wait', 'entering', 'service', 'kicking', 'done', 'abandoned'], {
  description: 'Ends in `done` (was served) or `abandoned` (was not).',
});
export type QueuecallStatus = Static<typeof QueuecallStatus>;

export const QueuecallEndReason = Type.Enum(
  ['', 'served', 'abandoned', 'kicked', 'timeout', 'overflowed', 'moved', 'exited', 'unreached', 'failed'],
  {
    description:
      'Why the visit is over; empty while it is not. `served`: an agent was spoken to, however that ended. Of the others none was: `abandoned`: the caller hung up; `kicked`: it was put out; `timeout`: it waited for `wait_timeout`, and its flow went on; `overflowed`: it waited for `wait_timeout`, and went where `overflow` says; `moved`: it was put into another queue; `exited`: it left by the `exit_key`, or by one of the wait actions; `unreached`: it asked for a call back, and did not take it; `failed`: Parley died.',
  },
);
export type QueuecallEndReason = Static<typeof QueuecallEndReason>;

export const CallbackState = Type.Enum(['', 'pending', 'calling', 'connected', 'over'], {
  description:
    'Empty: none was asked for. `pending`: promised, its turn is to come. `calling`: an agent has its turn, and the caller is rung. `connected`: the two were brought together. `over`: nothing came of it; `end_reason` says why.',
});
export type CallbackState = Static<typeof CallbackState>;

export const Callback = Type.Object(
  {
    state: CallbackState,
    destination: Type.Object(Address.properties, { description: 'Where the caller is called.' }),
    source: Type.Object(Address.properties, { description: 'Who calls, as the caller sees it.' }),
    attempts: Type.Integer({ minimum: 0, description: 'How often the caller has been called.' }),
    call_id: idOf('The last of these calls; nil: none yet.'),
    skills: Type.Record(Id, Type.Integer({ minimum: 1 }), {
      description: 'What its flow has asked of agents beyond what the queue does.',
    }),
    agent_id: idOf('The agent its flow preferred; nil: none.'),
    tm_request: timeOf('The caller asked for it.'),
    tm_next: timeOf('It is not called before that.'),
    tm_expire: timeOf('It is not called after that.'),
  },
  { description: 'The promise to call a caller back when its turn comes.' },
);
export type Callback = Static<typeof Callback>;

export const Queuecall = Type.Object(
  {
    id: idOf('The visit.'),
    reference_type: Type.Enum(['call'], { description: 'What waits.' }),
    reference_id: idOf("The caller's call."),
    status: QueuecallStatus,
    service_agent_id: idOf('The agent chosen; nil until one is.'),
    tm_create: timeOf('Joined.'),
    tm_service: timeOf('An agent was chosen; from `service` on: caller and agent were brought together.'),
    tm_update: timeOf('Last changed.'),
    tm_delete: timeOf('The visit ended.'),
    customer_id: idOf('The owner.'),
    queue_id: idOf('The queue visited.'),
    duration_waiting: millisecondsOf(
      'From joining until served, or until given up; 0 while that is to come.',
    ),
    duration_service: millisecondsOf('From being served until the end; 0 while that is to come.'),
    end_reason: QueuecallEndReason,
    priority: Type.Integer({
      description:
        'The higher one goes first, in all queues of an agent; among equals who has waited longer.',
    }),
    source: Type.Object(Address.properties, {
      description: 'Who waits: the source of an incoming call, the destination of an outgoing one.',
    }),
    tm_place: timeOf(
      'Its place in line counts from then: when it joined, or earlier when it brought its place from another queue.',
    ),
    previous_id: idOf('The visit whose place it has taken over, in another queue or on the line; nil: none.'),
    callback: Callback,
    answer_agent_id: idOf(
      'The agent who answered; nil: nobody has. `service_agent_id` is another when one has taken the caller over since.',
    ),
  },
  { description: 'One visit of one caller to one queue.' },
);
export type Queuecall = Static<typeof Queuecall>;
