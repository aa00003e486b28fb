import type { Delivery, DeliveryChange, EventPosition, EventQuery, LogEntry, NewEvent } from '@parley/core';

const beginning = 0 as EventPosition;

/** The event log and what is owed from it. */
export class MemoryLog {
  readonly #entries: LogEntry[] = [];
  readonly #ofCustomer = new Map<string, LogEntry[]>();
  /** By endpoint, then by position: oldest first, because positions are given out in order. */
  readonly #owed = new Map<string, Map<EventPosition, Delivery>>();

  get lastPosition(): EventPosition {
    return this.#entries.at(-1)?.position ?? beginning;
  }

  append(event: NewEvent): EventPosition {
    const { recipients, ...rest } = event;
    const entry: LogEntry = { ...rest, position: (this.lastPosition + 1) as EventPosition };
    this.#entries.push(entry);
    const entries = this.#ofCustomer.get(entry.customerId);
    if (entries === undefined) this.#ofCustomer.set(entry.customerId, [entry]);
    else entries.push(entry);
    for (const endpointId of recipients) this.#owe(endpointId, entry);
    return entry.position;
  }

  change(change: DeliveryChange): void {
    const owed = this.#owed.get(change.endpointId);
    const delivery = owed?.get(change.position);
    if (owed === undefined || delivery === undefined) return;
    if (change.change === 'settled') owed.delete(change.position);
    else
      owed.set(change.position, {
        ...delivery,
        attempts: change.attempts,
        nextAttemptAt: change.nextAttemptAt,
      });
    if (owed.size === 0) this.#owed.delete(change.endpointId);
  }

  events({ customerId, after, limit }: EventQuery): readonly LogEntry[] {
    const entries = customerId === undefined ? this.#entries : (this.#ofCustomer.get(customerId) ?? []);
    const start = firstAfter(entries, after);
    return entries.slice(start, start + limit);
  }

  owedTo(endpointId: string, after: EventPosition, limit: number): Delivery[] {
    const found: Delivery[] = [];
    for (const delivery of this.#owed.get(endpointId)?.values() ?? []) {
      if (found.length === limit) break;
      if (delivery.event.position > after) found.push(delivery);
    }
    return found;
  }

  /** An event that is owed to several is not split: `limit` counts events. */
  owed(after: EventPosition, limit: number): Delivery[] {
    const found = [...this.#owed.keys()]
      .flatMap((endpointId) => this.owedTo(endpointId, after, limit))
      .sort(byPosition);
    const positions = [...new Set(found.map(({ event }) => event.position))];
    const last = positions.slice(0, limit).at(-1) ?? beginning;
    return found.filter(({ event }) => event.position <= last);
  }

  #owe(endpointId: string, event: LogEntry): void {
    const delivery = { endpointId, event, attempts: 0, nextAttemptAt: event.at };
    const owed = this.#owed.get(endpointId);
    if (owed === undefined) this.#owed.set(endpointId, new Map([[event.position, delivery]]));
    else owed.set(event.position, delivery);
  }
}

function byPosition(one: Delivery, other: Delivery): number {
  if (one.event.position !== other.event.position) return one.event.position - other.event.position;
  return one.endpointId < other.endpointId ? -1 : 1;
}

function firstAfter(entries: readonly LogEntry[], position: EventPosition): number {
  let [low, high] = [0, entries.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((entries[middle]?.position ?? position) <= position) low = middle + 1;
    else high = middle;
  }
  return low;
}
