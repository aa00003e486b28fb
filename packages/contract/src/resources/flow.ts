import { Type, type Static } from 'typebox';
import { Id } from '../ids.ts';
import { Timestamp } from '../time.ts';
import { Action } from './action.ts';

export const Flow = Type.Object(
  {
    id: Id,
    type: Type.Enum(['flow', 'conference', 'queue', 'campaign', 'transfer']),
    name: Type.String(),
    detail: Type.String(),
    actions: Type.Array(Action),
    tm_create: Timestamp,
    tm_update: Timestamp,
    tm_delete: Timestamp,
    customer_id: Id,
  },
  { description: 'A stored list of actions. Running activeflows hold a copy and never see later changes.' },
);
export type Flow = Static<typeof Flow>;
