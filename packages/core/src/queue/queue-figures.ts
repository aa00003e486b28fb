import type { Queue, QueuecallEndReason } from '@parley/contract';

/** How the figures of a queue count a visit that is over. */
export type VisitOutcome = 'serviced' | 'abandoned' | 'overflowed' | 'kicked';

const outcomes: Readonly<Record<Exclude<QueuecallEndReason, ''>, VisitOutcome>> = {
  served: 'serviced',
  abandoned: 'abandoned',
  unreached: 'abandoned',
  failed: 'abandoned',
  overflowed: 'overflowed',
  timeout: 'overflowed',
  moved: 'overflowed',
  exited: 'overflowed',
  kicked: 'kicked',
};

/** Whoever was lost was `abandoned`, whoever went on elsewhere was `overflowed`. */
export function visitOutcome(reason: QueuecallEndReason): VisitOutcome {
  // A visit that ended before reasons were told says none; all who were not served were counted as one.
  return reason === '' ? 'abandoned' : outcomes[reason];
}

const totals = {
  abandoned: 'total_abandoned_count',
  overflowed: 'total_overflowed_count',
  kicked: 'total_kicked_count',
} as const;

/** What the end of a visit that nobody served adds to its queue's figures. */
export function countUnserved(queue: Queue, reason: QueuecallEndReason, waitedMs: number): Partial<Queue> {
  const outcome = visitOutcome(reason);
  if (outcome === 'serviced') throw new Error('whoever was served is counted when the talk begins');
  const total = totals[outcome];
  return { [total]: queue[total] + 1, total_waittime: queue.total_waittime + waitedMs };
}

/** Visits that wait no more, however their wait ended. */
export function endedWaits(queue: Queue): number {
  const { total_serviced_count: serviced, total_abandoned_count: abandoned } = queue;
  return serviced + abandoned + queue.total_overflowed_count + queue.total_kicked_count;
}

/** Throws when the figures of a queue do not add up: whoever came waits, was served, or left in one of three ways. */
export function assertAddsUp(queue: Queue): void {
  const { id, total_incoming_count: incoming, wait_queue_call_ids: waiting } = queue;
  const [ended, serviced] = [endedWaits(queue), queue.total_serviced_count];
  if (incoming !== waiting.length + ended)
    throw new Error(`of queue ${id} ${incoming} came, ${waiting.length} wait and ${ended} do no more`);
  if (queue.service_queue_call_ids.length > serviced)
    throw new Error(`of queue ${id} more are served than ever were`);
}
