import { nilId } from '@parley/contract';
import { Type } from 'typebox';
import { limits } from '../../limits.ts';
import { defineAction, goto, next } from '../action-type.ts';
import { OptionalTargetId, TargetId } from '../target.ts';
import { MapKey } from '../text-forms.ts';
import { canonicalName, digitsVariable } from '../variables.ts';

export const action = defineAction({
  type: 'branch',
  summary: 'Goes where the keys pressed, or a variable, say.',
  executor: 'flow',
  option: Type.Object({
    variable: Type.Optional(
      Type.String({
        maxLength: limits.variableName,
        description: 'Name without `${}`; empty: the keys pressed, which are then used up.',
      }),
    ),
    default_target_id: Type.Optional(OptionalTargetId),
    target_ids: Type.Optional(
      Type.Record(MapKey, TargetId, {
        additionalProperties: false,
        description: 'Value to action id.',
      }),
    ),
  }),
  rests: () => false,
  targets: (option) => [
    ...Object.entries(option.target_ids ?? {}).map(([value, id]) => ({ path: `target_ids.${value}`, id })),
    { path: 'default_target_id', id: option.default_target_id ?? nilId, optional: true },
  ],
  terminal: (option) => (option.default_target_id ?? nilId) !== nilId,
  start(step, { variable = '', target_ids: targets = {}, default_target_id: otherwise = nilId }) {
    const name = variable === '' ? digitsVariable : canonicalName(variable);
    const value = step.variable(name);
    if (name === digitsVariable) step.clearDigits();
    const target = (Object.hasOwn(targets, value) ? targets[value] : undefined) ?? otherwise;
    return target === nilId ? next : goto(target);
  },
});
