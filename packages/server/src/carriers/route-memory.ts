import type { Route } from '@parley/contract';
import { type Put, routeKey, routeTargets, type Store } from '@parley/core';

/** Targets of customers that are remembered, those without routes too: a number has up to seventeen. */
const mostTargets = 20_000;

/** The routes for a number. Looking seventeen times into the store for each call out would cost more than the call. */
export class RouteMemory {
  readonly #store: Pick<Store, 'findByParent'>;
  readonly #routes = new Map<string, readonly Route[]>();
  /** Grows with each change: what was read before it may be out of date. */
  #generation = 0;

  constructor(store: Pick<Store, 'findByParent'>) {
    this.#store = store;
  }

  get size(): number {
    return this.#routes.size;
  }

  /** In no order. */
  async find(customerId: string, number: string): Promise<readonly Route[]> {
    const targets = routeTargets(number);
    const found = await Promise.all(targets.map((target) => this.#at(routeKey(customerId, target))));
    return found.flat();
  }

  changed(puts: readonly Put[]): void {
    if (!puts.some(({ kind }) => kind === 'route')) return;
    this.#generation += 1;
    this.#routes.clear();
  }

  async #at(key: string): Promise<readonly Route[]> {
    const known = this.#routes.get(key);
    if (known !== undefined) return known;
    const begun = this.#generation;
    const routes = (await this.#store.findByParent('route', key)).map(({ row }) => row);
    if (begun !== this.#generation) return routes;
    const [oldest] = this.#routes.keys();
    if (this.#routes.size >= mostTargets && oldest !== undefined) this.#routes.delete(oldest);
    this.#routes.set(key, routes);
    return routes;
  }
}
