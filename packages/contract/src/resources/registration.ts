import { Type, type Static } from 'typebox';
import { idOf } from '../ids.ts';
import { timeOf } from '../time.ts';

export const Registration = Type.Object(
  {
    extension_id: idOf('The extension it rings for.'),
    customer_id: idOf('The owner.'),
    contact: Type.String({ description: 'The SIP URI that the phone gave as its own.' }),
    transport: Type.Enum(['UDP', 'TCP', 'TLS', 'WS', 'WSS'], { description: 'How it is reached.' }),
    address: Type.String({ description: 'Where calls to it are sent, as `address:port`.' }),
    priority: Type.Number({
      minimum: 0,
      maximum: 1,
      description: 'The `q` that the phone gave, 1 if it gave none; higher rings first.',
    }),
    user_agent: Type.String({ description: 'What the phone says it is.' }),
    tm_create: timeOf('Registered.'),
    tm_update: timeOf('Last refreshed.'),
    tm_expire: timeOf('Over by then unless it is refreshed.'),
  },
  { description: 'One phone that is registered for an extension now.' },
);
export type Registration = Static<typeof Registration>;
