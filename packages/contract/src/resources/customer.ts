import { Type, type Static } from 'typebox';
import { Id, idOf } from '../ids.ts';
import { timeOf } from '../time.ts';

export const WebhookMethod = Type.Enum(['', 'POST', 'GET', 'PUT', 'DELETE'], {
  description: 'HTTP method of deliveries; empty is POST.',
});
export type WebhookMethod = Static<typeof WebhookMethod>;

export const Customer = Type.Object(
  {
    id: idOf('The customer.'),
    username: Type.String({ description: 'A name without spaces.' }),
    name: Type.String({ description: 'A name for people.' }),
    detail: Type.String({ description: 'Free text.' }),
    webhook_method: WebhookMethod,
    webhook_uri: Type.String({ description: 'Where events are sent; empty = nowhere.' }),
    permission_ids: Type.Array(Id, { description: 'What the customer may do beyond the usual.' }),
    tm_create: timeOf('Made.'),
    tm_update: timeOf('Last changed.'),
    tm_delete: timeOf('Deleted.'),
    webhook_secret: Type.String({ description: '`whsec_` and base64: the key that signs deliveries.' }),
    music_on_hold_uri: Type.String({
      description: 'The WAV file that is the music of all calls; empty = music of our own.',
    }),
  },
  { description: 'The owner of everything else (a tenant).' },
);
export type Customer = Static<typeof Customer>;
