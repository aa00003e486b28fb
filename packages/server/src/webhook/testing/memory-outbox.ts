import assert from 'node:assert/strict';
import type { Instant } from '@parley/contract';
import type { Delivery, DeliveryChange, EventPosition, LogEntry, Store } from '@parley/core';

export interface OutboxEvent {
  readonly lane: string;
  readonly at: Instant;
  readonly endpointIds: readonly string[];
  readonly body?: string;
}

/** The part of a store that deliveries need, in memory and strict: whatever is not owed cannot be changed. */
export class MemoryOutbox {
  readonly #owed = new Map<string, Map<EventPosition, Delivery>>();
  #last = 0;

  commit({ lane, at, endpointIds, body }: OutboxEvent): readonly Delivery[] {
    this.#last += 1;
    const position = this.#last as EventPosition;
    const event: LogEntry = {
      position,
      id: `evt_${position}`,
      type: 'call_updated',
      customerId: 'customer-1',
      lane,
      resourceId: lane,
      at,
      body: body ?? `{"type":"call_updated","data":{"n":${position}}}`,
    };
    const deliveries = endpointIds.map((endpointId) => ({
      endpointId,
      event,
      attempts: 0,
      nextAttemptAt: at,
    }));
    for (const delivery of deliveries) this.#of(delivery.endpointId).set(position, delivery);
    return deliveries;
  }

  readPage({ endpointId, after, limit }: Parameters<Store['owed']>[0]): readonly Delivery[] {
    assert.ok(endpointId !== undefined && limit > 0);
    const owed = [...this.#of(endpointId).values()].filter(({ event }) => event.position > after);
    return owed.slice(0, limit);
  }

  apply(change: DeliveryChange): void {
    const owed = this.#of(change.endpointId);
    const delivery = owed.get(change.position);
    assert.ok(delivery !== undefined, `event ${change.position} is ${change.change} though it is not owed`);
    if (change.change === 'settled') owed.delete(change.position);
    else {
      const { attempts, nextAttemptAt } = change;
      owed.set(change.position, { ...delivery, attempts, nextAttemptAt });
    }
  }

  owed(endpointId: string): readonly Delivery[] {
    return [...this.#of(endpointId).values()];
  }

  #of(endpointId: string): Map<EventPosition, Delivery> {
    let owed = this.#owed.get(endpointId);
    if (owed === undefined) {
      owed = new Map();
      this.#owed.set(endpointId, owed);
    }
    return owed;
  }
}
