import { nilId } from '@parley/contract';
import { Type } from 'typebox';
import { defineAction, goto, next } from '../action-type.ts';
import { OptionalTargetId, TargetId } from '../target.ts';

export const action = defineAction({
  type: 'branch',
  summary: 'Goes where the keys pressed, or a variable, say.',
  executor: 'flow',
  option: Type.Object({
    variable: Type.Optional(
      Type.String({
        maxLength: 255,
        description: 'Name without `${}`; empty: the keys pressed, which are then used up.',
      }),
    ),
    default_target_id: Type.Optional(OptionalTargetId),
    target_ids: Type.Optional(Type.Record(Type.String(), TargetId, { description: 'Value to action id.' })),
  }),
  rests: false,
  targets: (option) => [
    ...Object.entries(option.target_ids ?? {}).map(([value, id]) => ({ path: `target_ids.${value}`, id })),
    { path: 'default_target_id', id: option.default_target_id ?? nilId },
  ],
  start(step, option) {
    const name = option.variable ?? '';
    const value = name === '' ? step.digits : step.variable(name);
    if (name === '') step.clearDigits();
    const targets = new Map(Object.entries(option.target_ids ?? {}));
    const target = targets.get(value) ?? option.default_target_id ?? nilId;
    return target === nilId ? next : goto(target);
  },
});
