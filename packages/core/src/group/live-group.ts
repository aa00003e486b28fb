import type { Address, Flow, Groupcall, HangupReason, SupervisionMode } from '@parley/contract';
import type { Sitting } from '../call/sitting.ts';
import type { PlannedDestination } from '../dial/plan.ts';

/** Calls dialled for one purpose, of which one is to be answered. Its row is replaced when it changes, never changed. */
export interface LiveGroup {
  row: Groupcall;
  readonly orders: DialOrders;
  /** Not tried yet: `linear` only. */
  waiting: readonly PlannedDestination[];
  readonly answered: ((sitting: Sitting, callId: string) => void) | undefined;
  /** `reason`: of the last of its calls; `status`: the SIP status that says best why nobody has answered. */
  readonly unanswered: ((sitting: Sitting, reason: HangupReason, status: number) => void) | undefined;
  /** How the last of its calls ended. */
  lastReason: HangupReason;
  /** Undefined: none has failed yet. */
  failureStatus: number | undefined;
}

/** How something that was dialled ended. */
export interface GroupFailure {
  readonly reason: HangupReason;
  readonly status: number;
}

/** What all calls dialled by one request have in common. */
export interface DialOrders {
  readonly customerId: string;
  readonly source: Address;
  /** What each runs once it is answered; undefined: nothing, it is ended then. */
  readonly flow: Flow | undefined;
  readonly variables: ReadonlyMap<string, string>;
  /** The call they are made for; nil: none. */
  readonly masterCallId: string;
  /** They end when the master does. */
  readonly chained: boolean;
  /** The lane of the master's events; undefined: each has its own. */
  readonly lane: string | undefined;
  /** How long each may stay unanswered. */
  readonly timeoutMs: number;
  /** The flow starts before the answer. */
  readonly early: boolean;
  /** How many flows at the end of recordings have led to it; absent: none. */
  readonly afterFlows?: number;
  /** The agent who is rung. */
  readonly agentId?: string;
  /** That agent is offered a caller of a queue. Otherwise it is called by somebody, whatever its status. */
  readonly offered?: boolean;
  /** The supervision that they are made for. */
  readonly supervises?: { readonly id: string; readonly callId: string; readonly mode: SupervisionMode };
}
