import { type Flow, limits } from '@parley/contract';
import type { Rows, Stored } from '@parley/core';
import type { HttpDeps } from './deps.ts';

/**
 * Every number that points to the flow, for calls or for messages. `Store.findByParent` knows the first kind alone, and
 * no more than a thousand of it; a deletion has to find them all, and is rare enough to go through the whole list.
 */
export async function findNumbersOf(
  deps: Pick<HttpDeps, 'store'>,
  flow: Flow,
): Promise<readonly Stored<'number'>[]> {
  const found: Stored<'number'>[] = [];
  for await (const row of everyNumber(deps, flow.customer_id)) {
    if (!pointsTo(row, flow)) continue;
    const stored = await deps.store.get('number', row.id);
    if (stored !== undefined && pointsTo(stored.row, flow)) found.push(stored);
  }
  return found;
}

function pointsTo(number: Rows['number'], flow: Flow): boolean {
  return number.call_flow_id === flow.id || number.message_flow_id === flow.id;
}

async function* everyNumber(
  deps: Pick<HttpDeps, 'store'>,
  customerId: string,
): AsyncGenerator<Rows['number']> {
  let after: string | undefined;
  do {
    const page = await deps.store.list('number', { customerId, limit: limits.pageSize, after });
    if (page === 'badToken') throw new Error('the store refused its own page token');
    yield* page.rows;
    after = page.next;
  } while (after !== undefined);
}
