import { type Action, type Activeflow, type Call, notYet } from '@parley/contract';
import type { DialAttempt } from '../dial/plan.ts';
import type { ActionType } from '../flow/action-type.ts';
import type { Run } from '../flow/run.ts';
import type { Monotonic } from '../ports/moment.ts';
import type { Passage } from '../queue/passage.ts';
import type { Supervises } from '../supervision/live-supervision.ts';

/** A call that is not over, with its activeflow, as its node keeps them in memory. The rows are what is stored. */
export interface LiveCall {
  readonly lane: string;
  call: Call;
  activeflow: Activeflow | undefined;
  /** How far the activeflow has come; undefined when there is none, and once it has ended. */
  walk: Walk | undefined;
  /** What was last started and is not known to have ended; it may outlast the action that started it. */
  sound: Sound | undefined;
  media: 'closed' | 'opening' | 'open';
  /** What waits for the media to be open. */
  opensFor: 'answer' | 'earlyMedia' | 'dial';
  /** Sound may flow though nobody has answered. */
  earlyMedia: boolean;
  /** How it is dialled, while it is an outgoing call that nobody has answered. */
  dialing: Dialing | undefined;
  /** The room it is in. */
  roomId: string | undefined;
  /** Its visit to a queue. */
  visitId: string | undefined;
  /** How it came to the queue it is in, if from another one. */
  passage: Passage | undefined;
  /** The agent who is offered, or serves, a caller of a queue by it. */
  agentId: string | undefined;
  /**
   * It is no call, but a flow that follows the end of that recording, and takes what room a call takes. Its `call` stands
   * in for one: it is never written down, and nobody is told of it.
   */
  readonly forRecording?: string;
  /** How many flows at the end of recordings have led to it; absent: none. */
  readonly afterFlows?: number;
  /** The transfer it takes part in. */
  transferId: string | undefined;
  /** The talk that it supervises. */
  supervises: Supervises | undefined;
  /** The far end keeps us waiting. */
  heldByPeer: boolean;
  /** Why we are ending it, once we are. */
  endCause: number | undefined;
  /** When whoever owns the present state has to have acted. */
  readonly deadlines: {
    longestCall: Monotonic | undefined;
    openingMedia: Monotonic | undefined;
    /** An outgoing call that nobody has answered by then is given up. */
    unanswered: Monotonic | undefined;
    ending: Monotonic | undefined;
  };
}

export interface Dialing {
  readonly attempts: readonly DialAttempt[];
  /** How many were begun; none: no INVITE is out yet. */
  begun: number;
  /** The flow starts before the answer. */
  readonly early: boolean;
  /** What SIP would say of a destination there is no way to. */
  readonly noWayStatus: number;
}

export interface Walk {
  readonly run: Run;
  variables: ReadonlyMap<string, string>;
  digits: string;
  /** Steps in all, and since the flow last came to rest. */
  steps: number;
  stepsWithoutRest: number;
  current: { readonly action: Action; readonly type: ActionType } | undefined;
  resting: Resting | undefined;
}

export interface Resting {
  /** The action waits for the call to be answered before it starts. */
  readonly forAnswer: boolean;
  /** The play or request that ends it. */
  readonly until: string | undefined;
  readonly deadline: Monotonic | undefined;
}

export interface Sound {
  readonly play: string;
  readonly endsAtKey: boolean;
  /** Music that a client has asked for: it stays until the client takes it back. */
  readonly music?: boolean;
  /** Music while all others in its room keep it waiting. */
  readonly waiting?: boolean;
}

/** The earliest time at which something has to happen to this call by itself. */
export function wakeTime(live: LiveCall): Monotonic | undefined {
  const { longestCall, openingMedia, unanswered, ending } = live.deadlines;
  const times = [longestCall, openingMedia, unanswered, ending, live.walk?.resting?.deadline];
  return times.reduce(
    (least, time) => (least === undefined || (time !== undefined && time < least) ? time : least),
    undefined,
  );
}

/** Whether its end has begun: nothing but the end is decided about it any more. */
export function isEnding(live: LiveCall): boolean {
  return live.endCause !== undefined || live.call.status === 'hangup';
}

/** The activeflow of the call, while there is one that has not ended. */
export function runningActiveflow(live: LiveCall): Activeflow | undefined {
  return live.activeflow?.tm_delete === notYet ? live.activeflow : undefined;
}
