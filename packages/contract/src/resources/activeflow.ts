import { Type, type Static } from 'typebox';
import { idOf } from '../ids.ts';
import { timeOf } from '../time.ts';
import { Action } from './action.ts';

export const Activeflow = Type.Object(
  {
    id: idOf('The activeflow.'),
    flow_id: idOf('The stored flow it is a copy of.'),
    customer_id: idOf('The owner.'),
    reference_type: Type.Enum(['call', 'message', 'recording'], {
      description: 'What the flow serves. `recording`: it follows its end, and there is no call.',
    }),
    reference_id: idOf('The call or the recording it serves.'),
    current_action: Type.Object(Action.properties, {
      description: 'The action under way; the start action before the first.',
    }),
    forward_action_id: idOf('Where the next step goes, when an action or a request has said so.'),
    actions: Type.Array(Action, { description: 'Working copy of the flow: changed while it runs.' }),
    tm_create: timeOf('Began.'),
    tm_update: timeOf('Last changed; at first the same as `tm_create`.'),
    tm_delete: timeOf('Ended.'),
  },
  { description: 'A running instance of a flow, bound to one call, or to the end of a recording.' },
);
export type Activeflow = Static<typeof Activeflow>;
