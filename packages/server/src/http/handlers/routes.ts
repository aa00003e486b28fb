import { createRoute, deleteRoute, type Draft, holdProvider, updateRoute } from '@parley/core';
import type { HandlerContext, Handlers } from '../handler.ts';
import { answer, type Outcome } from '../outcome.ts';
import { listPage } from '../page.ts';
import { findOwned } from '../presence.ts';

type RouteHandlers = Pick<
  Handlers,
  'listRoutes' | 'createRoute' | 'getRoute' | 'updateRoute' | 'deleteRoute'
>;

export function createRouteHandlers({ deps, change }: HandlerContext): RouteHandlers {
  /** Makes sure that the provider is there, and still is when the draft is committed. */
  const hold = async (draft: Draft, customerId: string, id: string | undefined): Promise<Outcome<null>> => {
    if (id === undefined) return answer(null);
    const provider = await findOwned(deps, 'provider', id, customerId);
    if (!provider.ok) return provider;
    holdProvider(draft, provider.value);
    return answer(null);
  };
  return {
    listRoutes: ({ caller, query }) => listPage(deps, 'route', caller.customer.id, query),
    createRoute: ({ caller, body }) =>
      change('provider', async (draft) => {
        const held = await hold(draft, caller.customer.id, body.provider_id);
        return held.ok ? answer(createRoute(draft, deps.chance, caller.customer.id, body)) : held;
      }),
    async getRoute({ caller, params }) {
      const found = await findOwned(deps, 'route', params.id, caller.customer.id);
      return found.ok ? answer(found.value.row) : found;
    },
    updateRoute: ({ caller, params, body }) =>
      change('route', async (draft) => {
        const found = await findOwned(deps, 'route', params.id, caller.customer.id);
        if (!found.ok) return found;
        const held = await hold(draft, caller.customer.id, body.provider_id);
        return held.ok ? answer(updateRoute(draft, found.value, body)) : held;
      }),
    deleteRoute: ({ caller, params }) =>
      change('route', async (draft) => {
        const found = await findOwned(deps, 'route', params.id, caller.customer.id);
        return found.ok ? answer(deleteRoute(draft, found.value)) : found;
      }),
  };
}
