import { Type, type Static } from 'typebox';
import { idOf } from '../ids.ts';
import { timeOf } from '../time.ts';

export const Route = Type.Object(
  {
    id: idOf('The route.'),
    customer_id: idOf('The owner.'),
    provider_id: idOf('Where calls are sent.'),
    priority: Type.Integer({
      minimum: 0,
      description: 'Among routes of the same target the smaller one is tried first.',
    }),
    target: Type.String({
      description: 'The beginning of the numbers it is for, such as `+82`, or `all`. The longest one wins.',
    }),
    tm_create: timeOf('Made.'),
    tm_update: timeOf('Last changed.'),
    tm_delete: timeOf('Deleted.'),
    name: Type.String({ description: 'A name for people.' }),
    detail: Type.String({ description: 'Free text.' }),
  },
  { description: 'Which provider is tried for which telephone numbers, and in which order.' },
);
export type Route = Static<typeof Route>;
