/**
 * One call as a protocol machine: the INVITE's life as its user sees it (RFC 3261 sections 9, 13 and 15). It knows no
 * messages; the call runner turns effects into them.
 *
 *  incoming ─answer─► answered ─ACK─► established ─BYE─► ended
 *      └─refusal, CANCEL─► ended         │ (hang-up before the ACK: leaving ─ACK─► BYE, ended)
 *  calling ─1xx─► proceeding ─2xx─► established
 *      └─hang-up, time-out─► withdrawn (CANCEL) ─final response─► ended
 *
 * `end` is given exactly once, on the way into ended, leaving or withdrawn.
 */
import { type Machine, none } from '../transaction/step.ts';
import type { TimerValues } from '../transaction/timer-values.ts';
import { ackWaitWakeAt, beginAckWait, passAckWait } from './ack-wait.ts';
import {
  type CallEffect,
  type CallInput,
  type CallState,
  type CallStep,
  endOf,
  ended,
  ignore,
  type In,
  sayBye,
} from './call-state.ts';
import { answered, incoming, leaving } from './incoming-states.ts';
import { calling, proceeding, withdrawn } from './outgoing-states.ts';

export const callMachine: Machine<CallState, CallInput, CallEffect> = { step: stepCall, wakeAt: callWakeAt };

function stepCall(state: CallState, input: CallInput, now: number, timers: TimerValues): CallStep {
  switch (state.kind) {
    case 'incoming':
      return incoming(state, input, now, timers);
    case 'answered':
      return answered(state, input, now, timers);
    case 'leaving':
      return leaving(state, input, now, timers);
    case 'calling':
      return calling(state, input, now, timers);
    case 'proceeding':
      return proceeding(state, input, now, timers);
    case 'withdrawn':
      return withdrawn(state, input, now, timers);
    case 'established':
      return established(state, input, now, timers);
    case 'ended':
      return ignore(state);
  }
}

function callWakeAt(state: CallState): number | undefined {
  switch (state.kind) {
    case 'incoming':
      return Math.min(state.remindAt, state.giveUpAt);
    case 'answered':
    case 'leaving':
      return ackWaitWakeAt(state.wait);
    case 'calling':
      return Math.min(state.giveUpAt, state.silentAt);
    case 'proceeding':
      return state.giveUpAt;
    case 'withdrawn':
      return state.endAt;
    case 'established':
      return state.wait === undefined ? undefined : ackWaitWakeAt(state.wait);
    case 'ended':
      return undefined;
  }
}

/** Sections 14 and 15. */
function established(state: In<'established'>, input: CallInput, now: number, timers: TimerValues): CallStep {
  switch (input.kind) {
    case 'reanswered':
      return { state: { ...state, wait: beginAckWait(now, timers) }, effects: [{ kind: 'send2xx' }] };
    case 'ack':
      return { state: { ...state, wait: undefined }, effects: none };
    case 'bye':
      return { state: ended, effects: [endOf('remote', input.cause)] };
    case 'hangup':
      return sayBye('local', { kind: 'bye' });
    case 'lost':
      return sayBye('remote', input.cause);
    case 'unusable':
      return sayBye('local', { kind: 'protocol' });
    case 'timer': {
      const wait = state.wait === undefined ? 'early' : passAckWait(state.wait, now, timers);
      if (wait === 'expired') return sayBye('local', { kind: 'ackTimeout' });
      if (wait === 'early') return ignore(state);
      return { state: { ...state, wait }, effects: [{ kind: 'send2xx' }] };
    }
    case 'accepted':
    case 'answer':
    case 'cancel':
    case 'challenged':
    case 'progress':
    case 'provisional':
    case 'refuse':
    case 'refused':
      return ignore(state);
  }
}
