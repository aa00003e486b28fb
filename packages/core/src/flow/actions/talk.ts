import { Type } from 'typebox';
import { afterPlay, defineAction, next } from '../action-type.ts';

export const action = defineAction({
  type: 'talk',
  summary: 'Speaks a text to the caller. Answers first if needed.',
  executor: 'call',
  option: Type.Object({
    text: Type.String({ minLength: 1, maxLength: 5000, description: 'Plain text or SSML.' }),
    gender: Type.Optional(
      Type.Enum(['male', 'female', 'neutral', ''], {
        default: 'neutral',
        description: 'Of the voice, where the configured one has a choice.',
      }),
    ),
    language: Type.Optional(
      Type.String({ maxLength: 35, default: 'en-US', description: 'BCP 47 tag, such as `en-US`.' }),
    ),
    digits_handle: Type.Optional(
      Type.Enum(['', 'next'], { description: '`next`: a key breaks the speech off and goes on.' }),
    ),
    async: Type.Optional(
      Type.Boolean({
        description: 'Goes on at once while it speaks. The next sound cuts it off.',
      }),
    ),
    provider: Type.Optional(
      Type.String({ maxLength: 32, description: 'Kept; the configured voice speaks.' }),
    ),
    voice_id: Type.Optional(
      Type.String({ maxLength: 255, description: 'Kept; the configured voice speaks.' }),
    ),
  }),
  needsAnswer: true,
  rests: (option) => option.async !== true,
  start(step, option) {
    const gender = option.gender === undefined || option.gender === '' ? 'neutral' : option.gender;
    const language = option.language === undefined || option.language === '' ? 'en-US' : option.language;
    const sources = [{ kind: 'speech', text: option.text, language, gender }] as const;
    const play = step.play(sources, { endsAtKey: option.digits_handle === 'next' });
    return option.async === true ? next : { kind: 'rest', until: play };
  },
  resume: (_step, _option, signal) => afterPlay(signal),
});
