import { limits, type Provider, type Route } from '@parley/contract';
import {
  createProvider,
  deleteProvider,
  type ProviderDecision,
  publicProvider,
  updateProvider,
} from '@parley/core';
import type { HandlerContext, Handlers } from '../handler.ts';
import { invalidBody } from '../invalid-body.ts';
import { answer, type Outcome, refuse } from '../outcome.ts';
import { listPage } from '../page.ts';
import { findOwned } from '../presence.ts';

type ProviderHandlers = Pick<
  Handlers,
  'listProviders' | 'createProvider' | 'getProvider' | 'updateProvider' | 'deleteProvider'
>;

export function createProviderHandlers({ deps, change }: HandlerContext): ProviderHandlers {
  return {
    async listProviders({ caller, query }) {
      const page = await listPage(deps, 'provider', caller.customer.id, query);
      return page.ok ? answer({ ...page.value, result: page.value.result.map(publicProvider) }) : page;
    },
    createProvider: ({ caller, body }) =>
      change('provider', async (draft) =>
        toOutcome(createProvider(draft, deps.chance, caller.customer.id, body)),
      ),
    async getProvider({ caller, params }) {
      const found = await findOwned(deps, 'provider', params.id, caller.customer.id);
      return found.ok ? answer(publicProvider(found.value.row)) : found;
    },
    updateProvider: ({ caller, params, body }) =>
      change('provider', async (draft) => {
        const found = await findOwned(deps, 'provider', params.id, caller.customer.id);
        return found.ok ? toOutcome(updateProvider(draft, found.value, body)) : found;
      }),
    deleteProvider: ({ caller, params: { id } }) =>
      change('provider', async (draft) => {
        const found = await findOwned(deps, 'provider', id, caller.customer.id);
        if (!found.ok) return found;
        const route = await findRouteTo(deps.store, caller.customer.id, id);
        if (route !== undefined) return refuse('PROVIDER_IN_USE', { id, route: route.id });
        return answer(publicProvider(deleteProvider(draft, found.value)));
      }),
  };
}

function toOutcome(decision: ProviderDecision): Outcome<Provider> {
  return decision.ok ? answer(publicProvider(decision.row)) : invalidBody(decision.problems);
}

/**
 * Some route that leads to the provider. Routes are found by their target; a deletion is rare enough to go through
 * them all. One that is made meanwhile holds the provider, so that the deletion loses and looks again.
 */
async function findRouteTo(
  store: HandlerContext['deps']['store'],
  customerId: string,
  providerId: string,
): Promise<Route | undefined> {
  let after: string | undefined;
  do {
    const page = await store.list('route', { customerId, limit: limits.pageSize, after });
    if (page === 'badToken') throw new Error('the store refused its own page token');
    const found = page.rows.find((route) => route.provider_id === providerId);
    if (found !== undefined) return found;
    after = page.next;
  } while (after !== undefined);
  return undefined;
}
