import { Type, type Static } from 'typebox';
import { Id } from '../ids.ts';
import { Timestamp } from '../time.ts';

export const WebhookMethod = Type.Enum(['', 'POST', 'GET', 'PUT', 'DELETE'], {
  description: 'HTTP method of deliveries; empty is POST.',
});
export type WebhookMethod = Static<typeof WebhookMethod>;

export const Customer = Type.Object(
  {
    id: Id,
    username: Type.String(),
    name: Type.String(),
    detail: Type.String(),
    webhook_method: WebhookMethod,
    webhook_uri: Type.String({ description: 'Where events are sent; empty = nowhere.' }),
    permission_ids: Type.Array(Id),
    tm_create: Timestamp,
    tm_update: Timestamp,
    tm_delete: Timestamp,
    webhook_secret: Type.String({ description: '`whsec_` and base64: the key that signs deliveries.' }),
  },
  { description: 'The owner of everything else (a tenant).' },
);
export type Customer = Static<typeof Customer>;
