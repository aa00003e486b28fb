import { type Flow, nilId, type PhoneNumber } from '@parley/contract';
import type { Monotonic, Put, Store } from '@parley/core';

/** What a dialled number leads to. */
export interface Route {
  readonly number: PhoneNumber;
  /** Undefined: the number has no flow, or one that is gone. */
  readonly flow: Flow | undefined;
}

/** Looks up what people dial. */
export interface Directory {
  /** `dialled` is the user part of the Request-URI. Undefined: no such number. */
  route(dialled: string): Promise<Route | undefined>;
  flow(customerId: string, flowId: string): Promise<Flow | undefined>;
  /** These rows have just become durable: what was looked up before may be out of date. */
  changed(puts: readonly Put[]): void;
}

/** The next call to the same number comes soon where there are many; a change on another node is seen after that. */
const rememberMs = 1_000;
/** Numbers remembered: all that are busy on a large site, at a few kilobytes each. */
const rememberAtMost = 1_000;

export function createDirectory(store: Pick<Store, 'find' | 'get'>, now: () => Monotonic): Directory {
  const flow = async (customerId: string, flowId: string): Promise<Flow | undefined> => {
    if (flowId === nilId) return undefined;
    const stored = await store.get('flow', flowId);
    return stored === undefined || stored.row.customer_id !== customerId || isDeleted(stored.row)
      ? undefined
      : stored.row;
  };
  const routes = new RememberedRoutes(now);
  return {
    flow,
    async route(dialled) {
      const known = routes.recall(dialled);
      if (known !== undefined) return known;
      const begun = routes.generation;
      const number = await findNumber(store, dialled);
      if (number === undefined) return undefined;
      const route = { number, flow: await flow(number.customer_id, number.call_flow_id) };
      routes.remember(dialled, route, begun);
      return route;
    },
    changed: (puts) => routes.forget(puts),
  };
}

/** Two look-ups a call are a tenth of its CPU. Numbers that nobody has are not remembered: there are endless many. */
class RememberedRoutes {
  readonly #now: () => Monotonic;
  readonly #routes = new Map<string, { readonly route: Route; readonly until: number }>();
  /** Grows whenever something is forgotten. Take it before reading what is to be remembered. */
  generation = 0;

  constructor(now: () => Monotonic) {
    this.#now = now;
  }

  recall(dialled: string): Route | undefined {
    const known = this.#routes.get(dialled);
    if (known === undefined) return undefined;
    if (known.until > this.#now()) return known.route;
    this.#routes.delete(dialled);
    return undefined;
  }

  /** Not when anything was forgotten since `begun`: what was read then may be out of date. */
  remember(dialled: string, route: Route, begun: number): void {
    if (begun !== this.generation) return;
    const oldest = this.#routes.keys().next();
    if (this.#routes.size >= rememberAtMost && oldest.done !== true) this.#routes.delete(oldest.value);
    this.#routes.set(dialled, { route, until: this.#now() + rememberMs });
  }

  /** Flows and numbers change rarely: then all routes are looked up anew. */
  forget(puts: readonly Put[]): void {
    if (!puts.some(({ kind }) => kind === 'number' || kind === 'flow')) return;
    this.generation += 1;
    this.#routes.clear();
  }
}

/** As dialled; digits without a plus are also looked for as E.164, because many trunks leave the plus out. */
async function findNumber(store: Pick<Store, 'find'>, dialled: string): Promise<PhoneNumber | undefined> {
  const exact = await store.find('number', dialled);
  if (exact !== undefined) return exact.row;
  if (!/^[1-9][0-9]{6,14}$/.test(dialled)) return undefined;
  return (await store.find('number', `+${dialled}`))?.row;
}

function isDeleted(row: { readonly tm_delete: string }): boolean {
  return !row.tm_delete.startsWith('9999-');
}
