import { Type, type Static } from 'typebox';
import { idOf } from '../ids.ts';
import { timeOf } from '../time.ts';
import { Action } from './action.ts';

export const Flow = Type.Object(
  {
    id: idOf('The flow.'),
    type: Type.Enum(['flow', 'conference', 'queue', 'campaign', 'transfer'], {
      description: 'Who made it: `flow` is one that a person wrote.',
    }),
    name: Type.String({ description: 'A name for people.' }),
    detail: Type.String({ description: 'Free text.' }),
    actions: Type.Array(Action, { description: 'In order.' }),
    tm_create: timeOf('Made.'),
    tm_update: timeOf('Last changed.'),
    tm_delete: timeOf('Deleted.'),
    customer_id: idOf('The owner.'),
  },
  { description: 'A stored list of actions. Running activeflows hold a copy and never see later changes.' },
);
export type Flow = Static<typeof Flow>;
