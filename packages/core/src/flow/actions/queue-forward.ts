import { AddressInput, idOf, nilId } from '@parley/contract';
import { Type } from 'typebox';
import { limits } from '../../limits.ts';
import { afterFlow, defineAction, fail, next } from '../action-type.ts';

/** It is a call action, so that a caller for whom there is no way there any more goes on instead of being hung up on. */
export const action = defineAction({
  type: 'queue_forward',
  summary:
    'Sends a caller on to another queue, a flow or somebody to ring, and goes on when that is over or cannot be. Queues put it in place of the wait, for `overflow` and for whoever is moved.',
  executor: 'call',
  option: Type.Object({
    type: Type.Enum(['queue', 'flow', 'address'], { description: 'Where to.' }),
    target_id: Type.Optional(idOf('The queue or the flow.')),
    destinations: Type.Optional(
      Type.Array(Type.Object(AddressInput.properties), {
        maxItems: limits.destinations,
        description: 'Who is rung for `address`.',
      }),
    ),
  }),
  needsAnswer: true,
  rests: () => true,
  start(step, { type, target_id: target = nilId, destinations = [] }) {
    if (type === 'address') return { kind: 'nest', actions: [{ type: 'connect', option: { destinations } }] };
    if (type === 'flow') return { kind: 'rest', until: step.loadFlow(target), forMs: limits.requestMs };
    const joined = step.joinQueue({ queueId: target });
    if (typeof joined === 'string') return fail(joined);
    return joined.length === 0 ? next : { kind: 'nest', actions: joined };
  },
  resume: (_step, { target_id: target = nilId }, signal) => afterFlow(signal, target),
});
