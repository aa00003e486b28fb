import { HangupReason } from '@parley/contract';
import { Type } from 'typebox';
import { defineAction } from '../action-type.ts';

export const action = defineAction({
  type: 'hangup',
  summary: 'Ends the call.',
  executor: 'call',
  needsCall: false,
  option: Type.Object({
    reason: Type.Optional(
      Type.Unsafe<HangupReason>({ ...HangupReason, description: 'Told to the peer as its cause.' }),
    ),
  }),
  rests: () => true,
  terminal: () => true,
  start: (_step, option) => ({ kind: 'hangup', reason: option.reason ?? 'normal' }),
});
