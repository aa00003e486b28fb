import { notYet, type Route } from '@parley/contract';
import type { Draft } from '../draft.ts';
import type { Chance } from '../ports/chance.ts';
import type { Stored } from '../ports/store.ts';

/** What a client may say about a route; a key that is absent keeps what stands. */
export interface RouteDetails {
  readonly provider_id?: string;
  readonly target?: string;
  readonly priority?: number;
  readonly name?: string;
  readonly detail?: string;
}

/** The target of a route for every number. */
const everywhere = 'all';

/** The longest target that the contract knows. */
const longestTarget = 16;

/** The contract has checked the forms; the provider is the caller's to find and to `holdProvider`. */
export function createRoute(
  draft: Draft,
  chance: Chance,
  customerId: string,
  details: RouteDetails & Required<Pick<RouteDetails, 'provider_id' | 'target'>>,
): Route {
  const route: Route = {
    id: chance.id(),
    customer_id: customerId,
    provider_id: details.provider_id,
    priority: details.priority ?? 0,
    target: details.target,
    tm_create: draft.stamp,
    tm_update: notYet,
    tm_delete: notYet,
    name: details.name ?? '',
    detail: details.detail ?? '',
  };
  draft.require('route', route.id, 0);
  draft.put('route', route);
  return route;
}

export function updateRoute(draft: Draft, stored: Stored<'route'>, details: RouteDetails): Route {
  const { row } = stored;
  return replace(draft, stored, {
    ...row,
    provider_id: details.provider_id ?? row.provider_id,
    priority: details.priority ?? row.priority,
    target: details.target ?? row.target,
    tm_update: draft.stamp,
    name: details.name ?? row.name,
    detail: details.detail ?? row.detail,
  });
}

/** Removal is soft: the row stays, with the time of its end. */
export function deleteRoute(draft: Draft, stored: Stored<'route'>): Route {
  const now = draft.stamp;
  return replace(draft, stored, { ...stored.row, tm_update: now, tm_delete: now });
}

/** What the store finds the routes of a customer for one target under. */
export function routeKey(customerId: string, target: string): string {
  return `${customerId} ${target}`;
}

/** The targets that a number may be routed by, the longest first: `+493`, `+49`, `+4`, then `all`. */
export function routeTargets(number: string): readonly string[] {
  const longest = Math.min(number.length, longestTarget);
  const shortest = number.startsWith('+') ? 2 : 1;
  const lengths = Array.from({ length: Math.max(0, longest - shortest + 1) }, (_, index) => longest - index);
  return [...lengths.map((length) => number.slice(0, length)), everywhere];
}

/**
 * Routes for one number in the order in which they are tried: the longest target first, then `priority`, then the one
 * made first; each provider once.
 */
export function orderRoutes(routes: readonly Route[]): readonly Route[] {
  const providers = new Set<string>();
  return routes.toSorted(compare).filter(({ provider_id: provider }) => {
    const first = !providers.has(provider);
    providers.add(provider);
    return first;
  });
}

function compare(one: Route, other: Route): number {
  const byTarget = reach(other) - reach(one);
  if (byTarget !== 0) return byTarget;
  if (one.priority !== other.priority) return one.priority - other.priority;
  if (one.tm_create !== other.tm_create) return one.tm_create < other.tm_create ? -1 : 1;
  return one.id < other.id ? -1 : 1;
}

/** How much of a number the target tells. */
function reach({ target }: Route): number {
  return target === everywhere ? 0 : target.length;
}

function replace(draft: Draft, stored: Stored<'route'>, route: Route): Route {
  draft.require('route', route.id, stored.version);
  draft.put('route', route);
  return route;
}
