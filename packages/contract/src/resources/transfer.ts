import { Type, type Static } from 'typebox';
import { idOf } from '../ids.ts';
import { timeOf } from '../time.ts';
import { Address } from './address.ts';

export const TransferType = Type.Enum(['attended', 'blind'], {
  description:
    '`attended`: whoever transfers speaks with the new party first. `blind`: leaves at once, and the others hear ringing.',
});

export const Transfer = Type.Object(
  {
    id: idOf('The transfer.'),
    customer_id: idOf('The owner.'),
    type: TransferType,
    transferer_call_id: idOf('The call that transfers.'),
    transferee_addresses: Type.Array(Address, { description: 'The new parties that are dialled.' }),
    transferee_call_id: idOf('The call of the new party; nil until one answers.'),
    groupcall_id: idOf('The group dial to the new parties.'),
    confbridge_id: idOf('The room in which it happens.'),
    tm_create: timeOf('Asked for.'),
    tm_update: timeOf('Last changed.'),
    tm_delete: timeOf('The record was deleted.'),
  },
  {
    description:
      'Handing a conversation on to someone else. Its course is told by the events of the calls and of the group dial.',
  },
);
export type Transfer = Static<typeof Transfer>;
