import type {
  Delivery,
  DeliveryChange,
  EventPosition,
  EventQuery,
  LogEntry,
  NewEvent,
  PruneQuery,
} from '@parley/core';

const beginning = 0 as EventPosition;

/** The event log and what is owed from it. */
export class MemoryLog {
  readonly #entries: LogEntry[] = [];
  readonly #ofCustomer = new Map<string, LogEntry[]>();
  readonly #prunedTo = new Map<string, EventPosition>();
  /** By endpoint, then by position: oldest first, because positions are given out in order. */
  readonly #owed = new Map<string, Map<EventPosition, Delivery>>();

  get lastPosition(): EventPosition {
    return this.#entries.at(-1)?.position ?? beginning;
  }

  all(): readonly LogEntry[] {
    return this.#entries;
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

  prune({ before, after, limit }: PruneQuery): { removed: number; next: EventPosition | undefined } {
    const start = firstAfter(this.#entries, after);
    const looked = this.#entries
      .slice(start, start + limit)
      .filter(({ position }) => position < this.lastPosition);
    const young = looked.findIndex(({ at }) => at >= before);
    const old = young < 0 ? looked : looked.slice(0, young);
    const owed = new Set([...this.#owed.values()].flatMap((deliveries) => [...deliveries.keys()]));
    const gone = old.filter(({ position }) => !owed.has(position));
    for (const entry of gone) this.#remove(entry);
    const next = young < 0 && looked.length === limit ? looked.at(-1)?.position : undefined;
    return { removed: gone.length, next };
  }

  prunedTo(customerId: string): EventPosition {
    return this.#prunedTo.get(customerId) ?? beginning;
  }

  #remove(entry: LogEntry): void {
    const { customerId, position } = entry;
    for (const entries of [this.#entries, this.#ofCustomer.get(customerId) ?? []])
      entries.splice(entries.indexOf(entry), 1);
    this.#prunedTo.set(customerId, Math.max(position, this.prunedTo(customerId)) as EventPosition);
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
