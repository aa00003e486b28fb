import type { Provider } from '@parley/contract';

export type HealthStatus = Provider['health_status'];

/** What is known of a provider, and how often in a row it has failed since. */
export interface ProviderHealth {
  readonly status: HealthStatus;
  readonly failures: number;
}

/**
 * What came of a question to it. `answered`: by anything that shows that somebody is there. `silent`: by nothing in time,
 * or by its own word that it cannot (503). `broken`: it cannot even be sent there.
 */
export type CheckOutcome = 'answered' | 'silent' | 'broken';

/** Datagrams get lost, and the question is repeated only for a while. */
const toleratedFailures = 3;

/** One answer makes it well; it takes three failures, or a way that is broken, to make it unwell. */
export function afterCheck({ status, failures }: ProviderHealth, outcome: CheckOutcome): ProviderHealth {
  if (outcome === 'answered') return { status: 'healthy', failures: 0 };
  const count = Math.min(failures + 1, toleratedFailures);
  const isDown = outcome === 'broken' || count >= toleratedFailures;
  return { status: isDown ? 'unhealthy' : status, failures: count };
}
