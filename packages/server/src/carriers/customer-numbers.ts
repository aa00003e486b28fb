import { type PhoneNumber, limits } from '@parley/contract';
import type { Put, Store } from '@parley/core';

/** Customers whose first number is remembered. */
const mostCustomers = 1_000;

/** Which numbers are a customer's, for what it may show as its caller id. */
export class CustomerNumbers {
  readonly #store: Pick<Store, 'find' | 'list'>;
  readonly #first = new Map<string, Promise<string | undefined>>();

  constructor(store: Pick<Store, 'find' | 'list'>) {
    this.#store = store;
  }

  /** The number as the customer has it, digits without a plus taken for E.164 too; undefined: it is not the customer's. */
  async own(customerId: string, digits: string): Promise<string | undefined> {
    const forms = digits.startsWith('+') ? [digits] : [digits, `+${digits}`];
    for (const form of forms) {
      const found = await this.#store.find('number', form);
      if (found?.row.customer_id === customerId) return found.row.number;
    }
    return undefined;
  }

  /** The oldest one in E.164, or else the oldest one. */
  async first(customerId: string): Promise<string | undefined> {
    const known = this.#first.get(customerId);
    if (known !== undefined) return await known;
    const [oldest] = this.#first.keys();
    if (this.#first.size >= mostCustomers && oldest !== undefined) this.#first.delete(oldest);
    const reading = this.#read(customerId);
    this.#first.set(customerId, reading);
    reading.catch(() => this.#first.delete(customerId));
    return await reading;
  }

  changed(puts: readonly Put[]): void {
    for (const put of puts) if (put.kind === 'number') this.#first.delete(put.row.customer_id);
  }

  /** The list begins with the newest, so the first ones come last. */
  async #read(customerId: string): Promise<string | undefined> {
    let [any, e164]: (PhoneNumber | undefined)[] = [];
    let after: string | undefined;
    do {
      const page = await this.#store.list('number', { customerId, limit: limits.pageSize, after });
      if (page === 'badToken') throw new Error('the store refused its own page token');
      any = page.rows.at(-1) ?? any;
      e164 = page.rows.findLast(({ number }) => number.startsWith('+')) ?? e164;
      after = page.next;
    } while (after !== undefined);
    return (e164 ?? any)?.number;
  }
}
