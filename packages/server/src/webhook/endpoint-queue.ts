import type { Instant } from '@parley/contract';
import {
  afterMs,
  type Delivery,
  type DeliveryChange,
  type EventPosition,
  type Moment,
  type Monotonic,
} from '@parley/core';
import { Backlog } from './backlog.ts';
import { earliest } from './earliest.ts';
import { deliveryLimits, retryDelayMs } from './delivery-limits.ts';
import type { DeliveryOutput, LossReason } from './delivery-output.ts';
import { EndpointHealth, type HealthState } from './endpoint-health.ts';
import { type AttemptOutcome, isAboutEndpoint, isAcknowledged, pauseAskedBy } from './attempt-outcome.ts';
import { type Endpoint, sameTarget } from './endpoint.ts';
import type { Item } from './lane.ts';
import { LaneSet } from './lane-set.ts';

/** What an operator sees of one endpoint. */
export interface EndpointStatus {
  readonly endpointId: string;
  readonly state: HealthState | 'removed';
  /** Events in memory; when `behind`, the store holds more. */
  readonly waiting: number;
  readonly behind: boolean;
  readonly underWay: number;
  /** When the oldest event in memory happened; undefined: nothing is owed. */
  readonly oldestAt: Instant | undefined;
}

/** Everything about delivering to one endpoint. Output goes to the `output` that is current when it comes up. */
export class EndpointQueue {
  readonly #output: () => DeliveryOutput;
  readonly #fraction: () => number;
  readonly #lanes = new LaneSet();
  readonly #backlog = new Backlog();
  readonly #health: EndpointHealth;
  /** Nothing is given up before this. */
  readonly #graceEnd: Monotonic;
  #endpoint: Endpoint;
  #removed = false;
  #stopped = false;
  /** Grows when the settings change: what older attempts say is not about the present target. */
  #generation = 0;
  /** Attempts of this generation that are under way. */
  #underWay = 0;
  /** The earliest deadline in memory, or earlier. */
  #expiryAt: Monotonic | undefined;

  constructor(endpoint: Endpoint, output: () => DeliveryOutput, fraction: () => number, now: Moment) {
    this.#endpoint = endpoint;
    this.#output = output;
    this.#fraction = fraction;
    this.#health = new EndpointHealth(fraction, now.mono);
    this.#graceEnd = afterMs(now.mono, deliveryLimits.startGraceMs);
  }

