import { Type } from 'typebox';
import { defineAction, next, stay } from '../action-type.ts';

/** What 0 stands for, so that an echo test left alone ends. */
const defaultMs = 180_000;

export const action = defineAction({
  type: 'echo',
  summary: "Sends the caller's own sound and keys back. Answers first if needed.",
  executor: 'call',
  option: Type.Object({
    duration: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 86_400_000,
        description: 'Milliseconds; 0 or absent: three minutes.',
      }),
    ),
  }),
  rests: true,
  needsAnswer: true,
  start(step, option) {
    const play = step.newId();
    const durationMs = option.duration === undefined || option.duration === 0 ? defaultMs : option.duration;
    step.effect({ kind: 'echo', callId: step.call.id, play, durationMs });
    return { kind: 'rest', until: play, playing: true };
  },
  resume: (_step, _option, signal) => (signal.kind === 'digit' ? stay : next),
});
