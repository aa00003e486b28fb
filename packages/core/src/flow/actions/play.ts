import { Type } from 'typebox';
import { defineAction, next, stay } from '../action-type.ts';

export const action = defineAction({
  type: 'play',
  summary: 'Plays WAV files one after another. Answers first if needed.',
  executor: 'call',
  option: Type.Object({
    stream_urls: Type.Array(Type.String({ minLength: 1, maxLength: 2048 }), {
      minItems: 1,
      maxItems: 50,
      description: '`http(s)` addresses of WAV files: PCM, A-law or mu-law.',
    }),
    digits_handle: Type.Optional(
      Type.Enum(['', 'next'], { description: '`next`: a key breaks it off and goes on.' }),
    ),
  }),
  rests: true,
  needsAnswer: true,
  start(step, option) {
    const play = step.newId();
    const sources = option.stream_urls.map((url) => ({ kind: 'url', url }) as const);
    step.effect({ kind: 'play', callId: step.call.id, play, sources });
    return { kind: 'rest', until: play, playing: true };
  },
  resume(_step, option, signal) {
    if (signal.kind === 'digit') return option.digits_handle === 'next' ? next : stay;
    if (signal.kind === 'playEnded' && signal.problem !== undefined)
      return { kind: 'fail', why: signal.problem };
    return next;
  },
});
