import { Type } from 'typebox';
import { defineAction, goto, next } from '../action-type.ts';
import { limits } from '../../limits.ts';
import { type Comparison, compare, comparisonOf } from '../comparison.ts';
import { TargetId } from '../target.ts';

export const action = defineAction({
  type: 'condition_variable',
  summary: 'Goes on when a variable compares as asked, elsewhere when not.',
  executor: 'flow',
  option: Type.Object({
    condition: comparisonOf('How the variable compares with the value, the variable on the left.'),
    variable: Type.String({
      maxLength: limits.variableValue,
      description: 'Text to compare; `${name}` in it stands for the value of a variable.',
    }),
    value_type: Type.Enum(['string', 'number', 'length'], {
      description: 'What is compared: the text, the number it says, or how many characters it has.',
    }),
    value_string: Type.Optional(
      Type.String({
        maxLength: limits.variableValue,
        default: '',
        description: 'For `string`; texts compare by the codes of their characters.',
      }),
    ),
    value_number: Type.Optional(
      Type.Number({ default: 0, description: 'For `number`; a text that says none is equal to nothing.' }),
    ),
    value_length: Type.Optional(Type.Integer({ minimum: 0, default: 0, description: 'For `length`.' })),
    false_target_id: TargetId,
  }),
  rests: () => false,
  targets: (option) => [{ path: 'false_target_id', id: option.false_target_id }],
  start: (_step, option) => (holds(option) ? next : goto(option.false_target_id)),
});

function holds(option: {
  condition: Comparison;
  variable: string;
  value_type: 'string' | 'number' | 'length';
  value_string?: string;
  value_number?: number;
  value_length?: number;
}): boolean {
  if (option.value_type === 'string')
    return compare(option.variable, option.condition, option.value_string ?? '');
  if (option.value_type === 'length') {
    return compare(Array.from(option.variable).length, option.condition, option.value_length ?? 0);
  }
  const number = option.variable.trim() === '' ? Number.NaN : Number(option.variable);
  return compare(number, option.condition, option.value_number ?? 0);
}
