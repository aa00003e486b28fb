import assert from 'node:assert/strict';
import type { Instant } from '@parley/contract';
import type { Delivery, EventPosition, Moment, Monotonic } from '@parley/core';
import type { AttemptOutcome } from '../attempt-outcome.ts';
import { createDeliveryEngine, type DeliveryEngine } from '../delivery-engine.ts';
import type { Notice } from '../delivery-output.ts';
import type { Endpoint } from '../endpoint.ts';
import type { EndpointStatus } from '../endpoint-queue.ts';
import { MemoryOutbox } from './memory-outbox.ts';

export const second = 1_000;
export const minute = 60 * second;
export const hour = 60 * minute;

/** An endpoint as most tests need it. */
export function endpoint(id: string, settings: Partial<Endpoint> = {}): Endpoint {
  return {
    id,
    customerId: 'customer-1',
    url: `https://${id}.example/hook`,
    method: 'POST',
    secret: 'whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz',
    eventTypes: undefined,
    ...settings,
  };
}

export function status(code: number, retryAfterMs?: number): AttemptOutcome {
  return { kind: 'answered', status: code, retryAfterMs, body: '' };
}

export const noConnection: AttemptOutcome = {
  kind: 'unanswered',
  reason: 'connection',
  message: 'connection refused',
};

/** An engine on a virtual clock with a store that answers at once, and the attempts it has under way. */
export class EngineStage {
  readonly outbox = new MemoryOutbox();
  readonly notices: Notice[] = [];
  /** `endpoint:position`, in the order in which they were begun. */
  readonly sent: string[] = [];
  engine: DeliveryEngine;
  fraction = 0.5;
  #ms = 0;
  readonly #underWay = new Map<string, { readonly endpoint: Endpoint; readonly position: EventPosition }>();

  constructor(...endpointIds: string[]) {
    this.engine = createDeliveryEngine({ fraction: () => this.fraction });
    for (const id of endpointIds) this.setEndpoint(endpoint(id));
  }

  get now(): Moment {
    return { mono: this.#ms as Monotonic, wall: (1_700_000_000_000_000 + this.#ms * 1_000) as Instant };
  }

  get underWay(): readonly string[] {
    return [...this.#underWay.keys()];
  }

  get urls(): readonly string[] {
    return [...this.#underWay.values()].map(({ endpoint }) => endpoint.url);
  }

  setEndpoint(endpoint: Endpoint): void {
    this.engine.endpointSet(endpoint, this.now);
    this.#settle();
  }

  removeEndpoint(id: string): void {
    this.engine.endpointRemoved(id, this.now);
    this.#settle();
  }

  /** Commits an event to each lane named, for one endpoint. */
  commit(endpointId: string, ...lanes: string[]): void {
    const at = this.now.wall;
    const deliveries = lanes.flatMap((lane) => this.outbox.commit({ lane, at, endpointIds: [endpointId] }));
    this.announce(deliveries);
  }

  announce(deliveries: readonly Delivery[]): void {
    this.engine.committed(deliveries, this.now);
    this.#settle();
  }

  end(attempt: string, outcome: AttemptOutcome): void {
    const under = this.#underWay.get(attempt);
    assert.ok(under !== undefined, `${attempt} is not under way, but ${this.underWay.join(', ')}`);
    this.#underWay.delete(attempt);
    this.engine.attemptEnded(under.endpoint.id, under.position, outcome, this.now);
    this.#settle();
  }

  /** Ends whatever is under way, and what is begun because of that, until nothing is. */
  endAll(outcome: AttemptOutcome): void {
    for (const [attempt] of this.#underWay) this.end(attempt, outcome);
  }

  /** Lets time go by, waking the engine whenever it wants; `whenSent` ends what is begun meanwhile. */
  pass(ms: number, whenSent?: (attempt: string) => AttemptOutcome | undefined): void {
    const end = this.#ms + ms;
    this.#endWith(whenSent);
    for (;;) {
      const wakeAt = this.engine.wakeAt();
      if (wakeAt === undefined || wakeAt > end) break;
      this.#ms = Math.max(this.#ms, wakeAt);
      this.engine.wake(this.now);
      this.#settle();
      this.#endWith(whenSent);
      const next = this.engine.wakeAt();
      assert.ok(
        next === undefined || next > this.#ms,
        `woken at ${this.#ms} it wants to be woken at ${next}`,
      );
    }
    this.#ms = end;
  }

  /** The process dies: the engine and its attempts are gone, the store stays. */
  restart(...endpointIds: string[]): void {
    this.#underWay.clear();
    this.engine = createDeliveryEngine({ fraction: () => this.fraction });
    for (const id of endpointIds) this.setEndpoint(endpoint(id));
  }

  noticed(kind: Notice['kind']): readonly string[] {
    const notices = this.notices.filter((notice) => notice.kind === kind);
    return notices.map((notice) => (notice.kind === 'health' ? notice.state : String(notice.event.position)));
  }

  status(endpointId: string): EndpointStatus {
    const found = this.engine.status().find((each) => each.endpointId === endpointId);
    assert.ok(found !== undefined);
    return found;
  }

  #endWith(whenSent: ((attempt: string) => AttemptOutcome | undefined) | undefined): void {
    for (const attempt of this.#underWay.keys()) {
      const outcome = whenSent?.(attempt);
      if (outcome !== undefined) this.end(attempt, outcome);
    }
  }

  #settle(): void {
    for (;;) {
      const { attempts, changes, pages, notices } = this.engine.drain();
      if (attempts.length + changes.length + pages.length + notices.length === 0) return;
      this.notices.push(...notices);
      for (const change of changes) this.outbox.apply(change);
      this.engine.saved(changes);
      for (const page of pages) this.engine.pageRead(page.endpointId, this.outbox.readPage(page), this.now);
      for (const { endpoint, event } of attempts) {
        const name = `${endpoint.id}:${event.position}`;
        assert.ok(!this.#underWay.has(name), `${name} is sent while it is under way`);
        this.#underWay.set(name, { endpoint, position: event.position });
        this.sent.push(name);
      }
    }
  }
}
