import { Type, type Static } from 'typebox';
import { idOf } from '../ids.ts';
import { timeOf } from '../time.ts';

export const Tag = Type.Object(
  {
    id: idOf('The tag; what agents and queues refer to.'),
    name: Type.String({ description: 'A name for people.' }),
    detail: Type.String({ description: 'Free text.' }),
    tm_create: timeOf('Made.'),
    tm_update: timeOf('Last changed.'),
    tm_delete: timeOf('Deleted.'),
    customer_id: idOf('The owner.'),
  },
  { description: 'A label for skills: agents have tags, queues ask for them.' },
);
export type Tag = Static<typeof Tag>;
