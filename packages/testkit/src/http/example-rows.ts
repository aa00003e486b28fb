import { type Activeflow, type Call, eventExamples, notYet, type Queuecall } from '@parley/contract';
import type { Rows } from '@parley/core';

/** A call that is under way. */
export function exampleCall(id: string, customerId: string, change: Partial<Call> = {}): Rows['call'] {
  const { data } = eventExamples.call_answered;
  return { ...data, id, customer_id: customerId, tm_delete: notYet, ...change };
}

/** An activeflow that is under way. */
export function exampleActiveflow(
  id: string,
  customerId: string,
  change: Partial<Activeflow> = {},
): Rows['activeflow'] {
  const { data } = eventExamples.activeflow_updated;
  return { ...data, id, customer_id: customerId, tm_delete: notYet, ...change };
}

/** A caller who waits. */
export function exampleQueuecall(
  id: string,
  customerId: string,
  change: Partial<Queuecall> = {},
): Rows['queuecall'] {
  return { ...eventExamples.queuecall_created.data, id, customer_id: customerId, ...change };
}
