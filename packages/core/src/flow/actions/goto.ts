import { Type } from 'typebox';
import { defineAction, goto, next } from '../action-type.ts';
import { TargetId } from '../target.ts';

export const action = defineAction({
  type: 'goto',
  summary: 'Jumps to another action, a counted number of times.',
  executor: 'flow',
  option: Type.Object({
    target_id: TargetId,
    loop_count: Type.Optional(
      Type.Integer({ maximum: 10_000, description: 'Jumps left; counted down in the activeflow. 0: none.' }),
    ),
  }),
  rests: () => false,
  boundedJumps: true,
  targets: (option) => [{ path: 'target_id', id: option.target_id }],
  start(step, option) {
    const left = option.loop_count ?? 0;
    if (left <= 0) return next;
    step.rewriteOption({ loop_count: left - 1 });
    return goto(option.target_id);
  },
});
