/**
 * A change of the session that we ask for by re-INVITE (RFC 3261 section 14.1). One at a time; wishes that come
 * meanwhile are put together and follow.
 *
 *  idle ─wish─► offering ─final response─► idle
 *    │             ├─491─► backingOff ─timer─► offering
 *    │             └─no final response─► withdrawing (CANCEL) ─final response─► idle
 *    └─another INVITE under way─► blocked ─its ACK─► offering
 *
 * When the call ends, a re-INVITE under way is still waited for (closing), as its 2xx is owed an ACK.
 */
import { type Machine, none, type Step } from '../transaction/step.ts';
import { type TimerValues, transactionLifeMs } from '../transaction/timer-values.ts';
import type { EndCause } from './output.ts';
import type { MediaChange } from './session.ts';

/** What is to become of the session. A mere refresh (RFC 4028) changes nothing and is not reported. */
export interface Wish {
  readonly change: MediaChange;
  readonly reported: boolean;
}

export type RenegotiationState =
  | { readonly kind: 'idle' }
  /** Another INVITE of this dialog is not finished; the wait for its ACK is the outer timer. */
  | { readonly kind: 'blocked'; readonly wish: Wish; readonly tries: number }
  | {
      readonly kind: 'offering';
      readonly wish: Wish;
      /** What came meanwhile. */
      readonly next: Wish | undefined;
      readonly tries: number;
      readonly giveUpAt: number;
    }
  | {
      readonly kind: 'backingOff';
      readonly wish: Wish;
      readonly tries: number;
      readonly retryAt: number;
    }
  | {
      readonly kind: 'withdrawing';
      readonly wish: Wish;
      readonly next: Wish | undefined;
      readonly endAt: number;
    }
  | { readonly kind: 'closing'; readonly endAt: number }
  | { readonly kind: 'over' };

/** `free`: no other INVITE of this dialog is under way. */
export type RenegotiationInput =
  | { readonly kind: 'wish'; readonly wish: Wish; readonly free: boolean }
  /** The ACK that was waited for has come. */
  | { readonly kind: 'freed' }
  /** A 2xx; `usable`: with an answer that can be worked with. */
  | { readonly kind: 'accepted'; readonly usable: boolean }
  /** 491; `waitMs` by the rule of section 14.1. */
  | { readonly kind: 'glare'; readonly waitMs: number }
  | { readonly kind: 'refused'; readonly cause: EndCause }
  | { readonly kind: 'timer'; readonly free: boolean }
  | { readonly kind: 'callEnded' };

export type RenegotiationEffect =
  | { readonly kind: 'offer'; readonly change: MediaChange }
  | { readonly kind: 'cancel' }
  /** Drops the transaction: nothing more will come. */
  | { readonly kind: 'abandon' }
  | { readonly kind: 'reportChanged'; readonly wish: Wish }
  | { readonly kind: 'reportFailed'; readonly wish: Wish; readonly cause: EndCause };

type RenegotiationStep = Step<RenegotiationState, RenegotiationEffect>;
type In<Kind extends RenegotiationState['kind']> = Extract<RenegotiationState, { kind: Kind }>;

/** 491 upon 491 means a peer that will never be done. */
const maxTries = 5;

export const idle: RenegotiationState = { kind: 'idle' };
const over: RenegotiationState = { kind: 'over' };

export const renegotiationMachine: Machine<RenegotiationState, RenegotiationInput, RenegotiationEffect> = {
  step: stepRenegotiation,
  wakeAt: renegotiationWakeAt,
};

function stepRenegotiation(
  state: RenegotiationState,
  input: RenegotiationInput,
  now: number,
  timers: TimerValues,
): RenegotiationStep {
  if (input.kind === 'callEnded') return callEnded(state, now, timers);
  switch (state.kind) {
    case 'idle':
      return input.kind === 'wish' ? begin(input.wish, 0, input.free, now, timers) : { state, effects: none };
    case 'blocked':
      return blocked(state, input, now, timers);
    case 'offering':
      return offering(state, input, now, timers);
    case 'backingOff':
      return backingOff(state, input, now, timers);
    case 'withdrawing':
      return withdrawing(state, input, now, timers);
    case 'closing':
      return closing(state, input, now);
    case 'over':
      return { state, effects: none };
  }
}

function renegotiationWakeAt(state: RenegotiationState): number | undefined {
  switch (state.kind) {
    case 'offering':
      return state.giveUpAt;
    case 'backingOff':
      return state.retryAt;
    case 'withdrawing':
    case 'closing':
      return state.endAt;
    case 'idle':
    case 'blocked':
    case 'over':
      return undefined;
  }
}

function begin(
  wish: Wish,
  tries: number,
  free: boolean,
  now: number,
  timers: TimerValues,
): RenegotiationStep {
  if (!free) return { state: { kind: 'blocked', wish, tries }, effects: none };
  // Some peers ask a human; timer B has passed by then where nothing at all was heard.
  const giveUpAt = now + 1.25 * transactionLifeMs(timers);
  return {
    state: { kind: 'offering', wish, next: undefined, tries, giveUpAt },
    effects: [{ kind: 'offer', change: wish.change }],
  };
}

