import { Type } from 'typebox';
import { afterPlay, defineAction, next } from '../action-type.ts';

export const action = defineAction({
  type: 'music',
  summary: 'Plays music on hold. Answers first if needed.',
  executor: 'call',
  option: Type.Object({
    duration: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 86_400_000,
        description: 'Milliseconds; 0 or absent: until something else happens to the call.',
      }),
    ),
  }),
  needsAnswer: true,
  rests: () => true,
  start(step, { duration = 0 }) {
    const until = step.play([{ kind: 'music' }]);
    return duration === 0 ? { kind: 'rest', until } : { kind: 'rest', until, forMs: duration };
  },
  resume: (_step, _option, signal) => (signal.kind === 'timeout' ? next : afterPlay(signal)),
});