  /** New settings, or the same saved again: what failed so far is tried again, with them. */
  set(endpoint: Endpoint, now: Moment): void {
    const news = this.#removed || !sameTarget(this.#endpoint, endpoint);
    this.#endpoint = endpoint;
    this.#removed = false;
    if (!news && this.#health.state === 'well') return;
    this.#nextGeneration();
    this.#health.reset(now.mono);
    for (const item of this.#lanes.items) {
      item.heldSince = undefined;
      if (item.attempt === undefined) item.dueAt = now.mono;
    }
    this.#lanes.reparkResting(now.mono);
  }

  /** Nothing more is sent, and what is owed is lost. */
  remove(now: Moment): void {
    this.#removed = true;
    this.#nextGeneration();
    this.#backlog.recall(now.mono);
    for (const item of this.#lanes.items) if (item.attempt === undefined) this.#lose(item, 'removed', now);
  }

  stop(): void {
    this.#stopped = true;
  }

  committed(delivery: Delivery, now: Moment): void {
    if (this.#backlog.announce(delivery.event.position, this.#room() > 0)) this.#takeIn(delivery, now);
  }

  pageRead(deliveries: readonly Delivery[], now: Moment): void {
    const { found, sweep } = this.#backlog.answered(deliveries);
    for (const delivery of found) {
      if (this.#lanes.find(delivery.event.position) !== undefined) continue;
      if (sweep && !this.#removed) this.#findStraggler(delivery, now);
      else this.#takeIn(delivery, now);
    }
  }

  pageFailed(now: Moment): void {
    this.#backlog.failed(now.mono);
  }

  saved(change: DeliveryChange): void {
    this.#backlog.saved(change.position, change.change);
  }

  attemptEnded(position: EventPosition, outcome: AttemptOutcome, now: Moment): void {
    const item = this.#lanes.find(position);
    if (item?.attempt === undefined) throw new Error(`no attempt of event ${position} is under way`);
    const { attempt } = item;
    const current = attempt.generation === this.#generation;
    if (current) this.#underWay -= 1;
    this.#lanes.ended(item);
    if (isAcknowledged(outcome)) this.#acknowledged(item, current, now);
    else if (this.#removed) this.#lose(item, 'removed', now);
    else if (!current) item.dueAt = now.mono;
    else if (outcome.kind === 'answered' && outcome.status === 410) this.#disable(item, now);
    else this.#failed(item, attempt.probe, outcome, now);
    this.#lanes.park(item.lane, now.mono);
  }

  wake(now: Moment): void {
    this.#notifyPassed(this.#lanes.wake(now.mono, this.#health.state === 'well'), now);
    if (this.#expiryAt !== undefined && this.#expiryAt <= now.mono && this.#mayExpire) this.#expire(now);
  }

  /** Starts whatever may be started now. To be called after every input. */
  advance(now: Moment): void {
    if (this.#stopped) return;
    if (!this.#removed) this.#startAttempts(now);
    const page = this.#backlog.next(this.#pageRoom(), now.mono);
    if (page !== undefined) this.#output().pages.push({ endpointId: this.#endpoint.id, ...page });
  }

  /** When `wake` has something to do; undefined: not before another input. */
  get wakeAt(): Monotonic | undefined {
    if (this.#stopped) return undefined;
    const times = [this.#backlog.wakeAt, this.#removed ? undefined : this.#attemptAt];
    if (this.#mayExpire) times.push(this.#expiryAt);
    return earliest(times);
  }

  get status(): EndpointStatus {
    let oldestAt: Instant | undefined;
    for (const { event } of this.#lanes.items)
      if (oldestAt === undefined || event.at < oldestAt) oldestAt = event.at;
    return {
      endpointId: this.#endpoint.id,
      state: this.#removed ? 'removed' : this.#health.state,
      waiting: this.#lanes.size,
      behind: this.#backlog.behind,
      underWay: this.#lanes.underWay,
      oldestAt,
    };
  }

  /** While an endpoint works, every event gets an attempt before it is given up. */
  get #mayExpire(): boolean {
    return !this.#removed && this.#health.state !== 'well' && this.#lanes.size > 0;
  }

  get #attemptAt(): Monotonic | undefined {
    const { state, probeAt } = this.#health;
    if (state === 'disabled') return undefined;
    const dueAt = this.#lanes.restingUntil;
    if (state !== 'failing') return dueAt;
    if (this.#underWay > 0) return undefined;
    if (this.#lanes.mayProbe) return probeAt;
    return dueAt === undefined ? undefined : (Math.max(dueAt, probeAt) as Monotonic);
  }

  #startAttempts(now: Moment): void {
    const { state, window, probeAt } = this.#health;
    if (state === 'disabled') return;
    if (state !== 'failing') {
      while (this.#underWay < window && this.#start(this.#lanes.nextDue(now.mono)));
    } else if (this.#underWay === 0) {
      if (now.mono >= probeAt) this.#start(this.#lanes.nextProbe(now.mono));
      else if (this.#health.mayTryFresh(now.mono)) this.#start(this.#lanes.nextFresh());
    }
  }

  #start(item: Item | undefined): boolean {
    if (item === undefined) return false;
    this.#underWay += 1;
    this.#lanes.started(item, { generation: this.#generation, probe: this.#health.state !== 'well' });
    this.#output().attempts.push({ endpoint: this.#endpoint, event: item.event, number: item.attempts + 1 });
    return true;
  }

  #acknowledged(item: Item, current: boolean, now: Moment): void {
    // A probe that tried an event after a failing one: now it is certain that the event was the trouble.
    this.#notifyPassed(this.#lanes.passBefore(item), now);
    this.#settle(item);
    if (!current || !this.#health.succeeded(now.mono)) return;
    // What failed meanwhile is tried first, so its lanes go on in order.
    for (const other of this.#lanes.items)
      if (!other.passed && other.attempt === undefined) other.dueAt = now.mono;
    this.#lanes.reparkResting(now.mono);
    this.#notifyHealth();
  }

  #failed(item: Item, probe: boolean, outcome: AttemptOutcome, now: Moment): void {
    this.#lanes.failed(item);
    const before = this.#health.state;
    const pauseMs = pauseAskedBy(outcome);
    if (pauseMs !== undefined && isAboutEndpoint(outcome)) this.#health.paused(afterMs(now.mono, pauseMs));
    else if (!item.passed) this.#health.failed(item.lane.name, probe, now.mono);
    if (this.#health.state !== before) this.#notifyHealth();
    if (before === 'well') this.#notifyPassed(this.#lanes.release(item.lane, now.mono), now);
    if (now.mono >= item.deadline) this.#lose(item, 'gave_up', now);
    else this.#postpone(item, Math.max(pauseMs ?? 0, retryDelayMs(item.attempts, this.#fraction())), now);
  }

  #postpone(item: Item, delayMs: number, now: Moment): void {
    item.dueAt = Math.min(afterMs(now.mono, delayMs), item.deadline) as Monotonic;
    if (!item.passed) item.heldSince ??= now.mono;
    this.#store(item, now);
  }

  /**
   * How a restart tells the two apart: what holds its lane is due within the hold, later only what was passed. So an
   * event in line is never stored as due later than that, though it may have to wait longer in this process.
   */
  #store(item: Item, now: Moment): void {
    const delayMs = item.passed
      ? item.dueAt - now.mono
      : Math.min(item.dueAt - now.mono, deliveryLimits.holdMs);
    const nextAttemptAt = (now.wall + Math.ceil(delayMs * 1_000)) as Instant;
    const { position } = item.event;
    const { attempts } = item;
    this.#backlog.changed(position, 'postponed');
    this.#output().changes.push({
      change: 'postponed',
      endpointId: this.#endpoint.id,
      position,
      attempts,
      nextAttemptAt,
    });
  }

  /** 410 is about the endpoint, not about the event: it is held as if it had not been tried. */
  #disable(item: Item, now: Moment): void {
    item.dueAt = now.mono;
    if (this.#health.state === 'disabled') return;
    this.#health.disable();
    this.#notifyHealth();
  }

  #settle(item: Item): void {
    const { position } = item.event;
    this.#lanes.remove(item);
    this.#backlog.changed(position, 'settled');
    this.#output().changes.push({ change: 'settled', endpointId: this.#endpoint.id, position });
  }

  #lose(item: Item, reason: LossReason, now: Moment): void {
    this.#settle(item);
    this.#lanes.park(item.lane, now.mono);
    const { event, attempts } = item;
    this.#output().notices.push({ kind: 'lost', endpointId: this.#endpoint.id, event, reason, attempts });
  }

  #notifyPassed(passed: readonly Item[], now: Moment): void {
    for (const item of passed) {
      this.#output().notices.push({ kind: 'passed', endpointId: this.#endpoint.id, event: item.event });
      if (item.dueAt > now.mono) this.#store(item, now);
    }
    this.#makeRoomForStragglers(now);
  }

  /** Half of them go, so that this need not be done for every one that comes. */
  #makeRoomForStragglers(now: Moment): void {
    if (this.#lanes.stragglers <= deliveryLimits.stragglers) return;
    const dueAt = this.#lanes.forgetStragglers(deliveryLimits.stragglers / 2, now.mono);
    if (dueAt !== undefined) this.#backlog.forgot(dueAt);
  }

  #takeIn(delivery: Delivery, now: Moment): void {
    const dueAt = this.#toMonotonic(delivery.nextAttemptAt, now);
    const holds = delivery.attempts > 0;
    const passed = holds && dueAt > now.mono + deliveryLimits.holdMs;
    this.#add(delivery, { dueAt, passed, heldSince: holds && !passed ? now.mono : undefined }, now);
    if (passed) this.#makeRoomForStragglers(now);
  }

  #findStraggler(delivery: Delivery, now: Moment): void {
    const dueAt = this.#toMonotonic(delivery.nextAttemptAt, now);
    const soon = afterMs(now.mono, deliveryLimits.sweepGapMs);
    const room = this.#lanes.stragglers < deliveryLimits.stragglers;
    if (this.#backlog.isUnsaved(delivery.event.position)) this.#backlog.forgot(soon);
    else if (dueAt > soon || !room) this.#backlog.forgot(dueAt);
    else this.#add(delivery, { dueAt, passed: true, heldSince: undefined }, now);
  }

  #add(delivery: Delivery, how: Pick<Item, 'dueAt' | 'passed' | 'heldSince'>, now: Moment): void {
    const { event, attempts } = delivery;
    const retention = afterMs(this.#toMonotonic(event.at, now), deliveryLimits.retentionMs);
    const deadline = Math.max(retention, this.#graceEnd) as Monotonic;
    const item = this.#lanes.add({ event, attempts, deadline, ...how }, now.mono);
    this.#expiryAt = earliest([this.#expiryAt, deadline]);
    if (this.#removed) this.#lose(item, 'removed', now);
  }

  #expire(now: Moment): void {
    this.#expiryAt = undefined;
    for (const item of this.#lanes.items) {
      if (item.attempt !== undefined) continue;
      if (item.deadline <= now.mono) this.#lose(item, 'gave_up', now);
      else this.#expiryAt = earliest([this.#expiryAt, item.deadline]);
    }
  }

  /** How many more events memory may take. */
  #room(): number {
    if (this.#removed) return deliveryLimits.page;
    if (this.#lanes.chars >= deliveryLimits.waitingChars) return 0;
    const { waiting, waitingUnproven } = deliveryLimits;
    if (this.#health.state === 'well') return waiting - this.#lanes.inLine;
    return Math.min(waitingUnproven.untried - this.#lanes.untried, waitingUnproven.all - this.#lanes.inLine);
  }

  /** A page is read when there is room for half as much as may wait, so that it is worth reading. */
  #pageRoom(): number {
    const room = this.#room();
    const { waiting, waitingUnproven } = deliveryLimits;
    const enough = this.#removed || this.#health.state !== 'well' ? waitingUnproven.untried / 2 : waiting / 2;
    return room >= enough ? room : 0;
  }

  #nextGeneration(): void {
    this.#generation += 1;
    this.#underWay = 0;
  }

  #toMonotonic(at: Instant, now: Moment): Monotonic {
    return afterMs(now.mono, (at - now.wall) / 1_000);
  }

  #notifyHealth(): void {
    this.#output().notices.push({ kind: 'health', endpointId: this.#endpoint.id, state: this.#health.state });
  }
}