/** Later wishes win over earlier ones. */
function together(earlier: Wish | undefined, later: Wish | undefined): Wish | undefined {
  if (earlier === undefined || later === undefined) return later ?? earlier;
  return {
    change: { ...earlier.change, ...later.change },
    reported: earlier.reported || later.reported,
  };
}

function blocked(
  state: In<'blocked'>,
  input: RenegotiationInput,
  now: number,
  timers: TimerValues,
): RenegotiationStep {
  switch (input.kind) {
    case 'wish': {
      const wish = together(state.wish, input.wish) ?? state.wish;
      return begin(wish, state.tries, input.free, now, timers);
    }
    case 'freed':
      return begin(state.wish, state.tries, true, now, timers);
    case 'accepted':
    case 'callEnded':
    case 'glare':
    case 'refused':
    case 'timer':
      return { state, effects: none };
  }
}

function offering(
  state: In<'offering'>,
  input: RenegotiationInput,
  now: number,
  timers: TimerValues,
): RenegotiationStep {
  const { wish, next } = state;
  switch (input.kind) {
    case 'wish':
      return { state: { ...state, next: together(next, input.wish) }, effects: none };
    case 'accepted':
    case 'refused':
      return concluded(state, input, now, timers);
    case 'glare': {
      const tries = state.tries + 1;
      const tired: EndCause = { kind: 'rejected', status: 491 };
      if (tries >= maxTries) return concluded(state, { kind: 'refused', cause: tired }, now, timers);
      const all = together(wish, next) ?? wish;
      return { state: { kind: 'backingOff', wish: all, tries, retryAt: now + input.waitMs }, effects: none };
    }
    case 'timer':
      if (now < state.giveUpAt) return { state, effects: none };
      return {
        state: { kind: 'withdrawing', wish, next, endAt: now + transactionLifeMs(timers) },
        effects: [{ kind: 'cancel' }],
      };
    case 'callEnded':
    case 'freed':
      return { state, effects: none };
  }
}

type Outcome = Extract<RenegotiationInput, { kind: 'accepted' | 'refused' }>;

/** A final response: told, and then what was wanted meanwhile. */
function concluded(
  state: In<'offering'> | In<'withdrawing'>,
  outcome: Outcome,
  now: number,
  timers: TimerValues,
): RenegotiationStep {
  const report = reportOf(state.wish, outcome);
  if (state.next === undefined) return { state: idle, effects: [report] };
  const following = begin(state.next, 0, true, now, timers);
  return { state: following.state, effects: [report, ...following.effects] };
}

function reportOf(wish: Wish, outcome: Outcome): RenegotiationEffect {
  if (outcome.kind === 'refused') return { kind: 'reportFailed', wish, cause: outcome.cause };
  // A 2xx without a usable answer: what was agreed on before holds (section 14.1).
  if (!outcome.usable) return { kind: 'reportFailed', wish, cause: { kind: 'protocol' } };
  return { kind: 'reportChanged', wish };
}

function backingOff(
  state: In<'backingOff'>,
  input: RenegotiationInput,
  now: number,
  timers: TimerValues,
): RenegotiationStep {
  switch (input.kind) {
    case 'wish':
      return { state: { ...state, wish: together(state.wish, input.wish) ?? state.wish }, effects: none };
    case 'timer':
      if (now < state.retryAt) return { state, effects: none };
      return begin(state.wish, state.tries, input.free, now, timers);
    case 'accepted':
    case 'callEnded':
    case 'freed':
    case 'glare':
    case 'refused':
      return { state, effects: none };
  }
}

/** Section 9.1: the final response is still awaited, 64 * T1 at the longest; a 2xx may have crossed the CANCEL. */
function withdrawing(
  state: In<'withdrawing'>,
  input: RenegotiationInput,
  now: number,
  timers: TimerValues,
): RenegotiationStep {
  const late: Outcome = { kind: 'refused', cause: { kind: 'timeout' } };
  switch (input.kind) {
    case 'wish':
      return { state: { ...state, next: together(state.next, input.wish) }, effects: none };
    case 'accepted':
      return concluded(state, input, now, timers);
    case 'refused':
    case 'glare':
      return concluded(state, late, now, timers);
    case 'timer': {
      if (now < state.endAt) return { state, effects: none };
      const end = concluded(state, late, now, timers);
      return { state: end.state, effects: [{ kind: 'abandon' }, ...end.effects] };
    }
    case 'callEnded':
    case 'freed':
      return { state, effects: none };
  }
}

function callEnded(state: RenegotiationState, now: number, timers: TimerValues): RenegotiationStep {
  if (state.kind === 'closing') return { state, effects: none };
  const waits = state.kind === 'offering' || state.kind === 'withdrawing';
  if (!waits) return { state: over, effects: none };
  return { state: { kind: 'closing', endAt: now + transactionLifeMs(timers) }, effects: none };
}

function closing(state: In<'closing'>, input: RenegotiationInput, now: number): RenegotiationStep {
  switch (input.kind) {
    case 'accepted':
    case 'glare':
    case 'refused':
      return { state: over, effects: none };
    case 'timer':
      if (now < state.endAt) return { state, effects: none };
      return { state: over, effects: [{ kind: 'abandon' }] };
    case 'callEnded':
    case 'freed':
    case 'wish':
      return { state, effects: none };
  }
}
