import type { EventType, LoggedEvent } from '@parley/contract';

/** An entry of the event log with just this in its resource. */
export function loggedEvent(type: EventType, data: LoggedEvent['data'], count = 0): LoggedEvent {
  return {
    id: `evt_${count}`,
    cursor: `c${count}`,
    tm_create: '2026-01-02 03:04:05.678901',
    customer_id: '1f0e1a55-0000-4000-8000-000000000001',
    type,
    data,
  };
}
