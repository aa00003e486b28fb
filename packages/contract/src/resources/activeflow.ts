import { Type, type Static } from 'typebox';
import { Id } from '../ids.ts';
import { Timestamp } from '../time.ts';
import { Action } from './action.ts';

export const Activeflow = Type.Object(
  {
    id: Id,
    flow_id: Id,
    customer_id: Id,
    reference_type: Type.Enum(['call', 'message'], { description: 'What the flow serves.' }),
    reference_id: Id,
    current_action: Action,
    forward_action_id: Id,
    actions: Type.Array(Action, { description: 'Working copy of the flow: changed while it runs.' }),
    tm_create: Timestamp,
    tm_update: Timestamp,
    tm_delete: Timestamp,
  },
  { description: 'A running instance of a flow, bound to one call.' },
);
export type Activeflow = Static<typeof Activeflow>;
