import type { Queuecall } from '@parley/contract';

/** Whether the visit is over; every visit ends in one of the two. */
export function isQueuecallOver({ status }: Pick<Queuecall, 'status'>): boolean {
  return status === 'done' || status === 'abandoned';
}

/** Of all visits of one call, oldest first, the one under way, or else the last. */
export function latestQueuecall(visits: readonly Queuecall[]): Queuecall | undefined {
  return visits.find((visit) => !isQueuecallOver(visit)) ?? visits.at(-1);
}
