import type { Instant } from '@parley/contract';
import type { EventPosition, Store } from '@parley/core';
import type { Clock } from './clock.ts';

export interface EventRetentionDeps {
  readonly store: Pick<Store, 'prune'>;
  readonly clock: Clock;
  /** Events are kept for so many days; 0: for ever. */
  readonly days: number;
  readonly pruned: (removed: number) => void;
  readonly failed: (error: unknown) => void;
}

export interface EventRetention {
  /** Resolves when the piece under way is done. */
  stop(): Promise<void>;
}

const dayUs = 24 * 60 * 60 * 1_000_000;
/** A start has better things to do. */
const firstMs = 60_000;
const roundMs = 60 * 60 * 1000;
/** Some milliseconds of the store's time, twice a second: a thousand events a second at most, more than calls make. */
const pieceEvents = 500;
const pauseMs = 500;

/** Takes old events out of the log, all that are owed to nobody: every hour, in pieces that hold up no commit. */
export function startEventRetention(deps: EventRetentionDeps): EventRetention {
  return new Rounds(deps);
}

class Rounds implements EventRetention {
  readonly #deps: EventRetentionDeps;
  #cancel: () => void = () => {};
  #underWay: Promise<void> = Promise.resolve();
  #stopped = false;
  #removed = 0;

  constructor(deps: EventRetentionDeps) {
    this.#deps = deps;
    if (deps.days > 0) this.#wait(firstMs, 0 as EventPosition);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancel();
    await this.#underWay;
  }

  #wait(ms: number, after: EventPosition): void {
    if (this.#stopped) return;
    this.#cancel = this.#deps.clock.after(ms, () => {
      this.#underWay = this.#piece(after);
    });
  }

  async #piece(after: EventPosition): Promise<void> {
    const { store, clock, days, failed } = this.#deps;
    try {
      const before = (clock.now().wall - days * dayUs) as Instant;
      const { removed, next } = await store.prune({ before, after, limit: pieceEvents });
      this.#removed += removed;
      if (next !== undefined) return this.#wait(pauseMs, next);
    } catch (error) {
      failed(error);
    }
    this.#roundEnded();
  }

  #roundEnded(): void {
    if (this.#removed > 0) this.#deps.pruned(this.#removed);
    this.#removed = 0;
    this.#wait(roundMs, 0 as EventPosition);
  }
}
