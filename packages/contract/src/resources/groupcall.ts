import { Type, type Static } from 'typebox';
import { Id, idOf } from '../ids.ts';
import { timeOf } from '../time.ts';
import { Address } from './address.ts';
import { OwnerType } from './call.ts';

export const RingMethod = Type.Enum(['ring_all', 'linear'], {
  description: '`ring_all`: all destinations at once. `linear`: one after the other, until one answers.',
});
export type RingMethod = Static<typeof RingMethod>;

export const Groupcall = Type.Object(
  {
    id: idOf('The group dial.'),
    customer_id: idOf('The owner.'),
    owner_type: OwnerType,
    owner_id: idOf('The agent who is dialled; nil when it is nobody in particular.'),
    status: Type.Enum(['progressing', 'hangingup', 'hangup'], {
      description:
        '`progressing`: it dials, or one has answered. `hangingup`: it is being ended. Nothing leaves `hangup`.',
    }),
    flow_id: idOf('The flow that the call that answers runs.'),
    source: Type.Object(Address.properties, { description: 'Who calls.' }),
    destinations: Type.Array(Address, { description: 'Who is called.' }),
    master_call_id: idOf('The call that made it.'),
    master_groupcall_id: idOf('The group dial of which it is a member.'),
    ring_method: RingMethod,
    answer_method: Type.Enum(['hangup_others'], {
      description: 'What becomes of the others when one answers: they are withdrawn.',
    }),
    answer_call_id: idOf('The call that answered.'),
    answer_groupcall_id: idOf('The member group that answered.'),
    call_ids: Type.Array(Id, { description: 'Its calls, those that are over too.' }),
    groupcall_ids: Type.Array(Id, { description: 'Its member groups, those that are over too.' }),
    call_count: Type.Integer({ minimum: 0, description: 'Calls that are not over.' }),
    groupcall_count: Type.Integer({ minimum: 0, description: 'Member groups that are not over.' }),
    dial_index: Type.Integer({ minimum: 0, description: 'The destination to try next, when `linear`.' }),
    tm_create: timeOf('Asked for.'),
    tm_update: timeOf('Last changed.'),
    tm_delete: timeOf('The record was deleted.'),
  },
  {
    description:
      'Several calls dialled for one purpose, of which one is to answer: the addresses of an agent, the devices of an extension, several destinations.',
  },
);
export type Groupcall = Static<typeof Groupcall>;
