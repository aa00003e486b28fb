import { Type } from 'typebox';
import { defineAction, fail, next } from '../action-type.ts';

export const action = defineAction({
  type: 'variable_set',
  summary: 'Sets a variable of the activeflow.',
  executor: 'flow',
  option: Type.Object({
    key: Type.String({ minLength: 1, maxLength: 255, description: 'Name without `${}`.' }),
    value: Type.Optional(Type.String({ maxLength: 32_768, description: 'May hold `${name}`.' })),
  }),
  rests: false,
  start(step, option) {
    if (step.setVariable(option.key, option.value ?? '')) return next;
    return fail(`variable ${option.key} is over the limit of variables or of their size`);
  },
});
