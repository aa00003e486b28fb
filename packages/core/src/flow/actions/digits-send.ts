import { Type } from 'typebox';
import { afterPlay, defineAction } from '../action-type.ts';
import { keysOf } from '../text-forms.ts';

export const action = defineAction({
  type: 'digits_send',
  summary: 'Presses keys towards the peer. Answers first if needed.',
  executor: 'call',
  option: Type.Object({
    digits: keysOf('Keys to press, one after the other.', { minLength: 1, maxLength: 100 }),
    duration: Type.Optional(
      Type.Integer({ minimum: 100, maximum: 1000, default: 100, description: 'Milliseconds each is held.' }),
    ),
    interval: Type.Optional(
      Type.Integer({ minimum: 0, maximum: 5000, default: 100, description: 'Milliseconds between two.' }),
    ),
  }),
  needsAnswer: true,
  rests: () => true,
  start: (step, { digits, duration = 100, interval = 100 }) => ({
    kind: 'rest',
    until: step.sendDigits(digits, duration, interval),
  }),
  resume: (_step, _option, signal) => afterPlay(signal),
});
