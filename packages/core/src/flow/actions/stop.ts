import { Type } from 'typebox';
import { defineAction } from '../action-type.ts';

export const action = defineAction({
  type: 'stop',
  summary: 'Ends the activeflow; the call lives on until someone hangs up.',
  executor: 'flow',
  option: Type.Object({}),
  rests: () => true,
  terminal: () => true,
  start: () => ({ kind: 'stop' }),
});
