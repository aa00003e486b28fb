import { Type, type Static } from 'typebox';
import { Id } from '../ids.ts';
import { Timestamp } from '../time.ts';
import { Address } from './address.ts';

export const Agent = Type.Object(
  {
    id: Id,
    username: Type.String(),
    name: Type.String(),
    detail: Type.String(),
    ring_method: Type.Enum(['ringall', 'linear']),
    status: Type.Enum(['available', 'away', 'busy', 'offline', 'ringing']),
    permission: Type.Integer({ minimum: 0, description: 'Bit mask; 0 = none.' }),
    tag_ids: Type.Array(Id),
    addresses: Type.Array(Address),
    tm_create: Timestamp,
    tm_update: Timestamp,
    tm_delete: Timestamp,
    customer_id: Id,
  },
  { description: 'A person who takes calls.' },
);
export type Agent = Static<typeof Agent>;
