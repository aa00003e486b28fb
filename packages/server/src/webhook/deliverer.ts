import type { EventType, Instant } from '@parley/contract';
import {
  afterMs,
  type Delivery,
  type DeliveryChange,
  type EventPosition,
  type Moment,
  type Monotonic,
  type Store,
} from '@parley/core';
import { type AttemptOutcome, isAcknowledged } from './attempt-outcome.ts';
import type { BacklogPage } from './backlog.ts';
import { ChangeQueue } from './change-queue.ts';
import { createDeliveryEngine, type DeliveryEngine } from './delivery-engine.ts';
import type { Attempt, LossReason, Notice } from './delivery-output.ts';
import { earliest } from './earliest.ts';
import { EndpointDirectory } from './endpoint-directory.ts';
import type { EndpointStatus } from './endpoint-queue.ts';
import type { Endpoint } from './endpoint.ts';
import type { Send } from './sender.ts';

export interface Clock {
  mono(): Monotonic;
  wall(): Instant;
}

export type AttemptResult = 'acknowledged' | 'refused' | 'timeout' | 'connection' | 'target' | 'secret';

/** Counters and histograms; what is waiting now is in `status`. */
export interface DeliveryMetrics {
  attempted(result: AttemptResult, durationMs: number): void;
  /** From the time stamp of the event until its endpoint had acknowledged it. */
  acknowledged(latencyMs: number): void;
  /** An event held its lane long enough: later ones need not wait for it any more. */
  passed(): void;
  lost(reason: LossReason): void;
}

export interface DeliveryLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** One attempt, for whoever keeps a log of them. */
export interface AttemptRecord {
  readonly endpoint: Endpoint;
  readonly eventId: string;
  readonly number: number;
  readonly at: Instant;
  readonly durationMs: number;
  readonly outcome: AttemptOutcome;
}

export interface DelivererDeps {
  readonly store: Pick<Store, 'owed'>;
  readonly send: Send;
  /** Merges the changes into a commit; resolves when they are durable, rejects when they are not. */
  readonly submit: (changes: readonly DeliveryChange[]) => Promise<void>;
  readonly clock: Clock;
  /** Uniform in [0, 1). */
  readonly fraction: () => number;
  readonly log: DeliveryLog;
  readonly metrics: DeliveryMetrics;
  readonly attempted?: (record: AttemptRecord) => void;
}

/**
 * Delivers events to endpoints. It sets no timer: after every call and whenever a promise of its own ended, `wakeAt`
 * may have changed, which `onWakeAtChanged` tells; the owner arms a timer and calls `wake`.
 */
export interface Deliverer {
  /** The endpoints that are owed an event of this customer, for the commit that stores it. */
  recipientsOf(customerId: string, type: EventType): readonly string[];
  /** A new endpoint, its new settings, or the same saved again: a disabled one is tried again. */
  setEndpoint(endpoint: Endpoint): void;
  /** What it is owed is given up. Also for customers without an endpoint at the start, in case one was just removed. */
  removeEndpoint(endpointId: string): void;
  /** Right after a commit, in the order of commits: what it made owed. */
  committed(deliveries: readonly Delivery[]): void;
  /** Begins with what the endpoints set so far are owed. Nothing leaves before. */
  start(): void;
  wake(): void;
  wakeAt(): Monotonic | undefined;
  /**
   * Resolves at a moment in which nothing is under way, so that nothing is due at an endpoint that works, and what has
   * been delivered is stored; or when `graceMs` is over (`wake` has to be called by then). For the last events before
   * a stop: what fails, or what comes without end, does not keep it waiting.
   */
  caughtUp(graceMs: number): Promise<void>;
  /**
   * Begins no attempt any more and resolves when those under way have ended and all changes are stored, or when
   * `graceMs` is over (`wake` has to be called by then). What was not acknowledged is sent again after the next start.
   */
  stop(graceMs: number): Promise<void>;
  status(): readonly EndpointStatus[];
}

export function createDeliverer(deps: DelivererDeps, onWakeAtChanged: () => void = () => {}): Deliverer {
  return new Shell(deps, onWakeAtChanged);
}

