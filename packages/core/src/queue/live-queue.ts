import type { Agent, Queue, Queuecall } from '@parley/contract';
import type { Demand } from '../matching/facts.ts';
import type { Monotonic } from '../ports/moment.ts';

/** An agent that is not deleted. Its row is replaced when it changes, never changed. */
export interface LiveAgent {
  row: Agent;
  /** How often the row has been put, those included that are on their way to the store. */
  version: number;
  /** Since when it has had nothing to do; of those who are free the one that has waited longest is offered first. */
  idleSince: Monotonic;
  /** It is offered nobody before that: it has just missed somebody. */
  notBefore: Monotonic | undefined;
  /** Whom it talks with came from a queue: since when, and how long it may rest afterwards. */
  serving: { readonly since: Monotonic; readonly wrapUpSeconds: number } | undefined;
  /** It rests after a caller until then. */
  wrapUpUntil: Monotonic | undefined;
  /** When it was last offered a caller of a queue, by queue. */
  readonly lastOfferedAt: Map<string, Monotonic>;
  /** Its part in the figures of the day, for strategies that go by them. */
  callsToday: number;
  talkMsToday: number;
  /** Offers missed in a row. */
  missed: number;
  /** The visit it is offered, or serves. */
  visitId: string | undefined;
  /** Calls to it that no queue made, and that are not over. */
  directCalls: number;
}

export interface LiveQueue {
  row: Queue;
  version: number;
}

/** One visit of a caller to a queue, until it has ended. */
export interface Visit {
  row: Queuecall;
  readonly callId: string;
  readonly lane: string;
  /** The action of the caller's flow that waits here. */
  readonly actionId: string;
  /** As they were when it joined: later changes of the queue are for those who come later. */
  readonly rules: QueueRules;
  readonly joinedAt: Monotonic;
  /** Decides among those who joined in the same millisecond. */
  readonly place: number;
  /** When wait or talk has lasted long enough. */
  deadline: Monotonic | undefined;
  readonly demand: Demand;
  /** The agents who are being rung; replaced when they change. */
  offers: readonly Offer[];
  roomId: string | undefined;
  servedAt: Monotonic | undefined;
}

export interface Offer {
  readonly agentId: string;
  /** The question where the agent is; undefined once it is answered. */
  readonly request: string | undefined;
  readonly groupId: string | undefined;
  /** When the question has to be answered by. */
  readonly deadline: Monotonic | undefined;
}

/** What of a queue applies to those who wait in it. */
export type QueueRules = Pick<
  Queue,
  | 'routing_method'
  | 'tag_ids'
  | 'wait_timeout'
  | 'service_timeout'
  | 'wrap_up_seconds'
  | 'no_answer'
  | 'overflow'
  | 'exit_key'
>;
