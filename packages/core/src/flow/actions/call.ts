import { completeAddress, idOf, nilId } from '@parley/contract';
import { Type } from 'typebox';
import { limits } from '../../limits.ts';
import { defineAction, fail, next, stay } from '../action-type.ts';
import {
  anonymousOption,
  conferenceAmong,
  destinationsOption,
  sourceOf,
  sourceOption,
  timeoutMsOf,
  timeoutOption,
} from '../dial-options.ts';

export const action = defineAction({
  type: 'call',
  summary: 'Makes other calls, each of which runs a flow of its own once it is answered. Goes on at once.',
  executor: 'flow',
  option: Type.Object({
    source: sourceOption,
    destinations: destinationsOption,
    flow_id: Type.Optional(idOf('The stored flow they run. Wins over `actions`.')),
    actions: Type.Optional(
      Type.Array(Type.Unknown(), { description: 'The actions they run when no flow is named.' }),
    ),
    chained: Type.Optional(Type.Boolean({ description: 'They end when this call does.' })),
    early_execution: Type.Optional(
      Type.Boolean({
        description: 'Their flow starts with the first sound of the far end, before the answer.',
      }),
    ),
    timeout: timeoutOption,
    anonymous: anonymousOption,
  }),
  rests: () => true,
  check: ({ destinations }) => conferenceAmong(destinations),
  nested: ({ actions = [] }) => (actions.length === 0 ? undefined : { path: 'actions', actions }),
  start(step, option) {
    const destinations = option.destinations.map(completeAddress);
    const until = step.locate({
      source: sourceOf(option, step.call),
      destinations,
      anonymous: option.anonymous ?? 'auto',
      flowId: option.flow_id ?? nilId,
    });
    return { kind: 'rest', until, forMs: limits.locateMs };
  },
  resume(step, option, signal) {
    if (signal.kind === 'timeout') return fail('the destinations could not be looked up in time');
    if (signal.kind !== 'located') return stay;
    const { flow_id: flowId = nilId } = option;
    if (flowId !== nilId && signal.flow === undefined) return fail(`there is no flow ${flowId}`);
    const problem = step.dial({
      source: sourceOf(option, step.call),
      destinations: signal.destinations,
      flow: signal.flow,
      actions: option.actions ?? [],
      chained: option.chained === true,
      early: option.early_execution === true,
      timeoutMs: timeoutMsOf(option),
    });
    return problem === undefined ? next : fail(problem);
  },
});