class Shell implements Deliverer {
  readonly #deps: DelivererDeps;
  readonly #onWakeAtChanged: () => void;
  readonly #engine: DeliveryEngine;
  readonly #directory = new EndpointDirectory();
  readonly #changes: ChangeQueue;
  #started = false;
  #stopped = false;
  /** Attempts and pages under way. */
  #underWay = 0;
  #toldWakeAt: Monotonic | undefined;
  readonly #catchingUp = new Set<{ readonly until: Monotonic; readonly resolve: () => void }>();
  #stopping:
    | { readonly until: Monotonic; readonly done: Promise<void>; readonly resolve: () => void }
    | undefined;

  constructor(deps: DelivererDeps, onWakeAtChanged: () => void) {
    this.#deps = deps;
    this.#onWakeAtChanged = onWakeAtChanged;
    this.#engine = createDeliveryEngine({ fraction: deps.fraction });
    this.#changes = new ChangeQueue({
      submit: deps.submit,
      now: () => deps.clock.mono(),
      saved: (changes) => {
        this.#engine.saved(changes);
        this.#pump();
      },
      refused: (error) => {
        deps.log.error({ err: error }, 'what was delivered could not be stored');
        this.#pump();
      },
    });
  }

  recipientsOf(customerId: string, type: EventType): readonly string[] {
    return this.#directory.recipientsOf(customerId, type);
  }

  setEndpoint(endpoint: Endpoint): void {
    this.#directory.set(endpoint);
    this.#engine.endpointSet(endpoint, this.#now());
    this.#pump();
  }

  removeEndpoint(endpointId: string): void {
    this.#directory.remove(endpointId);
    this.#engine.endpointRemoved(endpointId, this.#now());
    this.#pump();
  }

  committed(deliveries: readonly Delivery[]): void {
    if (deliveries.length === 0) return;
    this.#engine.committed(deliveries, this.#now());
    this.#pump();
  }

  start(): void {
    this.#started = true;
    this.#pump();
  }

  wake(): void {
    this.#engine.wake(this.#now());
    // Told again even if it is the same: the timer that led here, perhaps a little early, is used up.
    this.#toldWakeAt = undefined;
    this.#pump();
  }

  wakeAt(): Monotonic | undefined {
    if (!this.#started || this.#stopped) return undefined;
    const graces = [...this.#catchingUp].map(({ until }) => until);
    return earliest([this.#engine.wakeAt(), this.#changes.flushAt, this.#stopping?.until, ...graces]);
  }

  caughtUp(graceMs: number): Promise<void> {
    return new Promise((resolve) => {
      this.#catchingUp.add({ until: afterMs(this.#deps.clock.mono(), graceMs), resolve });
      this.#changes.hurry();
      this.#pump();
    });
  }

  stop(graceMs: number): Promise<void> {
    if (this.#stopping !== undefined) return this.#stopping.done;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#stopping = { until: afterMs(this.#deps.clock.mono(), graceMs), done: promise, resolve };
    this.#engine.stop();
    this.#changes.hurry();
    this.#pump();
    return promise;
  }

  status(): readonly EndpointStatus[] {
    return this.#engine.status();
  }

  /** Does what the engine wants done. To be called after every input to it. */
  #pump(): void {
    // Once it has stopped, its owner may close the store; attempts that hung on until then are made again anyway.
    if (this.#started && !this.#stopped) {
      const { attempts, pages, changes, notices } = this.#engine.drain();
      this.#changes.add(changes);
      for (const notice of notices) this.#report(notice);
      for (const page of pages) void this.#read(page);
      for (const attempt of attempts) void this.#attempt(attempt);
      this.#changes.flush();
    }
    this.#checkCaughtUp();
    this.#checkStopped();
    const wakeAt = this.wakeAt();
    if (wakeAt === this.#toldWakeAt) return;
    this.#toldWakeAt = wakeAt;
    this.#onWakeAtChanged();
  }

  async #attempt(attempt: Attempt): Promise<void> {
    const { clock, metrics } = this.#deps;
    const [startedAt, at] = [clock.mono(), clock.wall()];
    this.#underWay += 1;
    const outcome = await this.#send(attempt, at);
    this.#underWay -= 1;
    const { endpoint, event, number } = attempt;
    const durationMs = clock.mono() - startedAt;
    metrics.attempted(resultOf(outcome), durationMs);
    if (isAcknowledged(outcome)) metrics.acknowledged((clock.wall() - event.at) / 1_000);
    this.#deps.attempted?.({ endpoint, eventId: event.id, number, at, durationMs, outcome });
    this.#engine.attemptEnded(endpoint.id, event.position, outcome, this.#now());
    this.#pump();
  }

  /** A sender answers whatever happens; one that throws is broken, and its events are not lost for that. */
  async #send(attempt: Attempt, at: Instant): Promise<AttemptOutcome> {
    try {
      return await this.#deps.send(attempt, at);
    } catch (error) {
      this.#deps.log.error({ err: error, eventId: attempt.event.id }, 'an attempt broke');
      return { kind: 'unanswered', reason: 'connection', message: 'the attempt broke' };
    }
  }

  async #read({ endpointId, after, limit }: BacklogPage & { readonly endpointId: string }): Promise<void> {
    this.#underWay += 1;
    const page = await this.#owed(endpointId, after, limit);
    this.#underWay -= 1;
    if (page === undefined) this.#engine.pageFailed(endpointId, this.#now());
    else this.#engine.pageRead(endpointId, page, this.#now());
    this.#pump();
  }

  async #owed(
    endpointId: string,
    after: EventPosition,
    limit: number,
  ): Promise<readonly Delivery[] | undefined> {
    try {
      return await this.#deps.store.owed({ endpointId, after, limit });
    } catch (error) {
      this.#deps.log.error({ err: error, endpointId }, 'what an endpoint is owed could not be read');
      return undefined;
    }
  }

  /** Whatever may be begun has been begun by now, so nothing under way means that nothing is due. */
  get #isQuiet(): boolean {
    return this.#underWay === 0 && this.#changes.isEmpty;
  }

  #checkCaughtUp(): void {
    const now = this.#deps.clock.mono();
    for (const waiting of this.#catchingUp) {
      if (!this.#isQuiet && now < waiting.until) continue;
      this.#catchingUp.delete(waiting);
      waiting.resolve();
    }
  }

  #checkStopped(): void {
    if (this.#stopping === undefined) return;
    if (!this.#isQuiet && this.#deps.clock.mono() < this.#stopping.until) return;
    this.#stopping.resolve();
    this.#stopped = true;
  }

  #report(notice: Notice): void {
    const { log, metrics } = this.#deps;
    if (notice.kind === 'passed') metrics.passed();
    if (notice.kind === 'lost') metrics.lost(notice.reason);
    reportTo(log, notice);
  }

  #now(): Moment {
    const { clock } = this.#deps;
    return { mono: clock.mono(), wall: clock.wall() };
  }
}

function resultOf(outcome: AttemptOutcome): AttemptResult {
  if (outcome.kind === 'unanswered') return outcome.reason;
  return isAcknowledged(outcome) ? 'acknowledged' : 'refused';
}

/** Ids only: a URL may hold a token, a body holds what callers said. */
function reportTo(log: DeliveryLog, notice: Notice): void {
  const { endpointId } = notice;
  if (notice.kind === 'health') {
    const { state } = notice;
    const fields = { endpointId, state };
    if (state === 'well') log.info(fields, 'a webhook endpoint works again');
    else log.warn(fields, `a webhook endpoint is ${state}: its events are held`);
    return;
  }
  const { id, type, lane } = notice.event;
  const fields = { endpointId, eventId: id, type, lane };
  if (notice.kind === 'passed') log.warn(fields, 'a failing event does not hold its lane any more');
  else if (notice.kind === 'stray') log.error(fields, 'an event is owed to an unknown endpoint');
  else
    log.warn(
      { ...fields, reason: notice.reason, attempts: notice.attempts },
      'an event is lost to its endpoint',
    );
}
