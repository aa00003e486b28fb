import { type Customer, notYet, type WebhookMethod } from '@parley/contract';
import type { Draft } from '../draft.ts';
import type { Chance } from '../ports/chance.ts';
import type { Stored } from '../ports/store.ts';
import { createWebhookSecret } from './webhook-secret.ts';

/** What a client may say about a customer; a key that is absent keeps what stands. */
export interface CustomerDetails {
  readonly name?: string;
  readonly detail?: string;
  readonly webhook_method?: WebhookMethod;
  readonly webhook_uri?: string;
  readonly music_on_hold_uri?: string;
}

export function createCustomer(
  draft: Draft,
  chance: Chance,
  details: CustomerDetails & { readonly username?: string; readonly permission_ids?: readonly string[] },
): Customer {
  const customer: Customer = {
    id: chance.id(),
    username: details.username ?? '',
    name: details.name ?? '',
    detail: details.detail ?? '',
    webhook_method: details.webhook_method ?? '',
    webhook_uri: details.webhook_uri ?? '',
    permission_ids: [...(details.permission_ids ?? [])],
    tm_create: draft.stamp,
    tm_update: notYet,
    tm_delete: notYet,
    webhook_secret: createWebhookSecret(chance),
    music_on_hold_uri: details.music_on_hold_uri ?? '',
  };
  draft.require('customer', customer.id, 0);
  draft.put('customer', customer);
  return customer;
}

export function updateCustomer(draft: Draft, stored: Stored<'customer'>, details: CustomerDetails): Customer {
  const { row } = stored;
  return replace(draft, stored, {
    ...row,
    name: details.name ?? row.name,
    detail: details.detail ?? row.detail,
    webhook_method: details.webhook_method ?? row.webhook_method,
    webhook_uri: details.webhook_uri ?? row.webhook_uri,
    music_on_hold_uri: details.music_on_hold_uri ?? row.music_on_hold_uri,
    tm_update: draft.stamp,
  });
}

/** A new signing key; deliveries from now on, the ones still owed included, are signed with it. */
export function rotateWebhookSecret(draft: Draft, chance: Chance, stored: Stored<'customer'>): Customer {
  return replace(draft, stored, {
    ...stored.row,
    webhook_secret: createWebhookSecret(chance),
    tm_update: draft.stamp,
  });
}

/** Removal is soft. What the customer owns is left as it is; its keys open nothing from now on. */
export function deleteCustomer(draft: Draft, stored: Stored<'customer'>): Customer {
  const now = draft.stamp;
  return replace(draft, stored, { ...stored.row, tm_update: now, tm_delete: now });
}

function replace(draft: Draft, stored: Stored<'customer'>, customer: Customer): Customer {
  draft.require('customer', customer.id, stored.version);
  draft.put('customer', customer);
  return customer;
}
