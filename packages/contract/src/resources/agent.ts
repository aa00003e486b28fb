import { Type, type Static } from 'typebox';
import { Id, idOf } from '../ids.ts';
import { timeOf } from '../time.ts';
import { Address } from './address.ts';

export const Agent = Type.Object(
  {
    id: idOf('The agent.'),
    username: Type.String({ description: 'Name to sign in with; no two agents have the same.' }),
    name: Type.String({ description: 'A name for people.' }),
    detail: Type.String({ description: 'Free text.' }),
    ring_method: Type.Enum(['ringall', 'linear'], {
      description: 'How several addresses are rung: all at once, or one after the other.',
    }),
    status: Type.Enum(['available', 'away', 'busy', 'offline', 'ringing'], {
      description: 'Only an `available` agent is offered callers.',
    }),
    permission: Type.Integer({ minimum: 0, description: 'Bit mask; 0 = none.' }),
    tag_ids: Type.Array(Id, { description: 'Skills: the queues that ask for one of them are served.' }),
    addresses: Type.Array(Address, { description: 'Where the agent can be reached.' }),
    tm_create: timeOf('Made.'),
    tm_update: timeOf('Last changed.'),
    tm_delete: timeOf('Deleted.'),
    customer_id: idOf('The owner.'),
  },
  { description: 'A person who takes calls.' },
);
export type Agent = Static<typeof Agent>;
