import { type Flow, nilId, type PhoneNumber } from '@parley/contract';
import type { Store } from '@parley/core';

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
}

export function createDirectory(store: Pick<Store, 'find' | 'get'>): Directory {
  const flow = async (customerId: string, flowId: string): Promise<Flow | undefined> => {
    if (flowId === nilId) return undefined;
    const stored = await store.get('flow', flowId);
    return stored === undefined || stored.row.customer_id !== customerId || isDeleted(stored.row)
      ? undefined
      : stored.row;
  };
  return {
    flow,
    async route(dialled) {
      const number = await findNumber(store, dialled);
      return number === undefined
        ? undefined
        : { number, flow: await flow(number.customer_id, number.call_flow_id) };
    },
  };
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
