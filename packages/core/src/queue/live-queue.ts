import type { Agent, Queue, Queuecall } from '@parley/contract';
import type { RestRules } from '../agent/wrap-up.ts';
import type { Demand, StickyAgent } from '../matching/facts.ts';
import type { Monotonic } from '../ports/moment.ts';
import type { Duty } from './duty.ts';
import type { ExplanationRow } from './explanation-row.ts';
import type { DayFigures } from './today.ts';

/** An agent that is not deleted. Its row is replaced when it changes, never changed. */
export interface LiveAgent {
  row: Agent;
  /** How often the row has been put, those included that are on their way to the store. */
  version: number;
  /** Since when it has had nothing to do; of those who are free the one that has waited longest is offered first. */
  idleSince: Monotonic;
  /** It is offered nobody before that: it has just missed somebody. */
  notBefore: Monotonic | undefined;
  /** Whom it talks with came from a queue: since when, and what that says of the rest afterwards. */
  serving: { readonly since: Monotonic; readonly rest: RestRules } | undefined;
  /** It rests after a caller until then, as its row says. */
  wrapUpUntil: Monotonic | undefined;
  /** When it was last offered a caller of a queue, by queue; replaced when it changes. */
  lastOfferedAt: ReadonlyMap<string, Monotonic>;
  /** What its tags, its skills and the queues make of it; undefined: to be worked out anew. */
  duty: Duty | undefined;
  /** Of the day on which it last talked with a caller. */
  figures: DayFigures;
  /** Offers missed in a row. */
  missed: number;
  /** The visit it is offered, or serves. */
  visitId: string | undefined;
  /** Calls to it that no queue made, and that are not over. */
  directCalls: number;
  /** The leg on which it has answered, and hears of the caller whom it has not taken yet. */
  briefedOn: string | undefined;
}

export interface LiveQueue {
  row: Queue;
  version: number;
}

/** One visit of a caller to a queue, until it has ended. */
export interface Visit {
  row: Queuecall;
  /** The caller's call; of one who is called back first the one that is over, then the one that was made. */
  callId: string;
  readonly lane: string;
  /** The action of the caller's flow that waits here, or, of one who was called back, is with the agent. */
  actionId: string;
  /** As they were when it joined: later changes of the queue are for those who come later. */
  readonly rules: QueueRules;
  /** Its place in line counts from then; it may have waited elsewhere before. */
  readonly joinedAt: Monotonic;
  /** When it came to this queue. */
  readonly enteredAt: Monotonic;
  /** Decides among those who joined in the same millisecond. */
  readonly place: number;
  /** When wait or talk has lasted long enough. */
  deadline: Monotonic | undefined;
  readonly demand: Demand;
  /** What its flow has asked for beyond what the queue says. */
  wanted: VisitWanted;
  /** Preferred to all others, until it does not take the caller. */
  sticky: StickyAgent | undefined;
  /** When others may have the caller too; undefined: from the beginning, or since. */
  heldUntil: Monotonic | undefined;
  /** Why it was offered to whom; undefined: it was not offered yet. Replaced when it changes. */
  explanation: ExplanationRow | undefined;
  /** The agents who are being rung; replaced when they change. */
  offers: readonly Offer[];
  roomId: string | undefined;
  servedAt: Monotonic | undefined;
  /** What goes on about the call back it was promised; undefined: none was, or it has been made. Replaced when it changes. */
  callback: LiveCallback | undefined;
  /** No agent is rung for it before that: it has just been called in vain. */
  notBefore: Monotonic | undefined;
}

/** A promise to call back, beside what the row tells of it. */
export interface LiveCallback {
  /** The caller is still on the line, and is told of it: its turn does not come before it has hung up. */
  readonly onLine: boolean;
  readonly expiresAt: Monotonic;
  /** The question how the caller is reached, when it has to be answered by, and then the call to it. */
  readonly request: string | undefined;
  readonly deadline: Monotonic | undefined;
  readonly groupId: string | undefined;
}

export interface Offer {
  readonly agentId: string;
  /** The question where the agent is; undefined once it is answered. */
  readonly request: string | undefined;
  readonly groupId: string | undefined;
  /** When the question has to be answered by, or what the agent hears of the caller has to be over. */
  readonly deadline: Monotonic | undefined;
}

/** How a caller wants to wait; what is left out is as the queue says. */
export interface VisitWanted {
  readonly queueId: string;
  readonly priority?: number;
  /** Lowest levels by tag, beside those of the queue; of two the higher counts. */
  readonly skills?: Readonly<Record<string, number>>;
  /** Preferred to all others. */
  readonly agentId?: string;
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
  | 'sticky'
  | 'agent_announcement'
  | 'confirm_key'
  | 'confirm_seconds'
  | 'after_call'
  | 'callback'
>;
