import assert from 'node:assert/strict';
import type { Instant } from '@parley/contract';
import type { DeliveryChange, EventPosition, Moment, Monotonic } from '@parley/core';
import { type AttemptOutcome, isAcknowledged } from '../attempt-outcome.ts';
import { createDeliveryEngine, type DeliveryEngine } from '../delivery-engine.ts';
import { deliveryLimits } from '../delivery-limits.ts';
import type { Attempt, Notice } from '../delivery-output.ts';
import { endpoint, hour, minute, second, status } from './engine-stage.ts';
import { MemoryOutbox } from './memory-outbox.ts';

/** How a receiver behaves for a while. */
type Mood = 'well' | 'slow' | 'down' | 'busy' | 'gone' | 'picky';

const moods: readonly Mood[] = ['well', 'well', 'well', 'slow', 'down', 'busy', 'gone', 'picky'];

interface Receiver {
  readonly id: string;
  mood: Mood;
  /** Grows whenever the settings are saved: what was sent with older ones says nothing about the present ones. */
  settings: number;
  disabled: boolean;
  removed: boolean;
  /** No attempt may begin before this, as far as the present settings go. */
  pausedUntil: number;
  readonly firstFailure: Map<EventPosition, number>;
  readonly acknowledged: Map<EventPosition, string>;
  readonly passed: Set<EventPosition>;
  readonly lost: Set<EventPosition>;
  readonly lanesUnderWay: Set<string>;
}

/** Receivers of all kinds, a store that takes its time, a process that dies; all from one seed, on a virtual clock. */
export class DeliveryWorld {
  readonly #random: () => number;
  readonly #receivers: readonly Receiver[];
  readonly #outbox = new MemoryOutbox();
  /** What happens when, the next first. */
  readonly #agenda: { readonly at: number; readonly life: number; readonly run: () => void }[] = [];
  readonly #committed = new Map<string, EventPosition[]>();
  #engine: DeliveryEngine;
  /** Grows with every crash: what an earlier process began does not reach a later one. */
  #life = 0;
  #ms = 0;
  /** Changes are stored in the order in which they came up. */
  #storedUntil = 0;
  /** Commits are announced in the order in which they were made. */
  #announcedUntil = 0;
  /** What happened, for comparing two runs. */
  readonly trace: string[] = [];

  constructor(seed: number, endpoints: number) {
    this.#random = randomFrom(seed);
    this.#receivers = Array.from({ length: endpoints }, (_, n) => createReceiver(`e${n}`));
    this.#engine = this.#boot();
  }

  /** `minutes` of random events and trouble, then peace until everything is delivered. */
  run(minutes: number): void {
    for (let n = 0; n < minutes * 12; n += 1)
      this.#at(this.#random() * minutes * minute, () => this.#commit());
    for (let n = 0; n < minutes * 2; n += 1)
      this.#at(this.#random() * minutes * minute, () => this.#trouble());
    this.#runUntil(minutes * minute);
    this.#makePeace();
    this.#runUntil(minutes * minute + 20 * hour);
    for (const receiver of this.#receivers) this.#checkComplete(receiver);
  }

  get #now(): Moment {
    return {
      mono: this.#ms as Monotonic,
      wall: (1_700_000_000_000_000 + Math.round(this.#ms * 1_000)) as Instant,
    };
  }

  #boot(): DeliveryEngine {
    const engine = createDeliveryEngine({ fraction: this.#random });
    for (const { id, removed } of this.#receivers) {
      if (removed) engine.endpointRemoved(id, this.#now);
      else engine.endpointSet(endpoint(id), this.#now);
    }
    return engine;
  }

  /** `mortal`: forgotten when the process dies before. */
  #at(at: number, run: () => void, mortal = false): void {
    const before = this.#agenda.findLastIndex((entry) => entry.at <= at);
    this.#agenda.splice(before + 1, 0, { at, life: mortal ? this.#life : -1, run });
  }

  #runUntil(end: number): void {
    for (;;) {
      this.#carryOut();
      const [next] = this.#agenda;
      const wakeAt = this.#engine.wakeAt();
      const at = Math.max(
        this.#ms,
        Math.min(next?.at ?? Number.POSITIVE_INFINITY, wakeAt ?? Number.POSITIVE_INFINITY),
      );
      if (at > end) break;
      this.#ms = at;
      if (wakeAt !== undefined && wakeAt <= at) this.#wake();
      else {
        this.#agenda.shift();
        if (next !== undefined && (next.life === -1 || next.life === this.#life)) next.run();
      }
    }
    this.#ms = end;
  }

  #wake(): void {
    this.#engine.wake(this.#now);
    const next = this.#engine.wakeAt();
    assert.ok(next === undefined || next > this.#ms, 'it wants to be woken again at once');
  }

  #carryOut(): void {
    const { attempts, changes, pages, notices } = this.#engine.drain();
    if (changes.length > 0) {
      this.#storedUntil = Math.max(this.#storedUntil, this.#ms + this.#random() * 200);
      this.#at(this.#storedUntil, () => this.#save(changes), true);
    }
    for (const notice of notices) this.#note(notice);
    for (const page of pages) this.#readPage(page);
    for (const attempt of attempts) this.#begin(attempt);
    for (const { waiting } of this.#engine.status()) {
      assert.ok(waiting <= deliveryLimits.waiting + deliveryLimits.stragglers, `${waiting} events in memory`);
    }
  }

  #save(changes: readonly DeliveryChange[]): void {
    for (const change of changes) this.#outbox.apply(change);
    this.#at(this.#ms + this.#random() * 50, () => this.#engine.saved(changes), true);
  }

  #readPage(page: {
    readonly endpointId: string;
    readonly after: EventPosition;
    readonly limit: number;
  }): void {
    const { endpointId } = page;
    if (this.#random() < 0.1) {
      this.#at(this.#ms + 10, () => this.#engine.pageFailed(endpointId, this.#now), true);
      return;
    }
    this.#at(
      this.#ms + this.#random() * 20,
      () => {
        const deliveries = this.#outbox.readPage(page);
        const answer = () => this.#engine.pageRead(endpointId, deliveries, this.#now);
        this.#at(this.#ms + this.#random() * 20, answer, true);
      },
      true,
    );
  }

