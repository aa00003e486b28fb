import type { Route } from '@parley/contract';
import { orderRoutes, routeKey, routeTargets, type Store } from '@parley/core';

/** The routes of a customer for a number, in the order in which they are tried. */
export async function findRoutes(
  store: Pick<Store, 'findByParent'>,
  customerId: string,
  number: string,
): Promise<readonly Route[]> {
  const found = await Promise.all(
    routeTargets(number).map((target) => store.findByParent('route', routeKey(customerId, target))),
  );
  return orderRoutes(found.flat().map(({ row }) => row));
}
