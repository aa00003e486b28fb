import { Type } from 'typebox';
import type { PlaySource } from '../../effects.ts';
import { afterPlay, defineAction, next } from '../action-type.ts';

type Speech = Extract<PlaySource, { kind: 'speech' }>;

/** What is spoken for the option of a `talk`, once it is filled in. */
export function speechOf(option: {
  readonly text: string;
  readonly gender?: Speech['gender'] | '';
  readonly language?: string;
}): Speech {
  const { text, gender = '', language = '' } = option;
  return {
    kind: 'speech',
    text,
    language: language === '' ? 'en-US' : language,
    gender: gender === '' ? 'neutral' : gender,
  };
}

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
    const play = step.play([speechOf(option)], { endsAtKey: option.digits_handle === 'next' });
    return option.async === true ? next : { kind: 'rest', until: play };
  },
  resume: (_step, _option, signal) => afterPlay(signal),
});
