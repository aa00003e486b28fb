import { Type, type Static } from 'typebox';

/** The headers of a delivery, after Standard Webhooks. */
export const WebhookHeaders = Type.Object(
  {
    'webhook-id': Type.String({
      description: 'Unique per event; the same at every attempt. Drop what you have seen.',
    }),
    'webhook-timestamp': Type.String({ description: 'Seconds since 1970 at this attempt.' }),
    'webhook-signature': Type.String({
      description:
        '`v1,` and the base64 HMAC-SHA256 of `id.timestamp.body` with the `webhook_secret`; several are parted by spaces.',
    }),
  },
  { description: 'What comes with the body of a webhook.' },
);
export type WebhookHeaders = Static<typeof WebhookHeaders>;
