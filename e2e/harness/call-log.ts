import assert from 'node:assert/strict';
import type { Activeflow, Call, LoggedEvent } from '@parley/contract';
import type { WebhookReceiver } from './webhook-receiver.ts';

/** Types of all events in the order of the log, with the number of the call they are about: 0 is the first that was made. */
export function storyOf(log: readonly LoggedEvent[]): string[] {
  const calls = callIdsOf(log);
  return log.map(({ type, data }) => {
    if (type.startsWith('call_')) return `${type} ${calls.indexOf((data as Call).id)}`;
    if (type.startsWith('activeflow_')) return `${type} ${calls.indexOf((data as Activeflow).reference_id)}`;
    return type;
  });
}

/** In the order in which they were made. */
function callIdsOf(log: readonly LoggedEvent[]): string[] {
  return log.flatMap(({ type, data }) => (type === 'call_created' ? [(data as Call).id] : []));
}

/** How often an event of that type was told of each thing that it was told of. */
export function timesOf(log: readonly LoggedEvent[], type: string): number[] {
  const times = new Map<string, number>();
  for (const event of log) {
    if (event.type !== type) continue;
    const { id } = event.data as { id: string };
    times.set(id, (times.get(id) ?? 0) + 1);
  }
  return [...times.values()];
}

/** Of so many things each once. */
export function once(count: number): number[] {
  return Array.from({ length: count }, () => 1);
}

/** Each of those events was told once of each of so many things. */
export function assertToldOnce(log: readonly LoggedEvent[], counts: Readonly<Record<string, number>>): void {
  for (const [type, count] of Object.entries(counts)) assert.deepEqual(timesOf(log, type), once(count), type);
}

/** Resolves when all of the log has been delivered, with what the next start had to add to it. */
export async function allTold(receiver: WebhookReceiver, log: readonly LoggedEvent[]): Promise<void> {
  const missing = new Set(log.map(({ id }) => id));
  let seen = 0;
  await receiver.deliveries.when(
    'delivery of the whole log',
    (deliveries) => {
      for (; seen < deliveries.length; seen += 1) missing.delete(deliveries[seen]?.webhookId ?? '');
      return missing.size === 0 ? true : undefined;
    },
    60_000,
  );
}
