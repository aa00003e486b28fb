import assert from 'node:assert/strict';
import type { Machine, Step } from './step.ts';
import { rfcTimers } from './timer-values.ts';

/** What a machine is expected to be and do after an input. */
export interface Expected<Effect> {
  readonly state: string;
  readonly effects?: readonly Effect[];
  /** Next deadline; left out: none. */
  readonly wakeAt?: number;
}

/** Drives one machine from a given state: `given(machine, state).when(now, input, expected)`, as often as needed. */
export function given<State extends { readonly kind: string }, Input, Effect>(
  machine: Machine<State, Input, Effect>,
  first: Step<State, Effect>,
) {
  let state = first.state;
  const scenario = {
    begins(expected: Expected<Effect>) {
      check(first, expected);
      return scenario;
    },
    when(now: number, input: Input, expected: Expected<Effect>) {
      const step = machine.step(state, input, now, rfcTimers);
      state = step.state;
      check(step, expected);
      return scenario;
    },
  };
  return scenario;

  function check(step: Step<State, Effect>, expected: Expected<Effect>): void {
    const actual = { state: step.state.kind, effects: step.effects, wakeAt: machine.wakeAt(step.state) };
    assert.deepEqual(actual, {
      state: expected.state,
      effects: expected.effects ?? [],
      wakeAt: expected.wakeAt,
    });
  }
}

export const timer = { kind: 'timer' } as const;
export const transportError = { kind: 'transportError' } as const;
export const request = { kind: 'request' } as const;
export const ack = { kind: 'ack' } as const;

export function response(status: number) {
  return { kind: 'response', status } as const;
}

export function respond(status: number) {
  return { kind: 'respond', status } as const;
}
