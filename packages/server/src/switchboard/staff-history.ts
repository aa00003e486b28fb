import { parseTimestamp, type Queue } from '@parley/contract';
import { type Moment, StaffHistory, type Store } from '@parley/core';

/** Of one customer, the newest: a busy day, and a second to read them. */
const mostVisits = 20_000;
const pageSize = 100;

/** Reads what the visits that are over tell of agents and callers; before calls are taken. */
export async function readStaffHistory(
  store: Pick<Store, 'list'>,
  queues: readonly Queue[],
  at: Moment,
): Promise<StaffHistory> {
  const history = new StaffHistory(queues, at);
  for (const customerId of new Set(queues.map(({ customer_id: id }) => id))) {
    const own = queues.filter((queue) => queue.customer_id === customerId);
    const since = StaffHistory.begins(own, at.wall);
    await readVisits(store, customerId, since, history);
  }
  return history;
}

async function readVisits(
  store: Pick<Store, 'list'>,
  customerId: string,
  since: number,
  history: StaffHistory,
): Promise<void> {
  let after: string | undefined;
  for (let read = 0; read < mostVisits; read += pageSize) {
    const page = await store.list('queuecall', { customerId, limit: pageSize, after });
    if (page === 'badToken') throw new Error('the store does not know its own token');
    for (const visit of page.rows) history.add(visit);
    const last = page.rows.at(-1);
    if (page.next === undefined || last === undefined) return;
    if ((parseTimestamp(last.tm_create) ?? 0) < since) return;
    after = page.next;
  }
}
