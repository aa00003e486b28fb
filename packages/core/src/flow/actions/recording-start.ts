import { idOf, nilId } from '@parley/contract';
import { Type } from 'typebox';
import { defineAction, fail, next } from '../action-type.ts';

export const action = defineAction({
  type: 'recording_start',
  summary:
    'Records the call to a WAV file: left what the far end says, right what it hears. Goes on at once. Answers first if needed.',
  executor: 'call',
  option: Type.Object({
    format: Type.Optional(Type.Enum(['wav'], { description: 'The only one there is.' })),
    end_of_silence: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 86_400,
        description: 'Seconds of silence that end it; 0: none do.',
      }),
    ),
    end_of_key: Type.Optional(
      Type.Enum(['none', 'any', '*', '#', ''], { default: 'none', description: 'The key that ends it.' }),
    ),
    duration: Type.Optional(
      Type.Integer({ minimum: 0, maximum: 86_400, description: 'Seconds it lasts; 0: as long as the call.' }),
    ),
    beep_start: Type.Optional(Type.Boolean({ description: 'A beep tells that it begins.' })),
    on_end_flow_id: Type.Optional(
      idOf('The stored flow that is run once the recording has ended, without a call; nil: none.'),
    ),
  }),
  needsAnswer: true,
  rests: () => false,
  start(step, option) {
    const { end_of_key: key = 'none' } = option;
    const problem = step.record({
      endOfSilenceMs: (option.end_of_silence ?? 0) * 1000,
      endKey: key === '' ? 'none' : key,
      durationMs: (option.duration ?? 0) * 1000,
      beepStart: option.beep_start === true,
      onEndFlowId: option.on_end_flow_id ?? nilId,
    });
    return problem === undefined ? next : fail(problem);
  },
});
