import { Type, type Static } from 'typebox';
import { Id } from '../ids.ts';
import { Timestamp } from '../time.ts';

export const Tag = Type.Object(
  {
    id: Id,
    name: Type.String(),
    detail: Type.String(),
    tm_create: Timestamp,
    tm_update: Timestamp,
    tm_delete: Timestamp,
    customer_id: Id,
  },
  { description: 'A label for skills: agents have tags, queues ask for them.' },
);
export type Tag = Static<typeof Tag>;
