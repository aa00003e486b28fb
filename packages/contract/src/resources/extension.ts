import { Type, type Static } from 'typebox';
import { idOf } from '../ids.ts';
import { timeOf } from '../time.ts';

export const Extension = Type.Object(
  {
    id: idOf('The extension as a thing, not what people dial.'),
    name: Type.String({ description: 'A name for people.' }),
    detail: Type.String({ description: 'Free text.' }),
    domain_id: idOf('The domain it is in. Every customer has one domain, which has the id of the customer.'),
    extension: Type.String({ description: 'What people dial, such as `1001`; once per customer.' }),
    tm_create: timeOf('Made.'),
    tm_update: timeOf('Last changed.'),
    tm_delete: timeOf('Deleted.'),
    customer_id: idOf('The owner.'),
    domain_name: Type.String({
      description: 'Host part of its address of record, `{extension}@{domain_name}`.',
    }),
    username: Type.String({ description: 'The user name with which its phones log in.' }),
  },
  {
    description:
      'A phone of yours: what it is dialled by and what it logs in with. The password is never shown.',
  },
);
export type Extension = Static<typeof Extension>;
