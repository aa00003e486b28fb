import type { Action, Activeflow, Address, Call, Flow, HangupReason } from '@parley/contract';
import type { Static, TObject, TProperties } from 'typebox';
import type { PlannedDestination } from '../dial/plan.ts';
import type { Effect, PlaySource } from '../effects.ts';
import type { Reply } from '../inputs.ts';
import type { VisitWanted } from '../queue/live-queue.ts';
import type { RecordingWanted } from '../recording/live-recording.ts';
import type { LocalTime } from './local-time.ts';

/** The call and its activeflow as one action sees them while it runs. */
export interface Step {
  readonly call: Call;
  readonly activeflow: Activeflow;
  /** Keys pressed so far and not yet used. */
  readonly digits: string;
  clearDigits(): void;
  /** What a wall clock in that IANA time zone shows now; '' is UTC. */
  localTime(timeZone: string): LocalTime;
  /** The value of a variable, '' when there is none. `parley.` and `voipbin.` name the same things. */
  variable(name: string): string;
  /** False when a limit forbids it. */
  setVariable(name: string, value: string): boolean;
  /**
   * Plays sources one after another, in place of what was playing; answers the id to rest until. It goes on when the
   * action does not rest. `endsAtKey`: any key breaks it off, and so ends the rest.
   */
  play(sources: readonly PlaySource[], options?: { readonly endsAtKey?: boolean }): string;
  /** Sends the caller's own sound back for so long, in place of what was playing; answers the id to rest until. */
  echo(durationMs: number): string;
  /** Finds out how destinations are reached; answers the id to rest until. */
  locate(wanted: LocationWanted): string;
  /** Dials them for this call; answers why that cannot be, if so. */
  dial(wanted: CallsWanted): string | undefined;
  /** Dials them into a new room and answers the actions with which this call goes there too. */
  connect(wanted: ConnectionWanted): readonly NestedAction[];
  /** Goes into a room; answers why that cannot be, if so. */
  enterRoom(roomId: string): string | undefined;
  /** The actions with which a caller goes through a conference; undefined when there is none that can be entered. */
  conferenceActions(conferenceId: string): readonly NestedAction[] | undefined;
  /** Presses keys towards the peer, in place of what was playing; answers the id to rest until. */
  sendDigits(digits: string, durationMs: number, intervalMs: number): string;
  /** Begins to record the call; answers why that cannot be, if so. */
  record(wanted: RecordingWanted): string | undefined;
  /** Ends the recording of the call, if there is one. */
  stopRecording(): void;
  /** Joins a queue; answers with which actions it waits there, or why it cannot join. */
  joinQueue(wanted: VisitWanted): readonly NestedAction[] | string;
  /** An agent who has answered for a caller takes it; nothing, when that is not what this call is for. */
  acceptCaller(): void;
  /** Promises the caller, who waits in a queue, a call back; answers what it is told, or why it cannot be. */
  promiseCallback(destination: Address | undefined): readonly NestedAction[] | string;
  /** Reads a stored flow; answers the id to rest until. */
  loadFlow(flowId: string): string;
  /** A fresh id, for a request. */
  newId(): string;
  /** Something else to do outside, after the commit. */
  effect(effect: Effect): void;
  /** Changes an option in the activeflow's own copy of this action. */
  rewriteOption(option: Readonly<Record<string, unknown>>): void;
}

/** An action to be nested; ids are given to those that have none. */
export type NestedAction = Pick<Action, 'type'> & Partial<Action>;

export interface LocationWanted {
  readonly source: Address;
  readonly destinations: readonly Address[];
  readonly anonymous: 'yes' | 'no' | 'auto';
  /** A stored flow that is wanted with them; nil: none. */
  readonly flowId: string;
}

export interface CallsWanted {
  readonly source: Address;
  readonly destinations: readonly PlannedDestination[];
  /** What each runs once it is answered: a stored flow, or these actions. */
  readonly flow: Flow | undefined;
  readonly actions: unknown;
  /** They end when this call does. */
  readonly chained: boolean;
  readonly early: boolean;
  readonly timeoutMs: number;
}

export interface ConnectionWanted extends Omit<CallsWanted, 'flow' | 'actions'> {
  readonly ringMethod: 'ring_all' | 'linear';
  /** When nobody answers, this call ends the way they did. */
  readonly relayReason: boolean;
}

