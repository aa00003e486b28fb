import type { Customer, EventType } from '@parley/contract';

/** Where one customer's events are sent. Replaced as a whole when its settings change. */
export interface Endpoint {
  readonly id: string;
  readonly customerId: string;
  readonly url: string;
  readonly method: EndpointMethod;
  /** `whsec_` and base64: the key that signs. */
  readonly secret: string;
  /** Only these types; undefined: every event. */
  readonly eventTypes: ReadonlySet<EventType> | undefined;
}

export type EndpointMethod = 'POST' | 'GET' | 'PUT' | 'DELETE';

/** A customer's one endpoint, whose id is the customer's; undefined: this customer's events are sent nowhere. */
export function endpointOf(customer: Customer): Endpoint | undefined {
  if (customer.webhook_uri === '') return undefined;
  return {
    id: customer.id,
    customerId: customer.id,
    url: customer.webhook_uri,
    method: customer.webhook_method === '' ? 'POST' : customer.webhook_method,
    secret: customer.webhook_secret,
    eventTypes: undefined,
  };
}

export function sameTarget(a: Endpoint, b: Endpoint): boolean {
  return a.url === b.url && a.method === b.method && a.secret === b.secret;
}
