import { Id } from '@parley/contract';
import { Type } from 'typebox';
import { limits } from '../../limits.ts';
import { defineAction, fail, stay } from '../action-type.ts';

export const action = defineAction({
  type: 'fetch_flow',
  summary: 'Runs the actions of another stored flow, then goes on.',
  executor: 'flow',
  option: Type.Object({ flow_id: Id }),
  rests: true,
  start(step, option) {
    const request = step.newId();
    const { id: callId, customer_id: customerId } = step.call;
    step.effect({ kind: 'loadFlow', callId, request, customerId, flowId: option.flow_id });
    return { kind: 'rest', until: request, forMs: limits.requestMs };
  },
  resume(_step, option, signal) {
    if (signal.kind === 'digit') return stay;
    if (signal.kind !== 'flowLoaded') return fail('fetch_flow: the flow could not be read in time');
    if (signal.flow === undefined) return fail(`fetch_flow: there is no flow ${option.flow_id}`);
    return { kind: 'nest', actions: signal.flow.actions };
  },
});
