import type { Customer } from '@parley/contract';
import { createAccesskey, type Hash, type NewAccesskey } from '../accesskey/accesskey.ts';
import type { Draft } from '../draft.ts';
import type { Chance } from '../ports/chance.ts';
import { createCustomer } from './customer.ts';

/** The permission to administer the whole installation. */
export const administratorPermissionId = '03796e14-7cb4-11ec-9dba-e72023efd1c6';

export interface FirstCustomer {
  readonly customer: Customer;
  readonly accesskey: NewAccesskey;
}

/**
 * For a store without customers: the default customer, who administers the installation, and its first key.
 * `token` is the operator's choice (`PARLEY_ACCESS_KEY`); left out, one is made, to be printed once.
 */
export function firstCustomer(
  draft: Draft,
  deps: { readonly chance: Chance; readonly hash: Hash },
  token?: string,
): FirstCustomer {
  const customer = createCustomer(draft, deps.chance, {
    username: 'admin',
    name: 'Default customer',
    detail: 'Made at the first start.',
    permission_ids: [administratorPermissionId],
  });
  const details = { name: 'First key', detail: 'Made at the first start.' };
  return { customer, accesskey: createAccesskey(draft, deps, customer.id, details, token) };
}
