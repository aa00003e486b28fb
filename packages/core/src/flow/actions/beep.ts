import { Type } from 'typebox';
import { defineAction, next, stay } from '../action-type.ts';

export const action = defineAction({
  type: 'beep',
  summary: 'Plays a short tone. Answers first if needed.',
  executor: 'call',
  option: Type.Object({}),
  rests: true,
  needsAnswer: true,
  start(step) {
    const play = step.newId();
    step.effect({ kind: 'play', callId: step.call.id, play, sources: [{ kind: 'beep' }] });
    return { kind: 'rest', until: play, playing: true };
  },
  resume: (_step, _option, signal) => (signal.kind === 'digit' ? stay : next),
});
