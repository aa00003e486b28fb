import { idOf } from '@parley/contract';
import { Type } from 'typebox';
import { defineAction, fail } from '../action-type.ts';

export const action = defineAction({
  type: 'conference_join',
  summary:
    'Takes the call through a conference: its actions before the room, the room, its actions after it.',
  executor: 'flow',
  needsCall: true,
  option: Type.Object({ conference_id: idOf('The conference.') }),
  rests: () => true,
  start(step, option) {
    const actions = step.conferenceActions(option.conference_id);
    if (actions === undefined)
      return fail(`there is no conference ${option.conference_id} that can be joined`);
    return { kind: 'nest', actions };
  },
});
