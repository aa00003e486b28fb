import type { Delivery, DeliveryChange, EventPosition, Moment, Monotonic } from '@parley/core';
import { type DeliveryOutput, emptyOutput } from './delivery-output.ts';
import { type EndpointStatus, EndpointQueue } from './endpoint-queue.ts';
import type { AttemptOutcome } from './attempt-outcome.ts';
import type { Endpoint } from './endpoint.ts';

/**
 * Decides which event is sent to which endpoint when. It does nothing itself: inputs go in with the time at which they
 * happened, what is to be done comes out of `drain`, and `wakeAt` says when it wants to be woken without another input.
 *
 * Per endpoint, events of one lane are sent one after another in log order, lanes side by side. What does not fit
 * memory is left in the store and read when there is room; every endpoint begins by reading what it is owed.
 */
export interface DeliveryEngine {
  /** A new endpoint, or new settings of one, or its settings saved again: whatever waits is sent there from now on. */
  endpointSet(endpoint: Endpoint, now: Moment): void;
  /** Nothing more is sent there. What it is owed is given up and counted as lost. */
  endpointRemoved(endpointId: string, now: Moment): void;
  /** What a commit made owed, in the order of its events. */
  committed(deliveries: readonly Delivery[], now: Moment): void;
  /** The answer to a page that `drain` asked for: `store.owed` with its position and limit. */
  pageRead(endpointId: string, deliveries: readonly Delivery[], now: Moment): void;
  /** The store could not be read; the page is asked for again in a while. */
  pageFailed(endpointId: string, now: Moment): void;
  /** These changes are durable. */
  saved(changes: readonly DeliveryChange[]): void;
  attemptEnded(endpointId: string, position: EventPosition, outcome: AttemptOutcome, now: Moment): void;
  wake(now: Moment): void;
  /** When to call `wake`, perhaps with nothing to do then; undefined: not before another input. */
  wakeAt(): Monotonic | undefined;
  /** No attempt is begun and no page read after this. */
  stop(): void;
  /** What is to be done, in order; the caller does all of it. */
  drain(): DeliveryOutput;
  status(): readonly EndpointStatus[];
}

export interface DeliveryEngineDeps {
  /** Uniform in [0, 1): spreads retries. */
  readonly fraction: () => number;
}

export function createDeliveryEngine({ fraction }: DeliveryEngineDeps): DeliveryEngine {
  return new Engine(fraction);
}

class Engine implements DeliveryEngine {
  readonly #fraction: () => number;
  readonly #queues = new Map<string, EndpointQueue>();
  #output = emptyOutput();
  /** The earliest time at which a queue wants to be woken, or earlier. */
  #wakeAt: Monotonic | undefined;

  constructor(fraction: () => number) {
    this.#fraction = fraction;
  }

  endpointSet(endpoint: Endpoint, now: Moment): void {
    const known = this.#queues.get(endpoint.id);
    if (known === undefined) this.#addQueue(endpoint, now);
    else known.set(endpoint, now);
    this.#advance(this.#queue(endpoint.id), now);
  }

  endpointRemoved(endpointId: string, now: Moment): void {
    const queue = this.#queues.get(endpointId) ?? this.#addQueue(nowhere(endpointId), now);
    queue.remove(now);
    this.#advance(queue, now);
  }

  committed(deliveries: readonly Delivery[], now: Moment): void {
    const touched = new Set<EndpointQueue>();
    for (const delivery of deliveries) {
      const { endpointId, event } = delivery;
      const queue = this.#queues.get(endpointId);
      if (queue === undefined) {
        this.#output.notices.push({ kind: 'stray', endpointId, event });
        continue;
      }
      queue.committed(delivery, now);
      touched.add(queue);
    }
    for (const queue of touched) this.#advance(queue, now);
  }

  pageRead(endpointId: string, deliveries: readonly Delivery[], now: Moment): void {
    const queue = this.#queue(endpointId);
    queue.pageRead(deliveries, now);
    this.#advance(queue, now);
  }

  pageFailed(endpointId: string, now: Moment): void {
    const queue = this.#queue(endpointId);
    queue.pageFailed(now);
    this.#advance(queue, now);
  }

  saved(changes: readonly DeliveryChange[]): void {
    for (const change of changes) this.#queue(change.endpointId).saved(change);
  }

  attemptEnded(endpointId: string, position: EventPosition, outcome: AttemptOutcome, now: Moment): void {
    const queue = this.#queue(endpointId);
    queue.attemptEnded(position, outcome, now);
    this.#advance(queue, now);
  }

  wake(now: Moment): void {
    if (this.#wakeAt === undefined || this.#wakeAt > now.mono) return;
    this.#wakeAt = undefined;
    for (const queue of this.#queues.values()) {
      const at = queue.wakeAt;
      if (at !== undefined && at <= now.mono) {
        queue.wake(now);
        this.#advance(queue, now);
      } else this.#wakeBy(at);
    }
  }

  wakeAt(): Monotonic | undefined {
    return this.#wakeAt;
  }

  stop(): void {
    for (const queue of this.#queues.values()) queue.stop();
    this.#wakeAt = undefined;
  }

  drain(): DeliveryOutput {
    const output = this.#output;
    this.#output = emptyOutput();
    return output;
  }

  status(): readonly EndpointStatus[] {
    return [...this.#queues.values()].map((queue) => queue.status);
  }

  #addQueue(endpoint: Endpoint, now: Moment): EndpointQueue {
    const queue = new EndpointQueue(endpoint, () => this.#output, this.#fraction, now);
    this.#queues.set(endpoint.id, queue);
    return queue;
  }

  #queue(endpointId: string): EndpointQueue {
    const queue = this.#queues.get(endpointId);
    if (queue === undefined) throw new Error(`there is no endpoint ${endpointId}`);
    return queue;
  }

  #advance(queue: EndpointQueue, now: Moment): void {
    queue.advance(now);
    this.#wakeBy(queue.wakeAt);
  }

  #wakeBy(at: Monotonic | undefined): void {
    if (at !== undefined && (this.#wakeAt === undefined || at < this.#wakeAt)) this.#wakeAt = at;
  }
}

/** What stands for an endpoint that was removed before this process began: only what it is owed matters. */
function nowhere(id: string): Endpoint {
  return { id, customerId: id, url: '', method: 'POST', secret: '', eventTypes: undefined };
}
