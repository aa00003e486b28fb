import type { DeliveryChange, LogEntry } from '@parley/core';
import type { BacklogPage } from './backlog.ts';
import type { HealthState } from './endpoint-health.ts';
import type { Endpoint } from './endpoint.ts';

/** Why an event will never reach its endpoint: three days were not enough, or its endpoint was taken away. */
export type LossReason = 'gave_up' | 'removed';

/** An attempt to be made now; its end is reported by `attemptEnded`. */
export interface Attempt {
  readonly endpoint: Endpoint;
  readonly event: LogEntry;
  /** From 1. */
  readonly number: number;
}

/** Something that an operator should be able to see. */
export type Notice =
  /** Later events of its lane go ahead of this one. */
  | { readonly kind: 'passed'; readonly endpointId: string; readonly event: LogEntry }
  | {
      readonly kind: 'lost';
      readonly endpointId: string;
      readonly event: LogEntry;
      readonly reason: LossReason;
      readonly attempts: number;
    }
  | { readonly kind: 'health'; readonly endpointId: string; readonly state: HealthState }
  /** A commit owes an event to an endpoint that nobody has named; it stays owed in the store. */
  | { readonly kind: 'stray'; readonly endpointId: string; readonly event: LogEntry };

/** What the engine wants done, in the order in which it came up. */
export interface DeliveryOutput {
  readonly attempts: Attempt[];
  readonly changes: DeliveryChange[];
  readonly pages: (BacklogPage & { readonly endpointId: string })[];
  readonly notices: Notice[];
}

export function emptyOutput(): DeliveryOutput {
  return { attempts: [], changes: [], pages: [], notices: [] };
}
