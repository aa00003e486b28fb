import type { TimerValues } from './timer-values.ts';

/** What a protocol machine returns: its next state and what its owner has to do, in that order. */
export interface Step<State, Effect> {
  readonly state: State;
  readonly effects: readonly Effect[];
}

/** A protocol machine as a value: `step` is total, `wakeAt` names the next deadline of a state. */
export interface Machine<State, Input, Effect> {
  step(state: State, input: Input, now: number, timers: TimerValues): Step<State, Effect>;
  wakeAt(state: State): number | undefined;
}

/** A deadline that is not set: a retransmission over a reliable transport. */
export const never = Number.POSITIVE_INFINITY;

/** Nothing to do. */
export const none: readonly never[] = [];

/** `undefined` for a deadline that never comes, so that callers can sleep. */
export function deadline(at: number): number | undefined {
  return at === never ? undefined : at;
}

/** A machine with its current state, the type of which is nobody else's business. */
export interface Running<Input, Effect> {
  readonly kind: string;
  input(input: Input, now: number): readonly Effect[];
  wakeAt(): number | undefined;
}

export function run<State extends { readonly kind: string }, Input, Effect>(
  machine: Machine<State, Input, Effect>,
  initial: State,
  timers: TimerValues,
): Running<Input, Effect> {
  let state = initial;
  return {
    get kind(): string {
      return state.kind;
    },
    input(input, now) {
      const step = machine.step(state, input, now, timers);
      state = step.state;
      return step.effects;
    },
    wakeAt: () => machine.wakeAt(state),
  };
}
