import { Type } from 'typebox';
import { afterPlay, defineAction } from '../action-type.ts';

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
  needsAnswer: true,
  rests: () => true,
  start(step, option) {
    const sources = option.stream_urls.map((url) => ({ kind: 'url', url }) as const);
    return { kind: 'rest', until: step.play(sources, { endsAtKey: option.digits_handle === 'next' }) };
  },
  resume: (_step, _option, signal) => afterPlay(signal),
});
