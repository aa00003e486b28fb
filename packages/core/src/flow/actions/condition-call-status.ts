import { CallStatus } from '@parley/contract';
import { Type } from 'typebox';
import { defineAction, goto, next } from '../action-type.ts';
import { TargetId } from '../target.ts';

export const action = defineAction({
  type: 'condition_call_status',
  summary: 'Goes on when the call has that status, elsewhere when not.',
  executor: 'flow',
  needsCall: true,
  option: Type.Object({ status: CallStatus, false_target_id: TargetId }),
  rests: () => false,
  targets: (option) => [{ path: 'false_target_id', id: option.false_target_id }],
  start: (step, option) => (step.call.status === option.status ? next : goto(option.false_target_id)),
});
