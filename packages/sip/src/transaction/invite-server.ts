/**
 * INVITE server transaction (RFC 3261 section 17.2.1, figure 7, with the Accepted state of RFC 6026 section 7.1).
 *
 *  Proceeding ──┬──2xx──────► Accepted ──L──► Terminated
 *               └──300-699──► Completed ──ACK──► Confirmed ──I──► Terminated
 *                                  └──H──► Terminated (reported)
 */
import { isProvisional, isSuccess } from './status.ts';
import { deadline, never, none, type Machine, type Step } from './step.ts';
import { transactionLifeMs, type TimerValues } from './timer-values.ts';

export type InviteServerState =
  /** Its outer timer is the owner's deadline for an unanswered call, which rejects. */
  | { readonly kind: 'proceeding'; readonly reliable: boolean; readonly provisionalSent: boolean }
  | {
      readonly kind: 'completed';
      readonly reliable: boolean;
      readonly intervalMs: number;
      readonly retransmitAt: number;
      readonly giveUpAt: number;
    }
  | { readonly kind: 'confirmed'; readonly endAt: number }
  | { readonly kind: 'accepted'; readonly endAt: number }
  | { readonly kind: 'terminated' };

/** `request` is a retransmission of the request that made the transaction; `ack` an ACK that matches it. */
export type ServerInput =
  | { readonly kind: 'request' }
  | { readonly kind: 'ack' }
  | { readonly kind: 'respond'; readonly status: number }
  | { readonly kind: 'timer' }
  | { readonly kind: 'transportError' };

/** `send`: the latest response; `deliverAck`: the ACK of a 2xx goes to the user; the rest are reports to it. */
export type ServerEffect = 'send' | 'deliverAck' | 'timeout' | 'transportError';

type InviteServerStep = Step<InviteServerState, ServerEffect>;
type In<Kind extends InviteServerState['kind']> = Extract<InviteServerState, { kind: Kind }>;

const terminated: InviteServerState = { kind: 'terminated' };

export function beginInviteServer(reliable: boolean): InviteServerState {
  return { kind: 'proceeding', reliable, provisionalSent: false };
}

export const inviteServer: Machine<InviteServerState, ServerInput, ServerEffect> = {
  step: stepInviteServer,
  wakeAt: inviteServerWakeAt,
};

function stepInviteServer(
  state: InviteServerState,
  input: ServerInput,
  now: number,
  timers: TimerValues,
): InviteServerStep {
  switch (state.kind) {
    case 'proceeding':
      return proceeding(state, input, now, timers);
    case 'completed':
      return completed(state, input, now, timers);
    case 'confirmed':
      return confirmed(state, input, now);
    case 'accepted':
      return accepted(state, input, now);
    case 'terminated':
      return { state, effects: none };
  }
}

function inviteServerWakeAt(state: InviteServerState): number | undefined {
  switch (state.kind) {
    case 'completed':
      return deadline(Math.min(state.retransmitAt, state.giveUpAt));
    case 'confirmed':
    case 'accepted':
      return state.endAt;
    case 'proceeding':
    case 'terminated':
      return undefined;
  }
}

/** Section 17.2.1, state "Proceeding". */
function proceeding(
  state: In<'proceeding'>,
  input: ServerInput,
  now: number,
  timers: TimerValues,
): InviteServerStep {
  switch (input.kind) {
    case 'request':
      return { state, effects: state.provisionalSent ? ['send'] : none };
    case 'respond':
      return respond(state, input.status, now, timers);
    case 'transportError': // RFC 6026 section 7.1: reported, the state stays.
      return { state, effects: ['transportError'] };
    case 'ack':
    case 'timer':
      return { state, effects: none };
  }
}

/** Section 17.2.1, state "Completed". */
function completed(
  state: In<'completed'>,
  input: ServerInput,
  now: number,
  timers: TimerValues,
): InviteServerStep {
  switch (input.kind) {
    case 'request':
      return { state, effects: ['send'] };
    case 'ack':
      return {
        state: state.reliable ? terminated : { kind: 'confirmed', endAt: now + timers.t4Ms },
        effects: none,
      };
    case 'timer':
      if (now >= state.giveUpAt) return { state: terminated, effects: ['timeout'] }; // H
      return now >= state.retransmitAt ? retransmit(state, now, timers) : { state, effects: none }; // G
    case 'transportError': // RFC 6026 section 7.1: the timers end it.
    case 'respond':
      return { state, effects: none };
  }
}

/** Section 17.2.1, state "Confirmed": only there to absorb further ACKs. */
function confirmed(state: In<'confirmed'>, input: ServerInput, now: number): InviteServerStep {
  const over = input.kind === 'timer' && now >= state.endAt; // I
  return { state: over ? terminated : state, effects: none };
}

/** RFC 6026 section 7.1, state "Accepted": the user retransmits the 2xx; INVITE retransmissions are absorbed. */
function accepted(state: In<'accepted'>, input: ServerInput, now: number): InviteServerStep {
  switch (input.kind) {
    case 'ack':
      return { state, effects: ['deliverAck'] };
    case 'respond':
      return { state, effects: isSuccess(input.status) ? ['send'] : none };
    case 'timer':
      return { state: now >= state.endAt ? terminated : state, effects: none }; // L
    case 'transportError':
      return { state, effects: ['transportError'] };
    case 'request':
      return { state, effects: none };
  }
}

function respond(
  state: In<'proceeding'>,
  status: number,
  now: number,
  timers: TimerValues,
): InviteServerStep {
  if (isProvisional(status)) return { state: { ...state, provisionalSent: true }, effects: ['send'] };
  const endAt = now + transactionLifeMs(timers);
  if (isSuccess(status)) return { state: { kind: 'accepted', endAt }, effects: ['send'] };
  const completed: InviteServerState = {
    kind: 'completed',
    reliable: state.reliable,
    intervalMs: timers.t1Ms,
    retransmitAt: state.reliable ? never : now + timers.t1Ms,
    giveUpAt: endAt,
  };
  return { state: completed, effects: ['send'] };
}

function retransmit(state: In<'completed'>, now: number, timers: TimerValues): InviteServerStep {
  const intervalMs = Math.min(state.intervalMs * 2, timers.t2Ms);
  return { state: { ...state, intervalMs, retransmitAt: now + intervalMs }, effects: ['send'] };
}
