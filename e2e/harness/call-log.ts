import type { Activeflow, Call, LoggedEvent } from '@parley/contract';

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
