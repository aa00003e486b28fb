/**
 * Non-INVITE server transaction (RFC 3261 section 17.2.2, figure 8).
 *
 *  Trying ──1xx──► Proceeding ──200-699──► Completed ──J──► Terminated
 *     └────────────200-699────────────────────►┘
 */
import type { ServerEffect, ServerInput } from './invite-server.ts';
import { isProvisional } from './status.ts';
import { none, type Machine, type Step } from './step.ts';
import { transactionLifeMs, type TimerValues } from './timer-values.ts';

export type NonInviteServerState =
  /** After `giveUpAt` the client has timed out and a late answer would only do harm (RFC 4320 section 4.2). */
  | { readonly kind: 'trying'; readonly reliable: boolean; readonly giveUpAt: number }
  | { readonly kind: 'proceeding'; readonly reliable: boolean; readonly giveUpAt: number }
  | { readonly kind: 'completed'; readonly endAt: number }
  | { readonly kind: 'terminated' };

type NonInviteServerStep = Step<NonInviteServerState, ServerEffect>;
type In<Kind extends NonInviteServerState['kind']> = Extract<NonInviteServerState, { kind: Kind }>;

const terminated: NonInviteServerState = { kind: 'terminated' };

export function beginNonInviteServer(
  reliable: boolean,
  now: number,
  timers: TimerValues,
): NonInviteServerState {
  return { kind: 'trying', reliable, giveUpAt: now + transactionLifeMs(timers) };
}

export const nonInviteServer: Machine<NonInviteServerState, ServerInput, ServerEffect> = {
  step: stepNonInviteServer,
  wakeAt: nonInviteServerWakeAt,
};

function stepNonInviteServer(
  state: NonInviteServerState,
  input: ServerInput,
  now: number,
  timers: TimerValues,
): NonInviteServerStep {
  switch (state.kind) {
    case 'trying':
    case 'proceeding':
      return unanswered(state, input, now, timers);
    case 'completed':
      return completed(state, input, now);
    case 'terminated':
      return { state, effects: none };
  }
}

function nonInviteServerWakeAt(state: NonInviteServerState): number | undefined {
  switch (state.kind) {
    case 'trying':
    case 'proceeding':
      return state.giveUpAt;
    case 'completed':
      return state.endAt;
    case 'terminated':
      return undefined;
  }
}

/** Section 17.2.2, states "Trying" (a retransmission is discarded) and "Proceeding" (it gets the 1xx again). */
function unanswered(
  state: In<'trying'> | In<'proceeding'>,
  input: ServerInput,
  now: number,
  timers: TimerValues,
): NonInviteServerStep {
  switch (input.kind) {
    case 'request':
      return { state, effects: state.kind === 'proceeding' ? ['send'] : none };
    case 'respond':
      return respond(state, input.status, now, timers);
    case 'timer':
      return now >= state.giveUpAt ? { state: terminated, effects: ['timeout'] } : { state, effects: none };
    case 'transportError':
      return { state: terminated, effects: ['transportError'] };
    case 'ack':
      return { state, effects: none };
  }
}

/** Section 17.2.2, state "Completed". */
function completed(state: In<'completed'>, input: ServerInput, now: number): NonInviteServerStep {
  switch (input.kind) {
    case 'request':
      return { state, effects: ['send'] };
    case 'timer':
      return { state: now >= state.endAt ? terminated : state, effects: none }; // J
    case 'transportError':
      return { state: terminated, effects: ['transportError'] };
    case 'respond':
    case 'ack':
      return { state, effects: none };
  }
}

function respond(
  state: In<'trying'> | In<'proceeding'>,
  status: number,
  now: number,
  timers: TimerValues,
): NonInviteServerStep {
  if (isProvisional(status)) return { state: { ...state, kind: 'proceeding' }, effects: ['send'] };
  const endAt = now + transactionLifeMs(timers);
  return { state: state.reliable ? terminated : { kind: 'completed', endAt }, effects: ['send'] };
}
