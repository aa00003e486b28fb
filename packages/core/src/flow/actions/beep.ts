import { Type } from 'typebox';
import { afterPlay, defineAction } from '../action-type.ts';

export const action = defineAction({
  type: 'beep',
  summary: 'Plays a short tone. Answers first if needed.',
  executor: 'call',
  option: Type.Object({}),
  needsAnswer: true,
  rests: () => true,
  start: (step) => ({ kind: 'rest', until: step.play([{ kind: 'beep' }]) }),
  resume: (_step, _option, signal) => afterPlay(signal),
});