/** What an action makes of it: go on, go elsewhere, or come to rest. */
export type Outcome =
  | { readonly kind: 'next' }
  | { readonly kind: 'goto'; readonly actionId: string }
  /** Check these like a flow that is saved, run them, then go on after this action. */
  | { readonly kind: 'nest'; readonly actions: unknown }
  | Rest
  /** The activeflow ends, the call lives on. */
  | { readonly kind: 'stop' }
  | { readonly kind: 'hangup'; readonly reason: HangupReason }
  /** A call action that fails is skipped; a flow action that fails ends the activeflow. */
  | { readonly kind: 'fail'; readonly why: string };

export interface Rest {
  readonly kind: 'rest';
  /** The play or request that ends it. A play is broken off when the action is left before. */
  readonly until?: string;
  /** Time after which `resume` gets `timeout`. Without it the longest call duration is the bound. */
  readonly forMs?: number;
}

/** What was heard means nothing to the action: it rests as before. */
export interface Stay {
  readonly kind: 'stay';
}

/** What an action at rest may hear. */
export type Signal =
  | { readonly kind: 'timeout' }
  | { readonly kind: 'playEnded'; readonly problem: string | undefined }
  | { readonly kind: 'digit'; readonly digit: string }
  | { readonly kind: 'replied'; readonly reply: Reply }
  | { readonly kind: 'flowLoaded'; readonly flow: Flow | undefined }
  | { readonly kind: 'resumed' }
  /** The call is not in its room any more. */
  | { readonly kind: 'leftRoom' }
  | {
      readonly kind: 'located';
      readonly destinations: readonly PlannedDestination[];
      /** The stored flow that was asked for with them, if there is such a one. */
      readonly flow: Flow | undefined;
    };

export interface Target {
  /** Path inside the option, such as `target_ids.1`. */
  readonly path: string;
  readonly id: string;
  /** Nil means that there is none. */
  readonly optional?: boolean;
}

/**
 * One action type: all there is to know about it. A new one is one file in `actions/` that exports `action`.
 */
export interface ActionType<P extends TProperties = TProperties> {
  readonly type: string;
  /** One line for the reference. */
  readonly summary: string;
  /** `flow`: done at once by the flow engine; `call`: media work on the call. Decides what a failure does. */
  readonly executor: 'flow' | 'call';
  readonly option: TObject<P>;
  /**
   * Whether it means anything only where there is a call. A flow that follows the end of a recording has none. Left out:
   * media work does, the rest does not.
   */
  readonly needsCall?: boolean;
  /** The call is answered first if it is not yet. */
  readonly needsAnswer?: boolean;
  /** Takes time each time it runs; a loop through it comes to rest. */
  rests(option: Static<TObject<P>>): boolean;
  /** Never goes on to the action after it. */
  terminal?(option: Static<TObject<P>>): boolean;
  /** Other actions it may go to. */
  targets?(option: Static<TObject<P>>): readonly Target[];
  /** Jumps counted down, so that a loop through them ends by itself. */
  readonly boundedJumps?: boolean;
  /** A list of actions in the option, to be checked like a flow of its own. */
  nested?(option: Static<TObject<P>>): { readonly path: string; readonly actions: unknown } | undefined;
  /** What the schema cannot say; path within the option and the reason, or undefined. */
  check?(option: Static<TObject<P>>): { readonly path: string; readonly message: string } | undefined;
  /** `option` is filled in and has been checked. */
  start(step: Step, option: Static<TObject<P>>): Outcome;
  /** What the rest heard; a type that comes to rest has it. */
  resume?(step: Step, option: Static<TObject<P>>, signal: Signal): Outcome | Stay;
}

/**
 * Gives an action type its option's type; the way every file in `actions/` defines one. What comes out has forgotten it:
 * options are checked against the schema before any of its functions is called. (The parameter is the properties and not
 * the object schema because inferring the latter costs the compiler a thousand times as much.)
 */
export function defineAction<P extends TProperties>(action: ActionType<P>): ActionType {
  return action as unknown as ActionType;
}

export const next: Outcome = { kind: 'next' };
export const stay: Stay = { kind: 'stay' };

export function goto(actionId: string): Outcome {
  return { kind: 'goto', actionId };
}

export function fail(why: string): Outcome {
  return { kind: 'fail', why };
}

/** `resume` of an action that rests until a stored flow has been read, and then runs it. */
export function afterFlow(signal: Signal, flowId: string): Outcome | Stay {
  if (signal.kind === 'timeout') return fail('the flow could not be read in time');
  if (signal.kind !== 'flowLoaded') return stay;
  if (signal.flow === undefined) return fail(`there is no flow ${flowId}`);
  return { kind: 'nest', actions: signal.flow.actions };
}

/** `resume` of an action that rests until its play has ended. */
export function afterPlay(signal: Signal): Outcome | Stay {
  if (signal.kind !== 'playEnded') return stay;
  return signal.problem === undefined ? next : fail(signal.problem);
}
