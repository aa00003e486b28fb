import type { Agent } from '@parley/contract';
import { dialledExtension, extensionKey } from '../extension/extension.ts';

type Whereabouts = Pick<Agent, 'id' | 'customer_id' | 'addresses'>;

/**
 * Which extensions have a phone that is registered, and which agents are rung there. What an agent is reached at besides,
 * numbers and SIP addresses, is believed to be there until it does not answer.
 */
export class AgentPhones {
  readonly #registered = new Set<string>();
  readonly #agentsAt = new Map<string, Set<string>>();
  readonly #addressesOf = new Map<string, Whereabouts>();

  /** Where an agent is to be rung from now on. */
  put(agent: Whereabouts): void {
    const before = this.#addressesOf.get(agent.id);
    if (before?.addresses === agent.addresses) return;
    if (before !== undefined) this.remove(agent.id);
    const { id, customer_id, addresses } = agent;
    this.#addressesOf.set(id, { id, customer_id, addresses });
    for (const key of keysOf(agent)) this.#agentsAt.set(key, this.#at(key).add(id));
  }

  remove(agentId: string): void {
    const known = this.#addressesOf.get(agentId);
    if (known === undefined) return;
    this.#addressesOf.delete(agentId);
    for (const key of keysOf(known)) {
      const agents = this.#at(key);
      agents.delete(agentId);
      if (agents.size === 0) this.#agentsAt.delete(key);
    }
  }

  /** Notes whether a phone is registered for an extension. Answers the agents who are rung there. */
  set(customerId: string, extension: string, isRegistered: boolean): readonly string[] {
    const key = extensionKey(customerId, extension);
    if (isRegistered) this.#registered.add(key);
    else this.#registered.delete(key);
    return [...this.#at(key)];
  }

  /** Whether there is anything of an agent that could ring now. */
  isReachable({ customer_id: customerId, addresses }: Omit<Whereabouts, 'id'>): boolean {
    return addresses.some((address) => {
      const extension = dialledExtension(address);
      return extension === undefined || this.#registered.has(extensionKey(customerId, extension));
    });
  }

  #at(key: string): Set<string> {
    return this.#agentsAt.get(key) ?? new Set();
  }
}

function keysOf({ customer_id: customerId, addresses }: Whereabouts): readonly string[] {
  return addresses.flatMap((address) => {
    const extension = dialledExtension(address);
    return extension === undefined ? [] : [extensionKey(customerId, extension)];
  });
}
