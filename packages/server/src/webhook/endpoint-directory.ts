import type { EventType } from '@parley/contract';
import type { Endpoint } from './endpoint.ts';

/** Which endpoints a customer has, and so who is owed an event. */
export class EndpointDirectory {
  readonly #endpoints = new Map<string, Endpoint>();
  readonly #byCustomer = new Map<string, readonly Endpoint[]>();

  set(endpoint: Endpoint): void {
    this.remove(endpoint.id);
    this.#endpoints.set(endpoint.id, endpoint);
    this.#byCustomer.set(endpoint.customerId, [...this.#of(endpoint.customerId), endpoint]);
  }

  remove(endpointId: string): void {
    const known = this.#endpoints.get(endpointId);
    if (known === undefined) return;
    this.#endpoints.delete(endpointId);
    const others = this.#of(known.customerId).filter(({ id }) => id !== endpointId);
    if (others.length === 0) this.#byCustomer.delete(known.customerId);
    else this.#byCustomer.set(known.customerId, others);
  }

  recipientsOf(customerId: string, type: EventType): readonly string[] {
    const wanted = this.#of(customerId).filter(
      ({ eventTypes }) => eventTypes === undefined || eventTypes.has(type),
    );
    return wanted.map(({ id }) => id);
  }

  #of(customerId: string): readonly Endpoint[] {
    return this.#byCustomer.get(customerId) ?? [];
  }
}
