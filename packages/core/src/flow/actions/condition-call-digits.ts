import { Type } from 'typebox';
import { defineAction, goto, next } from '../action-type.ts';
import { keysOf } from '../text-forms.ts';
import { TargetId } from '../target.ts';

export const action = defineAction({
  type: 'condition_call_digits',
  summary: 'Goes on when enough keys, or one of certain keys, were pressed; elsewhere when not.',
  executor: 'flow',
  option: Type.Object({
    length: Type.Optional(
      Type.Integer({ minimum: 0, maximum: 128, description: 'At least that many keys; 0: not looked at.' }),
    ),
    key: Type.Optional(keysOf('Any one of these.')),
    false_target_id: TargetId,
  }),
  rests: () => false,
  targets: (option) => [{ path: 'false_target_id', id: option.false_target_id }],
  start({ digits }, { length = 0, key = '', false_target_id: elsewhere }) {
    const enough = length > 0 && digits.length >= length;
    const pressed = key.split('').some((each) => digits.includes(each));
    return enough || pressed ? next : goto(elsewhere);
  },
});
