import { Type } from 'typebox';
import { type ActionType, afterPlay, defineAction } from './action-type.ts';

/** What 0 stands for, so that an echo test left alone ends. */
const defaultMs = 180_000;

/** One action with two names: the original had another way of doing it for each. */
export function echoAction(type: string, summary: string): ActionType {
  return defineAction({
    type,
    summary,
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
}
