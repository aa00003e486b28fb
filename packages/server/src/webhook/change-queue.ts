import { afterMs, type DeliveryChange, type Monotonic } from '@parley/core';

/** Changes in one submission: a commit of that many small writes takes some milliseconds. */
const changesAtOnce = 1_000;
/**
 * How long changes wait for others, lest every single delivery costs a flush to disk of its own. Nobody waits for
 * them; all that a longer wait means is more events that are sent twice after a crash.
 */
const gatherMs = 20;
/** So many do not wait. */
const gatherAtMost = 250;
/** Before changes are submitted again after the store refused them. */
const resubmitMs = 1_000;

export interface ChangeQueueDeps {
  readonly submit: (changes: readonly DeliveryChange[]) => Promise<void>;
  readonly saved: (changes: readonly DeliveryChange[]) => void;
  readonly refused: (error: unknown) => void;
  readonly now: () => Monotonic;
}

/**
 * Hands changes to the store in order, one submission at a time. None is dropped; until the store has them, a crash
 * means that their events are sent again.
 */
export class ChangeQueue {
  readonly #deps: ChangeQueueDeps;
  #waiting: DeliveryChange[] = [];
  #submitted: readonly DeliveryChange[] = [];
  #flushAt: Monotonic | undefined;
  /** The store refused the last submission; none before this. */
  #retryAt: Monotonic | undefined;
  #hurry = false;

  constructor(deps: ChangeQueueDeps) {
    this.#deps = deps;
  }

  get isEmpty(): boolean {
    return this.#waiting.length === 0 && this.#submitted.length === 0;
  }

  /** When to call `flush` though nothing was added; undefined: not before a submission has ended. */
  get flushAt(): Monotonic | undefined {
    return this.#submitted.length > 0 ? undefined : (this.#retryAt ?? this.#flushAt);
  }

  add(changes: readonly DeliveryChange[]): void {
    if (changes.length === 0) return;
    for (const change of changes) this.#waiting.push(change);
    this.#flushAt ??= afterMs(this.#deps.now(), gatherMs);
  }

  /** From now on changes do not wait for others. */
  hurry(): void {
    this.#hurry = true;
  }

  flush(): void {
    if (this.#submitted.length > 0 || this.#flushAt === undefined) return;
    const now = this.#deps.now();
    if (this.#retryAt !== undefined && now < this.#retryAt) return;
    const enough = this.#hurry || this.#waiting.length >= gatherAtMost;
    if (!enough && now < this.#flushAt) return;
    this.#retryAt = undefined;
    this.#submitted = this.#waiting.slice(0, changesAtOnce);
    this.#waiting = this.#waiting.slice(changesAtOnce);
    this.#flushAt = this.#waiting.length > 0 ? now : undefined;
    const changes = this.#submitted;
    this.#deps.submit(changes).then(
      () => this.#stored(changes),
      (error: unknown) => this.#refused(changes, error),
    );
  }

  #stored(changes: readonly DeliveryChange[]): void {
    this.#submitted = [];
    this.#deps.saved(changes);
  }

  #refused(changes: readonly DeliveryChange[], error: unknown): void {
    this.#submitted = [];
    this.#waiting = [...changes, ...this.#waiting];
    this.#retryAt = afterMs(this.#deps.now(), resubmitMs);
    this.#flushAt = this.#retryAt;
    this.#deps.refused(error);
  }
}
