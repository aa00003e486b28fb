import { idOf, limits, MinimumSkills, nilId } from '@parley/contract';
import { Type } from 'typebox';
import { defineAction, fail, next } from '../action-type.ts';
import { idOrVariableOf } from '../text-forms.ts';

export const action = defineAction({
  type: 'queue_join',
  summary:
    'Waits in a queue for an agent, and talks with the agent. Goes on when they have parted, or the wait is over. Answers first if needed.',
  executor: 'flow',
  needsCall: true,
  option: Type.Object({
    queue_id: idOf('The queue.'),
    priority: Type.Optional(
      Type.Integer({
        minimum: -limits.priority,
        maximum: limits.priority,
        description: 'The higher one goes first; left out: as the queue says.',
      }),
    ),
    skills: Type.Optional(MinimumSkills),
    agent_id: Type.Optional(
      idOrVariableOf(
        'The agent preferred to all others, held for as long as `sticky` of the queue says; empty, nil, or no agent of yours: none. A variable may name it.',
      ),
    ),
  }),
  needsAnswer: true,
  rests: () => true,
  start(step, { queue_id: queueId, agent_id: agentId = '', ...wanted }) {
    const isNamed = agentId !== '' && agentId !== nilId;
    const joined = step.joinQueue({ queueId, ...wanted, ...(isNamed && { agentId }) });
    if (typeof joined === 'string') return fail(joined);
    return joined.length === 0 ? next : { kind: 'nest', actions: joined };
  },
});
