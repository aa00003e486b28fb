import { Type, type Static } from 'typebox';
import { idOf } from '../ids.ts';
import { timeOf } from '../time.ts';

export const PhoneNumber = Type.Object(
  {
    id: idOf('The number as a thing, not its digits.'),
    number: Type.String({ description: 'E.164 with `+`, or any dial string such as `1000`.' }),
    call_flow_id: idOf('The flow that answers calls; nil = calls are refused.'),
    message_flow_id: idOf('The flow for messages; nil = none.'),
    name: Type.String({ description: 'A name for people.' }),
    detail: Type.String({ description: 'Free text.' }),
    status: Type.Enum(['active', 'deleted'], { description: 'Whether calls to it are taken.' }),
    t38_enabled: Type.Boolean({ description: 'The carrier passes fax (T.38).' }),
    emergency_enabled: Type.Boolean({ description: 'Registered for emergency calls.' }),
    tm_create: timeOf('Made.'),
    tm_update: timeOf('Last changed.'),
    tm_delete: timeOf('Deleted.'),
    customer_id: idOf('The owner.'),
  },
  { description: 'A number people dial, and the flow that answers it.' },
);
export type PhoneNumber = Static<typeof PhoneNumber>;
