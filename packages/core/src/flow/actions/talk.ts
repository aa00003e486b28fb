import { Type } from 'typebox';
import { defineAction, next, stay } from '../action-type.ts';

export const action = defineAction({
  type: 'talk',
  summary: 'Speaks a text to the caller. Answers first if needed.',
  executor: 'call',
  option: Type.Object({
    text: Type.String({ minLength: 1, maxLength: 5000, description: 'Plain text or SSML.' }),
    gender: Type.Optional(Type.Enum(['male', 'female', 'neutral', ''], { default: 'neutral' })),
    language: Type.Optional(
      Type.String({ maxLength: 35, default: 'en-US', description: 'BCP 47 tag, such as `en-US`.' }),
    ),
    digits_handle: Type.Optional(
      Type.Enum(['', 'next'], { description: '`next`: a key breaks the speech off and goes on.' }),
    ),
    async: Type.Optional(Type.Boolean({ description: 'Goes on at once while it speaks.' })),
    provider: Type.Optional(
      Type.String({ maxLength: 32, description: 'Kept; the configured voice speaks.' }),
    ),
    voice_id: Type.Optional(
      Type.String({ maxLength: 255, description: 'Kept; the configured voice speaks.' }),
    ),
  }),
  rests: true,
  needsAnswer: true,
  start(step, option) {
    const play = step.newId();
    const gender = option.gender === undefined || option.gender === '' ? 'neutral' : option.gender;
    const language = option.language === undefined || option.language === '' ? 'en-US' : option.language;
    const sources = [{ kind: 'speech', text: option.text, language, gender }] as const;
    step.effect({ kind: 'play', callId: step.call.id, play, sources });
    return option.async === true ? next : { kind: 'rest', until: play, playing: true };
  },
  resume(_step, option, signal) {
    if (signal.kind === 'digit') return option.digits_handle === 'next' ? next : stay;
    if (signal.kind === 'playEnded' && signal.problem !== undefined)
      return { kind: 'fail', why: signal.problem };
    return next;
  },
});
