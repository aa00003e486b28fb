import { Type } from 'typebox';
import { defineAction, next, stay } from '../action-type.ts';

export const action = defineAction({
  type: 'block',
  summary: 'Waits until the API resumes it with the id of this action.',
  executor: 'call',
  option: Type.Object({}),
  rests: () => true,
  start: () => ({ kind: 'rest' }),
  resume: (_step, _option, signal) => (signal.kind === 'resumed' ? next : stay),
});