  #begin({ endpoint: { id }, event }: Attempt): void {
    const receiver = this.#receiver(id);
    this.trace.push(`${this.#ms} ${id} ${event.position}`);
    assert.ok(!receiver.removed && !receiver.disabled, `an attempt although ${id} is removed or disabled`);
    assert.ok(this.#ms >= receiver.pausedUntil, `an attempt while ${id} is paused`);
    assert.ok(!receiver.lanesUnderWay.has(event.lane), `two attempts of lane ${event.lane} at once`);
    receiver.lanesUnderWay.add(event.lane);
    const { settings } = receiver;
    const [outcome, durationMs] = this.#answer(receiver, event.position);
    // The receiver acts on what it gets, whether or not the sender lives to see the answer.
    this.#at(
      this.#ms + durationMs,
      () => {
        receiver.lanesUnderWay.delete(event.lane);
        if (isAcknowledged(outcome)) this.#acknowledge(receiver, event.position, event.lane);
        else if (settings === receiver.settings) this.#refuse(receiver, event.position, outcome);
        this.#engine.attemptEnded(id, event.position, outcome, this.#now);
      },
      true,
    );
  }

  #answer(receiver: Receiver, position: EventPosition): readonly [AttemptOutcome, number] {
    const quick = this.#random() * 100;
    const timeout: AttemptOutcome = { kind: 'unanswered', reason: 'timeout', message: '' };
    switch (receiver.mood) {
      case 'well':
        return [status(200), quick];
      case 'slow':
        return [status(200), quick * 100];
      case 'down':
        return this.#random() < 0.5 ? [timeout, 15 * second] : [status(502), quick];
      case 'busy':
        return this.#random() < 0.3
          ? [status(429, this.#random() * 2 * minute), quick]
          : [status(200), quick];
      case 'gone':
        return this.#random() < 0.1 ? [status(410), quick] : [status(404), quick];
      case 'picky':
        return position % 7 === 0 ? [status(400), quick] : [status(200), quick];
    }
  }

  #acknowledge(receiver: Receiver, position: EventPosition, lane: string): void {
    if (receiver.acknowledged.has(position)) return;
    for (const [later, laneOfLater] of receiver.acknowledged) {
      const inOrder = laneOfLater !== lane || later < position || receiver.passed.has(position);
      assert.ok(inOrder, `${receiver.id} got ${position} after ${later}, and the gap was not marked`);
    }
    receiver.acknowledged.set(position, lane);
  }

  #refuse(receiver: Receiver, position: EventPosition, outcome: AttemptOutcome): void {
    if (outcome.kind === 'answered' && outcome.status === 410) receiver.disabled = true;
    if (!receiver.firstFailure.has(position)) receiver.firstFailure.set(position, this.#ms);
    if (outcome.kind !== 'answered' || outcome.status !== 429 || receiver.disabled) return;
    receiver.pausedUntil = Math.max(receiver.pausedUntil, this.#ms + (outcome.retryAfterMs ?? 0));
  }

  #note(notice: Notice): void {
    assert.notEqual(notice.kind, 'stray');
    if (notice.kind !== 'passed' && notice.kind !== 'lost') return;
    const receiver = this.#receiver(notice.endpointId);
    const { position } = notice.event;
    if (notice.kind === 'lost') {
      assert.equal(notice.reason, 'removed');
      receiver.lost.add(position);
      return;
    }
    const since = receiver.firstFailure.get(position);
    assert.ok(
      since !== undefined && this.#ms - since >= deliveryLimits.holdMs - 1,
      `${position} was passed early`,
    );
    receiver.passed.add(position);
  }

  #commit(): void {
    const lane = `call-${Math.floor(this.#random() * 8)}`;
    const endpointIds = this.#receivers.filter(({ removed }) => !removed).map(({ id }) => id);
    const deliveries = this.#outbox.commit({ lane, at: this.#now.wall, endpointIds });
    for (const { endpointId, event } of deliveries) {
      this.#committed.set(endpointId, [...(this.#committed.get(endpointId) ?? []), event.position]);
    }
    // The commit is durable now, and a page may hold it already; the process learns of it later, or dies before.
    this.#announcedUntil = Math.max(this.#announcedUntil, this.#ms + this.#random() * 400);
    this.#at(this.#announcedUntil, () => this.#engine.committed(deliveries, this.#now), true);
  }

  #trouble(): void {
    const receiver = this.#receivers[Math.floor(this.#random() * this.#receivers.length)];
    assert.ok(receiver !== undefined);
    const what = this.#random();
    if (what < 0.7) receiver.mood = moods[Math.floor(this.#random() * moods.length)] ?? 'well';
    else if (what < 0.85) this.#crash();
    else if (what < 0.97) this.#saveSettings(receiver);
    else this.#remove(receiver);
  }

  #crash(): void {
    this.#life += 1;
    for (const receiver of this.#receivers) {
      receiver.lanesUnderWay.clear();
      receiver.firstFailure.clear();
      for (const { event, attempts } of this.#outbox.owed(receiver.id)) {
        if (attempts > 0) receiver.firstFailure.set(event.position, this.#ms);
      }
      receiver.disabled = false;
      receiver.pausedUntil = 0;
    }
    this.#engine = this.#boot();
  }

  #saveSettings(receiver: Receiver): void {
    const changed = endpoint(receiver.id, { url: `https://${receiver.id}.example/${this.#ms}` });
    receiver.settings += 1;
    receiver.removed = false;
    receiver.disabled = false;
    receiver.pausedUntil = 0;
    this.#engine.endpointSet(changed, this.#now);
  }

  #remove(receiver: Receiver): void {
    receiver.settings += 1;
    receiver.removed = true;
    this.#engine.endpointRemoved(receiver.id, this.#now);
  }

  #makePeace(): void {
    for (const receiver of this.#receivers) receiver.mood = 'well';
    // What is under way may still be answered with the mood of before.
    this.#at(this.#ms + minute, () => {
      for (const receiver of this.#receivers) {
        if (receiver.disabled && !receiver.removed) this.#saveSettings(receiver);
      }
    });
  }

  #checkComplete(receiver: Receiver): void {
    const owed = this.#outbox.owed(receiver.id).map(({ event }) => event.position);
    assert.deepEqual(owed, [], `${receiver.id} (${receiver.mood}) is still owed events`);
    for (const position of this.#committed.get(receiver.id) ?? []) {
      const accounted = receiver.acknowledged.has(position) || receiver.lost.has(position);
      assert.ok(accounted, `${receiver.id} never got ${position}`);
    }
  }

  #receiver(id: string): Receiver {
    const receiver = this.#receivers.find((each) => each.id === id);
    assert.ok(receiver !== undefined);
    return receiver;
  }
}

function createReceiver(id: string): Receiver {
  return {
    id,
    mood: 'well',
    settings: 0,
    disabled: false,
    removed: false,
    pausedUntil: 0,
    firstFailure: new Map(),
    acknowledged: new Map(),
    passed: new Set(),
    lost: new Set(),
    lanesUnderWay: new Set(),
  };
}

/** A small generator of uniform fractions (mulberry32), the same for the same seed. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
