import { Type } from 'typebox';
import { defineAction, goto, next } from '../action-type.ts';
import { TargetId } from '../target.ts';

export const action = defineAction({
  type: 'condition_call_digits',
  summary: 'Goes on when enough keys, or one of certain keys, were pressed; elsewhere when not.',
  executor: 'flow',
  option: Type.Object({
    length: Type.Optional(
      Type.Integer({ minimum: 0, maximum: 128, description: 'At least that many keys; 0: not looked at.' }),
    ),
    key: Type.Optional(
      Type.String({ pattern: '^[0-9A-D*#]*$', maxLength: 16, description: 'Any one of these.' }),
    ),
    false_target_id: TargetId,
  }),
  rests: false,
  targets: (option) => [{ path: 'false_target_id', id: option.false_target_id }],
  start(step, option) {
    const length = option.length ?? 0;
    const enough = length > 0 && step.digits.length >= length;
    const pressed = (option.key ?? '').split('').some((key) => step.digits.includes(key));
    return enough || pressed ? next : goto(option.false_target_id);
  },
});
