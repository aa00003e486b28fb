import { idOf, nilId } from '@parley/contract';
import { Type } from 'typebox';
import { limits } from '../../limits.ts';
import { defineAction, fail, stay } from '../action-type.ts';

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
  start(step, option) {
    const request = step.newId();
    const { id: callId, customer_id: customerId } = step.call;
    step.effect({ kind: 'loadFlow', callId, request, customerId, flowId: option.flow_id });
    return { kind: 'rest', until: request, forMs: limits.requestMs };
  },
  resume(_step, option, signal) {
    if (signal.kind === 'timeout') return fail('the flow could not be read in time');
    if (signal.kind !== 'flowLoaded') return stay;
    if (signal.flow === undefined) return fail(`there is no flow ${option.flow_id}`);
    return { kind: 'nest', actions: signal.flow.actions };
  },
});
