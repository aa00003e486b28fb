import type { Action, Activeflow, Call, Flow, HangupReason } from '@parley/contract';
import type { Static, TObject } from 'typebox';
import type { Effect } from '../effects.ts';
import type { Reply } from '../inputs.ts';
import type { Moment } from '../ports/moment.ts';

/** An option as it is after defaults; what `start` and `resume` get. */
export type OptionOf<S extends TObject> = Static<S>;

/** The call and its activeflow as one action sees them while it runs. */
export interface Step {
  readonly at: Moment;
  readonly call: Call;
  readonly activeflow: Activeflow;
  /** The action under way, option filled in. */
  readonly action: Action;
  /** Keys pressed so far and not yet used. */
  readonly digits: string;
  clearDigits(): void;
  /** The value of a variable, '' when there is none. `parley.` and `voipbin.` name the same things. */
  variable(name: string): string;
  /** False when a limit forbids it. */
  setVariable(name: string, value: string): boolean;
  /** A fresh id, for a play or a request. */
  newId(): string;
  /** Something to do outside, after the commit. */
  effect(effect: Effect): void;
  /** Changes an option in the activeflow's own copy of this action. */
  rewriteOption(option: Readonly<Record<string, unknown>>): void;
}

/** What an action makes of it: go on, go elsewhere, or come to rest. */
export type Outcome =
  | { readonly kind: 'next' }
  | { readonly kind: 'goto'; readonly actionId: string }
  /** Check these like a flow that is saved, run them, then go on after this action. */
  | { readonly kind: 'nest'; readonly actions: unknown }
  | Rest
  /** Still resting as before. */
  | { readonly kind: 'stay' }
  /** The activeflow ends, the call lives on. */
  | { readonly kind: 'stop' }
  | { readonly kind: 'hangup'; readonly reason: HangupReason }
  /** A call action that fails is skipped; a flow action that fails ends the activeflow. */
  | { readonly kind: 'fail'; readonly why: string };

export interface Rest {
  readonly kind: 'rest';
  /** The play or request that ends it. */
  readonly until?: string;
  /** Time after which `resume` gets `timeout`. Without it the longest call duration is the bound. */
  readonly forMs?: number;
  /** Sound is playing; broken off when the action is left early. */
  readonly playing?: boolean;
}

/** What an action at rest may hear. */
export type Signal =
  | { readonly kind: 'timeout' }
  | { readonly kind: 'playEnded'; readonly problem: string | undefined }
  | { readonly kind: 'digit'; readonly digit: string }
  | { readonly kind: 'replied'; readonly reply: Reply }
  | { readonly kind: 'flowLoaded'; readonly flow: Flow | undefined }
  | { readonly kind: 'resumed' };

export interface Target {
  /** Path inside the option, such as `target_ids.1`. */
  readonly path: string;
  readonly id: string;
}

/**
 * One action type: all there is to know about it. A new one is one file in `actions/` that exports `action`.
 */
export interface ActionType<S extends TObject = TObject> {
  readonly type: string;
  /** One line for the reference. */
  readonly summary: string;
  /** `flow`: done at once by the flow engine; `call`: media work on the call. Decides what a failure does. */
  readonly executor: 'flow' | 'call';
  readonly option: S;
  /** Takes time by itself; a loop through it comes to rest. */
  readonly rests: boolean;
  /** The call is answered first if it is not yet. */
  readonly needsAnswer?: boolean;
  /** Never goes on to the action after it. */
  readonly terminal?: boolean;
  /** Other actions it may go to. */
  targets?(option: Static<S>): readonly Target[];
  /** Jumps counted down, so that a loop through them ends by itself. */
  readonly boundedJumps?: boolean;
  /** What the schema cannot say; path within the option and the reason, or undefined. */
  check?(option: Static<S>): { readonly path: string; readonly message: string } | undefined;
  start(step: Step, option: Static<S>): Outcome;
  /** Without it, any end of the rest means next, and digits are only kept. */
  resume?(step: Step, option: Static<S>, signal: Signal): Outcome;
}

/** Gives an action type its option's type; the way every file in `actions/` defines one. */
export function defineAction<S extends TObject>(action: ActionType<S>): ActionType<S> {
  return action;
}

export const next: Outcome = { kind: 'next' };
export const stay: Outcome = { kind: 'stay' };

export function goto(actionId: string): Outcome {
  return { kind: 'goto', actionId };
}

export function fail(why: string): Outcome {
  return { kind: 'fail', why };
}
