import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { rfcTimers } from '../transaction/timer-values.ts';
import {
  idle,
  type RenegotiationInput,
  renegotiationMachine,
  type RenegotiationState,
  type Wish,
} from './renegotiation-machine.ts';

const wish = (port: number): Wish => ({ change: { port }, reported: true });

/** What may happen to it, chosen by number; `out`: a re-INVITE is under way. */
const happenings: fc.Arbitrary<RenegotiationInput> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.nat(9).map((port) => ({ kind: 'wish', wish: wish(port), free: true }) as const),
  },
  fc.nat(9).map((port) => ({ kind: 'wish', wish: wish(port), free: false }) as const),
  fc.constant({ kind: 'freed' } as const),
  fc.boolean().map((usable) => ({ kind: 'accepted', usable }) as const),
  fc.nat(4000).map((waitMs) => ({ kind: 'glare', waitMs }) as const),
  fc.constant({ kind: 'refused', cause: { kind: 'rejected', status: 488 } } as const),
  fc.boolean().map((free) => ({ kind: 'timer', free }) as const),
);

/** A wish that waits for an ACK is not free before that ACK. */
function isSound(state: RenegotiationState, input: RenegotiationInput, out: boolean): boolean {
  if (input.kind === 'accepted' || input.kind === 'glare' || input.kind === 'refused') return out;
  if (input.kind === 'wish' && !input.free) return !out && state.kind !== 'blocked';
  return !(input.kind === 'wish' && out && !input.free);
}

test('on any walk one re-INVITE is out at a time, no state sleeps for ever, and the last wish is asked for and told', () => {
  const walks = fc.array(fc.record({ input: happenings, passMs: fc.nat(60_000) }), { maxLength: 60 });
  fc.assert(
    fc.property(walks, (walk) => {
      let state = idle;
      let now = 0;
      let out: number | undefined;
      let wanted: number | undefined;
      const give = (input: RenegotiationInput): void => {
        if (input.kind === 'wish') wanted = input.wish.change.port;
        if (input.kind === 'accepted' || input.kind === 'glare' || input.kind === 'refused') out = undefined;
        const step = renegotiationMachine.step(state, input, now, rfcTimers);
        state = step.state;
        for (const effect of step.effects) {
          if (effect.kind === 'abandon') out = undefined;
          if (effect.kind === 'offer') {
            assert.equal(out, undefined, 'a second re-INVITE while one is out');
            out = effect.change.port;
          }
          const told = effect.kind === 'reportChanged' || effect.kind === 'reportFailed';
          if (told && effect.wish.change.port === wanted) wanted = undefined;
        }
        const sleeps = state.kind === 'idle' || state.kind === 'blocked' || state.kind === 'over';
        assert.equal(renegotiationMachine.wakeAt(state) === undefined, sleeps);
        assert.equal(out !== undefined, state.kind === 'offering' || state.kind === 'withdrawing');
      };
      for (const { input, passMs } of walk) {
        now += passMs;
        const due = renegotiationMachine.wakeAt(state) ?? Infinity;
        if (input.kind === 'timer' && now < due) continue;
        if (isSound(state, input, out !== undefined)) give(input);
      }
      // Left alone with a peer that agrees, it comes to rest, and the last wish has been told of.
      for (let round = 0; round < 10 && state.kind !== 'idle'; round += 1) {
        if (state.kind === 'blocked') give({ kind: 'freed' });
        else if (out !== undefined) give({ kind: 'accepted', usable: true });
        else {
          now = renegotiationMachine.wakeAt(state) ?? now;
          give({ kind: 'timer', free: true });
        }
      }
      assert.equal(state.kind, 'idle');
      assert.equal(wanted, undefined);
      give({ kind: 'callEnded' });
    }),
    { numRuns: 500 },
  );
});
