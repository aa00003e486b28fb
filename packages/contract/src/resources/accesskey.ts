import { Type, type Static } from 'typebox';
import { Id } from '../ids.ts';
import { Timestamp } from '../time.ts';

export const Accesskey = Type.Object(
  {
    id: Id,
    customer_id: Id,
    name: Type.String(),
    detail: Type.String(),
    token_prefix: Type.String({ description: 'First characters of the token, to tell keys apart.' }),
    token: Type.Optional(Type.String({ description: 'Only in the reply to its creation; kept nowhere.' })),
    tm_expire: Timestamp,
    tm_create: Timestamp,
    tm_update: Timestamp,
    tm_delete: Timestamp,
  },
  { description: 'A key to the API.' },
);
export type Accesskey = Static<typeof Accesskey>;
