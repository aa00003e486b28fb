import { type EventData, type EventType, formatTimestamp } from '@parley/contract';
import type { Chance } from './ports/chance.ts';
import type { Moment } from './ports/moment.ts';
import type { Kind, NewEvent, Precondition, Put, Rows } from './ports/store.ts';

/** An event as a decision makes it; who is owed it is found at the commit. */
export type EventDraft = Omit<NewEvent, 'recipients'>;

/** What a decision wants to become true, in one transaction. */
export interface Changes {
  readonly puts: readonly Put[];
  readonly events: readonly EventDraft[];
  readonly preconditions: readonly Precondition[];
}

/** A sheet on which one decision notes its changes; handed to the store when the decision is made. */
export class Draft implements Changes {
  readonly at: Moment;
  /** `at` as the contract writes times. */
  readonly stamp: string;
  readonly #chance: Chance;
  readonly #puts = new Map<string, Put>();
  readonly #events: EventDraft[] = [];
  readonly #preconditions: Precondition[] = [];

  constructor(at: Moment, chance: Chance) {
    this.at = at;
    this.stamp = formatTimestamp(at.wall);
    this.#chance = chance;
  }

  /** The row as it is to stand; a later put of the same row replaces an earlier one. */
  put<K extends Kind>(kind: K, row: Rows[K]): void {
    // The compiler cannot follow that kind and row belong together through a generic; the signature guarantees it.
    this.#puts.set(`${kind} ${row.id}`, { kind, row } as unknown as Put);
  }

  /** An event with the resource as it is at this point of the decision. */
  emit<T extends EventType>(type: T, lane: string, data: EventData<T>): void {
    this.#events.push({
      id: `evt_${this.#chance.id().replaceAll('-', '')}`,
      type,
      customerId: data.customer_id,
      lane,
      resourceId: data.id,
      at: this.at.wall,
      body: JSON.stringify({ type, data }),
    });
  }

  /** Makes the whole draft depend on the row still having this version (0: not existing). */
  require(kind: Kind, id: string, version: number): void {
    this.#preconditions.push({ kind, id, version });
  }

  get puts(): readonly Put[] {
    return [...this.#puts.values()];
  }

  get events(): readonly EventDraft[] {
    return this.#events;
  }

  get preconditions(): readonly Precondition[] {
    return this.#preconditions;
  }
}
