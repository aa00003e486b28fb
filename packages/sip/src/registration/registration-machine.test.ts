import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import {
  type RegistrationInput,
  registrationWakeAt,
  stepRegistration,
  unregistered,
} from './registration-machine.ts';

const chance = fc.double({ min: 0, max: 0.999, noNaN: true });
const answers: fc.Arbitrary<RegistrationInput> = fc.oneof(
  fc.record({ kind: fc.constant('accepted' as const), expiresS: fc.integer({ min: 1, max: 7200 }), chance }),
  fc.record({
    kind: fc.constant('tooBrief' as const),
    minExpiresS: fc.integer({ min: 0, max: 1e6 }),
    chance,
  }),
  fc.record({
    kind: fc.constant('failed' as const),
    status: fc.constantFrom(401, 403, 408, 503),
    retryAfterS: fc.option(fc.integer({ min: 0, max: 1e6 }), { nil: undefined }),
    chance,
  }),
);
const walks = fc.array(
  fc.record({
    wanted: fc.constantFrom('register', 'unregister', undefined, undefined),
    answer: answers,
    passMs: fc.integer({ min: 0, max: 4_000_000 }),
  }),
  { maxLength: 60 },
);

test('on any walk one REGISTER is out at a time, each state waits for something, and what is wanted comes about', () => {
  fc.assert(
    fc.property(walks, (walk) => {
      let state = unregistered;
      let now = 0;
      let out = false;
      const give = (input: RegistrationInput): void => {
        const step = stepRegistration(state, input, now);
        state = step.state;
        for (const effect of step.effects) {
          if (effect.kind !== 'send') continue;
          assert.ok(!out, 'a second REGISTER before the response to the first');
          out = true;
        }
        const waits = state.kind === 'asking' || state.kind === 'leaving';
        assert.equal(waits, out);
        if (!out) assert.equal(registrationWakeAt(state) !== undefined, state.kind !== 'idle');
      };
      for (const { wanted, answer, passMs } of walk) {
        if (wanted === 'register') give({ kind: 'register', expiresS: 600 });
        if (wanted === 'unregister') give({ kind: 'unregister' });
        now += passMs;
        if ((registrationWakeAt(state) ?? Infinity) <= now) give({ kind: 'timer' });
        if (out) {
          out = false;
          give(answer);
        }
      }
      give({ kind: 'unregister' });
      for (let round = 0; round < 3 && out; round += 1) {
        out = false;
        give({ kind: 'accepted', expiresS: 600, chance: 0 });
      }
      assert.equal(state.kind, 'idle');
    }),
    { numRuns: 500 },
  );
});

test('a refresh comes before the end of what was granted, however little that is', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 86_400 }), chance, (expiresS, luck) => {
      const out = stepRegistration(unregistered, { kind: 'register', expiresS }, 0).state;
      const { state } = stepRegistration(out, { kind: 'accepted', expiresS, chance: luck }, 1000);
      const at = registrationWakeAt(state) ?? assert.fail('never refreshed');
      assert.ok(at > 1000 && at <= 1000 + expiresS * 850, `${at}`);
    }),
  );
});
