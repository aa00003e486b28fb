import { Type } from 'typebox';
import { afterPlay, defineAction } from '../action-type.ts';

/** What 0 stands for, so that an echo test left alone ends. */
const defaultMs = 180_000;

export const action = defineAction({
  type: 'stream_echo',
  summary:
    'Sends what the caller sends back, as `echo` does: the older name for the same. Answers first if needed.',
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
  needsAnswer: true,
  rests: () => true,
  start(step, { duration = 0 }) {
    return { kind: 'rest', until: step.echo(duration === 0 ? defaultMs : duration) };
  },
  resume: (_step, _option, signal) => afterPlay(signal),
});
