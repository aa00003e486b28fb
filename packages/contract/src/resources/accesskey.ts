import { Type, type Static } from 'typebox';
import { idOf } from '../ids.ts';
import { timeOf } from '../time.ts';

export const Accesskey = Type.Object(
  {
    id: idOf('The key itself, not its token.'),
    customer_id: idOf('The customer whom it speaks for.'),
    name: Type.String({ description: 'A name for people.' }),
    detail: Type.String({ description: 'Free text.' }),
    token_prefix: Type.String({ description: 'First characters of the token, to tell keys apart.' }),
    token: Type.Optional(Type.String({ description: 'Only in the reply to its creation; kept nowhere.' })),
    tm_expire: timeOf('From then on it is refused.'),
    tm_create: timeOf('Made.'),
    tm_update: timeOf('Last changed.'),
    tm_delete: timeOf('Deleted.'),
  },
  { description: 'A key to the API.' },
);
export type Accesskey = Static<typeof Accesskey>;
