import { Type } from 'typebox';
import { defineAction, next, stay } from '../action-type.ts';
import { keysOf } from '../text-forms.ts';

export const action = defineAction({
  type: 'digits_receive',
  summary: 'Collects keys until there are enough, an end key comes, or time is up. Answers first if needed.',
  executor: 'call',
  option: Type.Object({
    duration: Type.Integer({ minimum: 1, maximum: 3_600_000, description: 'Milliseconds to wait in all.' }),
    length: Type.Optional(
      Type.Integer({ minimum: 0, maximum: 128, description: 'Goes on at that many keys; 0: any number.' }),
    ),
    key: Type.Optional(keysOf('Keys of which any one ends it; it stays among the keys pressed.')),
  }),
  needsAnswer: true,
  rests: () => true,
  start: (step, option) => (complete(step.digits, option) ? next : { kind: 'rest', forMs: option.duration }),
  resume(step, option, signal) {
    if (signal.kind === 'timeout') return next;
    return signal.kind === 'digit' && complete(step.digits, option) ? next : stay;
  },
});

/** Keys pressed before the action began count, so a caller who knows the menu need not wait. */
function complete(digits: string, option: { length?: number; key?: string }): boolean {
  const { length = 0, key = '' } = option;
  if (length > 0 && digits.length >= length) return true;
  return digits.split('').some((digit) => key.includes(digit));
}
