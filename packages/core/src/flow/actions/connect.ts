import { completeAddress, nilId } from '@parley/contract';
import { Type } from 'typebox';
import { limits } from '../../limits.ts';
import { defineAction, fail, stay } from '../action-type.ts';
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
  type: 'connect',
  summary:
    'Dials one or several others and talks with the first who answers. Goes on when the two have parted, or nobody answered.',
  executor: 'flow',
  needsCall: true,
  option: Type.Object({
    source: sourceOption,
    destinations: destinationsOption,
    ring_method: Type.Optional(
      Type.Enum(['ring_all', 'linear'], {
        default: 'ring_all',
        description: '`linear`: one destination after the other, until one answers.',
      }),
    ),
    timeout: timeoutOption,
    unchained: Type.Optional(Type.Boolean({ description: 'The calls made live on when this one ends.' })),
    early_media: Type.Optional(
      Type.Boolean({ description: 'The caller hears what a far end sends before it answers.' }),
    ),
    relay_reason: Type.Optional(
      Type.Boolean({ description: 'When nobody answers, this call ends for the same reason.' }),
    ),
    anonymous: anonymousOption,
  }),
  rests: () => true,
  // Whoever is connected to a conference goes there, and so to nobody else.
  check: ({ destinations }) => (destinations.length === 1 ? undefined : conferenceAmong(destinations)),
  start(step, option) {
    const [first] = option.destinations.map(completeAddress);
    // Whoever is connected to a conference goes there: nobody has to be rung.
    if (first?.type === 'conference' && option.destinations.length === 1)
      return { kind: 'nest', actions: [conferenceJoin(first.target)] };
    const until = step.locate({
      source: sourceOf(option, step.call),
      destinations: option.destinations.map(completeAddress),
      anonymous: option.anonymous ?? 'auto',
      flowId: nilId,
    });
    return { kind: 'rest', until, forMs: limits.locateMs };
  },
  resume(step, option, signal) {
    if (signal.kind === 'timeout') return fail('the destinations could not be looked up in time');
    if (signal.kind !== 'located') return stay;
    const actions = step.connect({
      source: sourceOf(option, step.call),
      destinations: signal.destinations,
      chained: option.unchained !== true,
      early: option.early_media === true,
      ringMethod: option.ring_method ?? 'ring_all',
      relayReason: option.relay_reason === true,
      timeoutMs: timeoutMsOf(option),
    });
    return { kind: 'nest', actions };
  },
});

function conferenceJoin(conferenceId: string) {
  return { type: 'conference_join', option: { conference_id: conferenceId } };
}
