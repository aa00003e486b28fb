import { Type, type Static } from 'typebox';
import { Accesskey } from '../resources/accesskey.ts';
import { Agent } from '../resources/agent.ts';
import { Customer, WebhookMethod } from '../resources/customer.ts';
import { DetailInput, MusicOnHoldUriInput, NameInput, WebhookUriInput } from './inputs.ts';
import { jsonReply, type Operation } from './operation.ts';

export const CustomerUpdate = Type.Object(
  {
    name: Type.Optional(NameInput),
    detail: Type.Optional(DetailInput),
    webhook_method: Type.Optional(WebhookMethod),
    webhook_uri: Type.Optional(WebhookUriInput),
    music_on_hold_uri: Type.Optional(MusicOnHoldUriInput),
  },
  { additionalProperties: false, description: 'What is left out stays as it is.' },
);
export type CustomerUpdate = Static<typeof CustomerUpdate>;

export const Me = Type.Object(
  { customer: Type.Optional(Customer), accesskey: Type.Optional(Accesskey), agent: Type.Optional(Agent) },
  { description: 'For an access key `customer` and `accesskey`, for the token of an agent `agent` alone.' },
);
export type Me = Static<typeof Me>;

export const customerOperations = {
  getMe: {
    method: 'GET',
    path: '/v1.0/me',
    tag: 'customer',
    summary: 'Whose key this is',
    description:
      'The access key of the request and the customer it belongs to, or the agent who logged in. The token itself is not shown.',
    auth: 'key',
    agents: true,
    reply: jsonReply(Me),
    errors: [],
  },
  getCustomer: {
    method: 'GET',
    path: '/v1.0/customer',
    tag: 'customer',
    summary: 'Read your customer',
    description: 'The customer that the access key belongs to, with the webhook address and signing secret.',
    auth: 'key',
    reply: jsonReply(Customer),
    errors: [],
  },
  updateCustomer: {
    method: 'PUT',
    path: '/v1.0/customer',
    tag: 'customer',
    summary: 'Change your customer',
    description:
      'Sets the keys that are sent and leaves the others. A new `webhook_uri` is used from the next delivery on. The file of a new `music_on_hold_uri` is fetched at once, and heard by whoever hears music from then on; as long as it cannot be had, that is music of our own.',
    auth: 'key',
    body: CustomerUpdate,
    reply: jsonReply(Customer),
    errors: ['CONFLICT'],
  },
  rotateWebhookSecret: {
    method: 'POST',
    path: '/v1.0/customer/webhook_secret',
    tag: 'customer',
    summary: 'Make a new signing secret',
    description:
      'Replaces `webhook_secret`. Deliveries are signed with the new one from then on, those waiting to be retried too.',
    auth: 'key',
    reply: jsonReply(Customer),
    errors: ['CONFLICT'],
  },
} as const satisfies Record<string, Operation>;
