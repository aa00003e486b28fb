import { AddressInput, completeAddress } from '@parley/contract';
import { Type } from 'typebox';
import { defineAction, fail } from '../action-type.ts';

/** A call action: a caller who cannot be called back waits on. */
export const action = defineAction({
  type: 'queue_callback',
  summary:
    'Promises a waiting caller a call back: it is told so, is hung up on, and keeps its place in line. For the wait actions of a queue.',
  executor: 'call',
  option: Type.Object({
    destination: Type.Optional(
      Type.Object(AddressInput.properties, {
        description: 'Where the caller is to be called; left out: where it calls from.',
      }),
    ),
  }),
  rests: () => false,
  start(step, { destination }) {
    const actions = step.promiseCallback(destination && completeAddress(destination));
    return typeof actions === 'string' ? fail(actions) : { kind: 'nest', actions };
  },
});
