import { idOf } from '@parley/contract';
import { Type } from 'typebox';
import { defineAction, fail, next, stay } from '../action-type.ts';

export const action = defineAction({
  type: 'confbridge_join',
  summary:
    'Goes into a mixing room and stays until it is left. Made by other actions; a room is rarely named by hand.',
  executor: 'call',
  option: Type.Object({ confbridge_id: idOf('The room.') }),
  rests: () => true,
  start(step, option) {
    const problem = step.enterRoom(option.confbridge_id);
    return problem === undefined ? { kind: 'rest' } : fail(problem);
  },
  resume: (_step, _option, signal) => (signal.kind === 'leftRoom' ? next : stay),
});
