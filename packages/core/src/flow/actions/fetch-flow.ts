import { idOf, nilId } from '@parley/contract';
import { Type } from 'typebox';
import { limits } from '../../limits.ts';
import { afterFlow, defineAction } from '../action-type.ts';

export const action = defineAction({
  type: 'fetch_flow',
  summary: 'Runs the actions of another stored flow, then goes on.',
  executor: 'flow',
  option: Type.Object({ flow_id: idOf('The flow to run, as it is stored at that moment.') }),
  rests: () => true,
  check(option) {
    if (option.flow_id !== nilId) return undefined;
    return { path: 'flow_id', message: 'is not set; name the id of a stored flow' };
  },
  start: (step, option) => ({
    kind: 'rest',
    until: step.loadFlow(option.flow_id),
    forMs: limits.requestMs,
  }),
  resume: (_step, option, signal) => afterFlow(signal, option.flow_id),
});
