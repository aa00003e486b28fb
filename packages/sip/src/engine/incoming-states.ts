import { never, none } from '../transaction/step.ts';
import type { TimerValues } from '../transaction/timer-values.ts';
import { beginAckWait, passAckWait } from './ack-wait.ts';
import {
  type CallInput,
  type CallState,
  type CallStep,
  endOf,
  ended,
  ignore,
  type In,
  type Refusal,
  sayBye,
} from './call-state.ts';
import type { EndCause } from './output.ts';

/** A provisional response is repeated each minute, so that proxies do not give up (RFC 3261 section 13.3.1.1). */
const reminderMs = 60_000;
const requestTerminated: Refusal = { status: 487 };

export function beginIncoming(giveUpAt: number): CallState {
  return { kind: 'incoming', provisional: undefined, remindAt: never, giveUpAt };
}

/** Sections 13.3.1 and 9.2. */
export function incoming(
  state: In<'incoming'>,
  input: CallInput,
  now: number,
  timers: TimerValues,
): CallStep {
  switch (input.kind) {
    case 'provisional':
      return provisional(state, input.status, now);
    case 'answer':
      return { state: { kind: 'answered', wait: beginAckWait(now, timers) }, effects: [{ kind: 'send2xx' }] };
    case 'refuse':
    case 'hangup':
      return refuse(input.refusal, 'local', { kind: 'rejected', status: input.refusal.status });
    case 'cancel': // 9.2
    case 'bye': // 15: the caller may end an early dialog with BYE; the INVITE gets 487 (15.1.2).
      return refuse(requestTerminated, 'remote', input.cause);
    case 'lost':
      return refuse({ status: 500 }, 'remote', input.cause);
    case 'timer':
      if (now >= state.giveUpAt) return refuse(requestTerminated, 'local', { kind: 'timeout', status: 487 });
      if (now < state.remindAt || state.provisional === undefined) return ignore(state);
      return provisional(state, state.provisional, now);
    case 'accepted':
    case 'ack':
    case 'challenged':
    case 'progress':
    case 'reanswered':
    case 'refused':
    case 'unusable':
      return ignore(state);
  }
}

function provisional(state: In<'incoming'>, status: number, now: number): CallStep {
  return {
    state: { ...state, provisional: status, remindAt: now + reminderMs },
    effects: [{ kind: 'sendProvisional', status }],
  };
}

function refuse(refusal: Refusal, by: 'remote' | 'local', cause: EndCause): CallStep {
  return {
    state: ended,
    effects: [
      { kind: 'sendRefusal', refusal },
      { kind: 'end', by, cause },
    ],
  };
}

/** Section 13.3.1.4. */
export function answered(
  state: In<'answered'>,
  input: CallInput,
  now: number,
  timers: TimerValues,
): CallStep {
  switch (input.kind) {
    case 'ack':
      return { state: { kind: 'established', wait: undefined }, effects: [{ kind: 'reportAcknowledged' }] };
    case 'hangup': // 15: no BYE before the ACK.
      return { state: { kind: 'leaving', wait: state.wait }, effects: [endOf('local', { kind: 'bye' })] };
    case 'unusable':
      return sayBye('local', { kind: 'protocol' });
    case 'lost':
      return sayBye('remote', input.cause);
    case 'bye':
      return { state: ended, effects: [endOf('remote', input.cause)] };
    case 'timer': {
      const wait = passAckWait(state.wait, now, timers);
      if (wait === 'expired') return sayBye('local', { kind: 'ackTimeout' });
      if (wait === 'early') return ignore(state);
      return { state: { kind: 'answered', wait }, effects: [{ kind: 'send2xx' }] };
    }
    case 'accepted':
    case 'answer':
    case 'cancel':
    case 'challenged':
    case 'progress':
    case 'provisional':
    case 'reanswered':
    case 'refuse':
    case 'refused':
      return ignore(state);
  }
}

/** Section 15: hung up by us after the 2xx and before the ACK; already reported. */
export function leaving(state: In<'leaving'>, input: CallInput, now: number, timers: TimerValues): CallStep {
  switch (input.kind) {
    case 'ack':
      return { state: ended, effects: [{ kind: 'sendBye' }] };
    case 'bye':
      return { state: ended, effects: none };
    case 'timer': {
      const wait = passAckWait(state.wait, now, timers);
      if (wait === 'expired') return { state: ended, effects: [{ kind: 'sendBye' }] };
      if (wait === 'early') return ignore(state);
      return { state: { kind: 'leaving', wait }, effects: [{ kind: 'send2xx' }] };
    }
    case 'accepted':
    case 'answer':
    case 'cancel':
    case 'challenged':
    case 'hangup':
    case 'lost':
    case 'progress':
    case 'provisional':
    case 'reanswered':
    case 'refuse':
    case 'refused':
    case 'unusable':
      return ignore(state);
  }
}
