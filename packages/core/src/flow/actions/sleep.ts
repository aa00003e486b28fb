import { Type } from 'typebox';
import { defineAction, next, stay } from '../action-type.ts';

export const action = defineAction({
  type: 'sleep',
  summary: 'Waits.',
  executor: 'call',
  needsCall: false,
  option: Type.Object({
    duration: Type.Integer({ minimum: 1, maximum: 86_400_000, description: 'Milliseconds.' }),
  }),
  rests: () => true,
  start: (_step, option) => ({ kind: 'rest', forMs: option.duration }),
  resume: (_step, _option, signal) => (signal.kind === 'timeout' ? next : stay),
});
