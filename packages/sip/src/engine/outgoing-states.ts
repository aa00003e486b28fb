import { none } from '../transaction/step.ts';
import { type TimerValues, transactionLifeMs } from '../transaction/timer-values.ts';
import {
  type CallInput,
  type CallState,
  type CallStep,
  endOf,
  ended,
  ignore,
  type In,
  type Patience,
  sayBye,
} from './call-state.ts';
import type { EndCause } from './output.ts';

export function beginOutgoing(patience: Patience, now: number): CallState {
  return invited(patience, now);
}

/** An INVITE has just been sent. */
function invited({ giveUpAt, silentMs }: Patience, now: number): CallState {
  return { kind: 'calling', giveUpAt, silentMs, silentAt: now + silentMs };
}

/** Section 13.2, before any response. */
export function calling(state: In<'calling'>, input: CallInput, now: number, timers: TimerValues): CallStep {
  switch (input.kind) {
    case 'progress':
      return {
        state: { kind: 'proceeding', giveUpAt: state.giveUpAt, silentMs: state.silentMs },
        effects: none,
      };
    case 'challenged':
      return { state: invited(state, now), effects: none };
    case 'hangup':
      return withdraw(false, 'local', { kind: 'cancel' }, now, timers);
    case 'timer':
      if (now >= state.giveUpAt) return withdraw(false, 'local', { kind: 'timeout' }, now, timers);
      return now < state.silentAt ? ignore(state) : turnAway(now, timers);
    case 'accepted':
    case 'refused':
    case 'lost':
    case 'unusable':
      return unanswered(input);
    case 'ack':
    case 'answer':
    case 'bye':
    case 'cancel':
    case 'provisional':
    case 'reanswered':
    case 'refuse':
      return ignore(state);
  }
}

/** Section 13.2, after a provisional response. */
export function proceeding(
  state: In<'proceeding'>,
  input: CallInput,
  now: number,
  timers: TimerValues,
): CallStep {
  switch (input.kind) {
    case 'challenged': // The INVITE that follows has not been heard of yet.
      return { state: invited(state, now), effects: none };
    case 'hangup':
      return withdraw(true, 'local', { kind: 'cancel' }, now, timers);
    case 'bye': // Not allowed in an early dialog of theirs (15), but meant: they are gone.
      return withdraw(true, 'remote', input.cause, now, timers);
    case 'timer':
      if (now < state.giveUpAt) return ignore(state);
      return withdraw(true, 'local', { kind: 'timeout' }, now, timers);
    case 'accepted':
    case 'refused':
    case 'lost':
    case 'unusable':
      return unanswered(input);
    case 'ack':
    case 'answer':
    case 'cancel':
    case 'progress':
    case 'provisional':
    case 'reanswered':
    case 'refuse':
      return ignore(state);
  }
}

/** What calling and proceeding share: the final responses. */
function unanswered(input: FinalInput): CallStep {
  switch (input.kind) {
    case 'accepted':
      return { state: { kind: 'established', wait: undefined }, effects: [{ kind: 'reportAnswered' }] };
    case 'unusable':
      return sayBye('local', { kind: 'protocol' });
    case 'refused':
    case 'lost':
      return { state: ended, effects: [endOf('remote', input.cause)] };
  }
}

type FinalInput = Extract<CallInput, { kind: 'accepted' | 'unusable' | 'refused' | 'lost' }>;

function withdraw(
  heard: boolean,
  by: 'remote' | 'local',
  cause: EndCause,
  now: number,
  timers: TimerValues,
): CallStep {
  const end = endOf(by, cause);
  const endAt = now + transactionLifeMs(timers);
  // Without a response, timer B of the INVITE transaction ends the waiting; the extra time only guards against it.
  if (!heard) return { state: { kind: 'withdrawn', cancelled: false, endAt }, effects: [end] };
  return { state: { kind: 'withdrawn', cancelled: true, endAt }, effects: [{ kind: 'sendCancel' }, end] };
}

/** Nothing was heard for too long. Whoever is there after all need not be asked again to be cancelled then. */
function turnAway(now: number, timers: TimerValues): CallStep {
  const { state, effects } = withdraw(false, 'local', { kind: 'timeout', status: 408 }, now, timers);
  return { state, effects: [{ kind: 'quietInvite' }, ...effects] };
}

/** Section 9.1: already reported; waits for the final response, 64 * T1 at the longest. */
export function withdrawn(
  state: In<'withdrawn'>,
  input: CallInput,
  now: number,
  timers: TimerValues,
): CallStep {
  switch (input.kind) {
    case 'progress':
      if (state.cancelled) return ignore(state);
      return {
        state: { ...state, cancelled: true, endAt: now + transactionLifeMs(timers) },
        effects: [{ kind: 'sendCancel' }],
      };
    case 'accepted': // The 2xx crossed the CANCEL.
    case 'unusable':
      return { state: ended, effects: [{ kind: 'sendBye' }] };
    case 'refused':
    case 'lost':
      return { state: ended, effects: none };
    case 'timer':
      if (now < state.endAt) return ignore(state);
      return { state: ended, effects: [{ kind: 'abandonInvite' }] };
    case 'ack':
    case 'answer':
    case 'bye':
    case 'cancel':
    case 'challenged':
    case 'hangup':
    case 'provisional':
    case 'reanswered':
    case 'refuse':
      return ignore(state);
  }
}
