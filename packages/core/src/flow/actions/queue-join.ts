import { idOf } from '@parley/contract';
import { Type } from 'typebox';
import { defineAction, fail, next } from '../action-type.ts';

export const action = defineAction({
  type: 'queue_join',
  summary:
    'Waits in a queue for an agent, and talks with the agent. Goes on when they have parted, or the wait is over.',
  executor: 'flow',
  option: Type.Object({ queue_id: idOf('The queue.') }),
  needsAnswer: true,
  rests: () => true,
  start(step, option) {
    const joined = step.joinQueue(option.queue_id);
    if (typeof joined === 'string') return fail(joined);
    return joined.length === 0 ? next : { kind: 'nest', actions: joined };
  },
});
