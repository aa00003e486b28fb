import type { AgentStatus } from '@parley/contract';
import { type CallCentre, dutiesOf, queueNow, type QueueNow } from '@parley/core';
import { Gauge, type Registry } from 'prom-client';
import type { Clock } from './clock.ts';

/** Queues with lines of their own; of more all others are one line, so that no customer makes the page grow without end. */
const mostQueues = 100;
export const otherQueues = 'other';

/** Who waits, who is served and who serves, by queue, the oldest first. */
export function observeQueues(
  registry: Registry,
  centre: Pick<CallCentre, 'queues' | 'visits' | 'agents'>,
  clock: Pick<Clock, 'now'>,
): void {
  const gauge = (name: string, help: string, labels: readonly string[], read: (set: Gauge) => void): void => {
    registry.registerMetric(
      new Gauge({
        name,
        help,
        labelNames: [...labels],
        registers: [],
        collect() {
          this.reset();
          read(this);
        },
      }),
    );
  };
  const now = (): ReadonlyMap<string, QueueNow> => queuesNow(centre, clock);
  gauge('parley_queue_waiting', 'Callers who wait', ['queue_id'], (set) => {
    for (const [queue_id, { waiting }] of now()) set.set({ queue_id }, waiting);
  });
  gauge('parley_queue_longest_wait_seconds', 'Wait of the first in line', ['queue_id'], (set) => {
    for (const [queue_id, { longestWaitMs }] of now()) set.set({ queue_id }, longestWaitMs / 1000);
  });
  gauge('parley_queue_service', 'Callers who are being served', ['queue_id'], (set) => {
    for (const [queue_id, { served }] of now()) set.set({ queue_id }, served);
  });
  gauge('parley_queue_agents', 'Agents who serve a queue, by status', ['queue_id', 'status'], (set) => {
    for (const [queue_id, { agents }] of now())
      for (const [status, count] of Object.entries(agents)) set.set({ queue_id, status }, count);
  });
  gauge('parley_agents', 'Agents by status', ['status'], (set) => {
    const counts: Record<AgentStatus, number> = { available: 0, away: 0, busy: 0, offline: 0, ringing: 0 };
    for (const { row } of centre.agents.values()) counts[row.status] += 1;
    for (const [status, count] of Object.entries(counts)) set.set({ status }, count);
  });
}

function queuesNow(
  { queues, visits, agents }: Pick<CallCentre, 'queues' | 'visits' | 'agents'>,
  clock: Pick<Clock, 'now'>,
): ReadonlyMap<string, QueueNow> {
  const { mono } = clock.now();
  const duties = [...agents.values()].map(dutiesOf);
  const found = new Map<string, QueueNow>();
  for (const [id, { row }] of queues) {
    // Agents of many queues have no sum that says anything.
    const isOther = found.size >= mostQueues;
    const now = queueNow(row, visits, isOther ? [] : duties, mono);
    const key = isOther ? otherQueues : id;
    found.set(key, isOther ? together(found.get(key), now) : now);
  }
  return found;
}

function together(sum: QueueNow | undefined, { waiting, longestWaitMs, served, agents }: QueueNow): QueueNow {
  return {
    waiting: waiting + (sum?.waiting ?? 0),
    longestWaitMs: Math.max(longestWaitMs, sum?.longestWaitMs ?? 0),
    served: served + (sum?.served ?? 0),
    agents,
  };
}
