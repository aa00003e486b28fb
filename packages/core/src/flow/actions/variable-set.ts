import { Type } from 'typebox';
import { limits } from '../../limits.ts';
import { defineAction, fail, next } from '../action-type.ts';

export const action = defineAction({
  type: 'variable_set',
  summary: 'Sets a variable of the activeflow.',
  executor: 'flow',
  option: Type.Object({
    key: Type.String({
      minLength: 1,
      maxLength: limits.variableName,
      description: 'Name without `${}`.',
    }),
    value: Type.Optional(
      Type.String({ maxLength: limits.variableValue, default: '', description: 'May hold `${name}`.' }),
    ),
  }),
  rests: () => false,
  start(step, option) {
    if (step.setVariable(option.key, option.value ?? '')) return next;
    return fail(`${option.key} would be one variable too many, or make them too long together`);
  },
});
