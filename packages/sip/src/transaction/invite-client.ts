/**
 * INVITE client transaction (RFC 3261 section 17.1.1, figure 5, with the Accepted state of RFC 6026 section 7.2).
 *
 *  Calling ──1xx──► Proceeding ──┬──2xx──► Accepted ──M──► Terminated
 *     └───────────2xx / 300-699──┴─300-699─► Completed ──D──► Terminated
 */
import {
  beginWaiting,
  type ClientEffect,
  type ClientInput,
  type Waiting,
  waitingWakeAt,
} from './client-waiting.ts';
import { isProvisional, isSuccess } from './status.ts';
import { none, type Machine, type Step } from './step.ts';
import { transactionLifeMs, type TimerValues } from './timer-values.ts';

export type InviteClientState =
  | ({ readonly kind: 'calling' } & Waiting)
  /** Its outer timer is the caller's own answer deadline, which cancels (RFC 3261 section 13.2.1). */
  | { readonly kind: 'proceeding'; readonly reliable: boolean }
  | { readonly kind: 'completed'; readonly endAt: number }
  | { readonly kind: 'accepted'; readonly endAt: number }
  | { readonly kind: 'terminated' };

type InviteClientStep = Step<InviteClientState, ClientEffect>;
type In<Kind extends InviteClientState['kind']> = Extract<InviteClientState, { kind: Kind }>;

const terminated: InviteClientState = { kind: 'terminated' };

/** Sends the request and starts timers A (unreliable transports only) and B (section 17.1.1.2). */
export function beginInviteClient(reliable: boolean, now: number, timers: TimerValues): InviteClientStep {
  return { state: { kind: 'calling', ...beginWaiting(reliable, now, timers) }, effects: ['send'] };
}

export const inviteClient: Machine<InviteClientState, ClientInput, ClientEffect> = {
  step: stepInviteClient,
  wakeAt: inviteClientWakeAt,
};

function stepInviteClient(
  state: InviteClientState,
  input: ClientInput,
  now: number,
  timers: TimerValues,
): InviteClientStep {
  switch (state.kind) {
    case 'calling':
      return calling(state, input, now, timers);
    case 'proceeding':
      return proceeding(state, input, now, timers);
    case 'completed':
      return completed(state, input, now);
    case 'accepted':
      return accepted(state, input, now);
    case 'terminated':
      return { state, effects: none };
  }
}

function inviteClientWakeAt(state: InviteClientState): number | undefined {
  switch (state.kind) {
    case 'calling':
      return waitingWakeAt(state);
    case 'completed':
    case 'accepted':
      return state.endAt;
    case 'proceeding':
    case 'terminated':
      return undefined;
  }
}

/** Section 17.1.1.2, state "Calling". */
function calling(
  state: In<'calling'>,
  input: ClientInput,
  now: number,
  timers: TimerValues,
): InviteClientStep {
  switch (input.kind) {
    case 'response':
      return answered(state, input.status, now, timers);
    case 'transportError':
      return { state: terminated, effects: ['transportError'] };
    case 'timer':
      if (now >= state.timeoutAt) return { state: terminated, effects: ['timeout'] }; // B
      return now >= state.retransmitAt ? retransmit(state, now) : { state, effects: none }; // A
  }
}

/** Section 17.1.1.2, state "Proceeding": no retransmission any more. */
function proceeding(
  state: In<'proceeding'>,
  input: ClientInput,
  now: number,
  timers: TimerValues,
): InviteClientStep {
  switch (input.kind) {
    case 'response':
      return answered(state, input.status, now, timers);
    case 'transportError':
      return { state: terminated, effects: ['transportError'] };
    case 'timer':
      return { state, effects: none };
  }
}

/** Section 17.1.1.2, state "Completed": the ACK is sent again, the response is not passed up again. */
function completed(state: In<'completed'>, input: ClientInput, now: number): InviteClientStep {
  switch (input.kind) {
    case 'response':
      return { state, effects: input.status >= 300 ? ['ack'] : none };
    case 'transportError':
      return { state: terminated, effects: ['transportError'] };
    case 'timer':
      return { state: now >= state.endAt ? terminated : state, effects: none }; // D
  }
}

/** RFC 6026 section 7.2, state "Accepted": every 2xx, also of other forks, goes to the user, who sends the ACKs. */
function accepted(state: In<'accepted'>, input: ClientInput, now: number): InviteClientStep {
  switch (input.kind) {
    case 'response':
      return { state, effects: isSuccess(input.status) ? ['deliver'] : none };
    case 'transportError':
      return { state, effects: none };
    case 'timer':
      return { state: now >= state.endAt ? terminated : state, effects: none }; // M
  }
}

function answered(
  state: In<'calling'> | In<'proceeding'>,
  status: number,
  now: number,
  timers: TimerValues,
): InviteClientStep {
  if (isProvisional(status))
    return { state: { kind: 'proceeding', reliable: state.reliable }, effects: ['deliver'] };
  if (isSuccess(status)) {
    return { state: { kind: 'accepted', endAt: now + transactionLifeMs(timers) }, effects: ['deliver'] };
  }
  const endAt = now + timers.timerDMs;
  return { state: state.reliable ? terminated : { kind: 'completed', endAt }, effects: ['ack', 'deliver'] };
}

function retransmit(state: In<'calling'>, now: number): InviteClientStep {
  const intervalMs = state.intervalMs * 2;
  return { state: { ...state, intervalMs, retransmitAt: now + intervalMs }, effects: ['send'] };
}
