/**
 * Non-INVITE client transaction (RFC 3261 section 17.1.2, figure 6).
 *
 *  Trying ──1xx──► Proceeding ──200-699──► Completed ──K──► Terminated
 *     └────────────200-699────────────────────►┘
 */
import {
  beginWaiting,
  type ClientEffect,
  type ClientInput,
  type Waiting,
  waitingWakeAt,
} from './client-waiting.ts';
import { isProvisional } from './status.ts';
import { none, type Machine, type Step } from './step.ts';
import type { TimerValues } from './timer-values.ts';

export type NonInviteClientState =
  | ({ readonly kind: 'trying' } & Waiting)
  | ({ readonly kind: 'proceeding' } & Waiting)
  | { readonly kind: 'completed'; readonly endAt: number }
  | { readonly kind: 'terminated' };

type NonInviteClientStep = Step<NonInviteClientState, ClientEffect>;
type In<Kind extends NonInviteClientState['kind']> = Extract<NonInviteClientState, { kind: Kind }>;

const terminated: NonInviteClientState = { kind: 'terminated' };

/** Sends the request and starts timers E (unreliable transports only) and F (section 17.1.2.2). */
export function beginNonInviteClient(
  reliable: boolean,
  now: number,
  timers: TimerValues,
): NonInviteClientStep {
  return { state: { kind: 'trying', ...beginWaiting(reliable, now, timers) }, effects: ['send'] };
}

export const nonInviteClient: Machine<NonInviteClientState, ClientInput, ClientEffect> = {
  step: stepNonInviteClient,
  wakeAt: nonInviteClientWakeAt,
};

function stepNonInviteClient(
  state: NonInviteClientState,
  input: ClientInput,
  now: number,
  timers: TimerValues,
): NonInviteClientStep {
  switch (state.kind) {
    case 'trying':
    case 'proceeding':
      return waiting(state, input, now, timers);
    case 'completed':
      return completed(state, input, now);
    case 'terminated':
      return { state, effects: none };
  }
}

function nonInviteClientWakeAt(state: NonInviteClientState): number | undefined {
  switch (state.kind) {
    case 'trying':
    case 'proceeding':
      return waitingWakeAt(state);
    case 'completed':
      return state.endAt;
    case 'terminated':
      return undefined;
  }
}

/** Section 17.1.2.2, states "Trying" and "Proceeding"; they differ only in the interval of timer E. */
function waiting(
  state: In<'trying'> | In<'proceeding'>,
  input: ClientInput,
  now: number,
  timers: TimerValues,
): NonInviteClientStep {
  switch (input.kind) {
    case 'response':
      return answered(state, input.status, now, timers);
    case 'transportError':
      return { state: terminated, effects: ['transportError'] };
    case 'timer':
      if (now >= state.timeoutAt) return { state: terminated, effects: ['timeout'] }; // F
      return now >= state.retransmitAt ? retransmit(state, now, timers) : { state, effects: none }; // E
  }
}

/** Section 17.1.2.2, state "Completed": retransmitted responses are absorbed. */
function completed(state: In<'completed'>, input: ClientInput, now: number): NonInviteClientStep {
  const over = input.kind === 'timer' && now >= state.endAt; // K
  return { state: over ? terminated : state, effects: none };
}

function answered(
  state: In<'trying'> | In<'proceeding'>,
  status: number,
  now: number,
  timers: TimerValues,
): NonInviteClientStep {
  if (isProvisional(status)) return { state: { ...state, kind: 'proceeding' }, effects: ['deliver'] };
  const endAt = now + timers.t4Ms;
  return { state: state.reliable ? terminated : { kind: 'completed', endAt }, effects: ['deliver'] };
}

/** Timer E doubles up to T2 in "Trying" and is T2 in "Proceeding". */
function retransmit(
  state: In<'trying'> | In<'proceeding'>,
  now: number,
  timers: TimerValues,
): NonInviteClientStep {
  const doubled = Math.min(state.intervalMs * 2, timers.t2Ms);
  const intervalMs = state.kind === 'proceeding' ? timers.t2Ms : doubled;
  return { state: { ...state, intervalMs, retransmitAt: now + intervalMs }, effects: ['send'] };
}
