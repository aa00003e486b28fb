/**
 * A REFER of the peer and the subscription it makes (RFC 3515 section 2.4).
 *
 *  asked ─accept─► subscribed (NOTIFY 100) ─progress─► subscribed ─final status─► over
 *    │  └─accept, Refer-Sub: false─► silent ─final status─► over
 *    └─reject, nobody decides─► over
 */
import { type Machine, none, type Step } from '../transaction/step.ts';
import type { TimerValues } from '../transaction/timer-values.ts';
import type { Refusal } from './call-state.ts';

export type TransferState =
  | { readonly kind: 'asked'; readonly decideBy: number; readonly silent: boolean }
  | { readonly kind: 'subscribed'; readonly status: number; readonly expiresAt: number }
  /** Nobody wants to hear how it goes (RFC 4488). */
  | { readonly kind: 'silent'; readonly expiresAt: number }
  | { readonly kind: 'over' };

export type TransferInput =
  | { readonly kind: 'accept' }
  | { readonly kind: 'reject'; readonly refusal: Refusal }
  /** The status of the call to the target. */
  | { readonly kind: 'progress'; readonly status: number }
  /** The subscriber is gone (RFC 6665 section 4.2.2). */
  | { readonly kind: 'lost' }
  | { readonly kind: 'callEnded' }
  | { readonly kind: 'timer' };

export type TransferEffect =
  | { readonly kind: 'accept'; readonly silent: boolean }
  | { readonly kind: 'refuse'; readonly refusal: Refusal }
  /** `subscription`: value of Subscription-State. */
  | { readonly kind: 'notify'; readonly status: number; readonly subscription: string };

type TransferStep = Step<TransferState, TransferEffect>;
type In<Kind extends TransferState['kind']> = Extract<TransferState, { kind: Kind }>;

/** As long as a call rings at the longest. */
const subscriptionMs = 300_000;
const over: TransferState = { kind: 'over' };

/** The peer waits 64 * T1 for our response; it should have one in good time before. */
export function beginTransfer(silent: boolean, now: number, timers: TimerValues): TransferState {
  return { kind: 'asked', silent, decideBy: now + 40 * timers.t1Ms };
}

export const transferMachine: Machine<TransferState, TransferInput, TransferEffect> = {
  step: (state, input, now) => stepTransfer(state, input, now),
  wakeAt: transferWakeAt,
};

function stepTransfer(state: TransferState, input: TransferInput, now: number): TransferStep {
  switch (state.kind) {
    case 'asked':
      return asked(state, input, now);
    case 'subscribed':
      return subscribed(state, input, now);
    case 'silent':
      return silent(state, input, now);
    case 'over':
      return { state, effects: none };
  }
}

function transferWakeAt(state: TransferState): number | undefined {
  switch (state.kind) {
    case 'asked':
      return state.decideBy;
    case 'subscribed':
    case 'silent':
      return state.expiresAt;
    case 'over':
      return undefined;
  }
}

/** RFC 3515 section 2.4.2. */
function asked(state: In<'asked'>, input: TransferInput, now: number): TransferStep {
  switch (input.kind) {
    case 'accept':
      return accepted(state.silent, now);
    case 'reject':
      return { state: over, effects: [{ kind: 'refuse', refusal: input.refusal }] };
    case 'callEnded': // What is pending when a BYE comes gets 487 (RFC 3261 section 15.1.2).
      return { state: over, effects: [{ kind: 'refuse', refusal: { status: 487 } }] };
    case 'timer':
      if (now < state.decideBy) return { state, effects: none };
      return { state: over, effects: [{ kind: 'refuse', refusal: { status: 480 } }] };
    case 'lost':
    case 'progress':
      return { state, effects: none };
  }
}

function accepted(isSilent: boolean, now: number): TransferStep {
  const expiresAt = now + subscriptionMs;
  const accept: TransferEffect = { kind: 'accept', silent: isSilent };
  if (isSilent) return { state: { kind: 'silent', expiresAt }, effects: [accept] };
  return {
    state: { kind: 'subscribed', status: 100, expiresAt },
    effects: [accept, { kind: 'notify', status: 100, subscription: active(expiresAt, now) }],
  };
}

/** RFC 3515 sections 2.4.4 to 2.4.7. */
function subscribed(state: In<'subscribed'>, input: TransferInput, now: number): TransferStep {
  switch (input.kind) {
    case 'progress': {
      const { status } = input;
      if (status >= 200) return last(status, 'noresource');
      return {
        state: { ...state, status },
        effects: [{ kind: 'notify', status, subscription: active(state.expiresAt, now) }],
      };
    }
    case 'timer':
      return now < state.expiresAt ? { state, effects: none } : last(state.status, 'timeout');
    case 'lost':
    case 'callEnded': // The dialog goes with the call, and the subscription with the dialog.
      return { state: over, effects: none };
    case 'accept':
    case 'reject':
      return { state, effects: none };
  }
}

function last(status: number, reason: string): TransferStep {
  return { state: over, effects: [{ kind: 'notify', status, subscription: `terminated;reason=${reason}` }] };
}

function active(expiresAt: number, now: number): string {
  return `active;expires=${Math.max(1, Math.ceil((expiresAt - now) / 1000))}`;
}

function silent(state: In<'silent'>, input: TransferInput, now: number): TransferStep {
  const isOver =
    input.kind === 'callEnded' ||
    (input.kind === 'progress' && input.status >= 200) ||
    (input.kind === 'timer' && now >= state.expiresAt);
  return { state: isOver ? over : state, effects: none };
}
