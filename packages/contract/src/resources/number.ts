import { Type, type Static } from 'typebox';
import { Id } from '../ids.ts';
import { Timestamp } from '../time.ts';

export const PhoneNumber = Type.Object(
  {
    id: Id,
    number: Type.String({ description: 'E.164 with `+`, or any dial string such as `1000`.' }),
    call_flow_id: Id,
    message_flow_id: Id,
    name: Type.String(),
    detail: Type.String(),
    status: Type.Enum(['active', 'deleted']),
    t38_enabled: Type.Boolean(),
    emergency_enabled: Type.Boolean(),
    tm_create: Timestamp,
    tm_update: Timestamp,
    tm_delete: Timestamp,
    customer_id: Id,
  },
  { description: 'A number people dial, and the flow that answers it.' },
);
export type PhoneNumber = Static<typeof PhoneNumber>;
