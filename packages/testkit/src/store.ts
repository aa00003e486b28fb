import type { Commit, CommitOutcome, EventPosition, Store } from '@parley/core';
import { assertLimit, storeLimits } from '@parley/server';
import { recount } from './memory-recount.ts';
import { MemoryTables } from './memory-tables.ts';

export interface MemoryStoreOptions {
  /**
   * Awaited before a commit becomes durable (`write`) and again before whoever made it is told (`acknowledge`). What a
   * crash finds before the first is lost; what it finds between the two is stored though nobody knows.
   */
  readonly latency?: (stage: 'write' | 'acknowledge') => Promise<void>;
  /** Freezes every row that is put, so that whoever changes one afterwards throws. Costs time. */
  readonly freeze?: boolean;
}

export interface MemoryStore extends Store {
  /** The next `count` calls of `commit` reject, and store nothing. */
  failNext(count: number): void;
  /**
   * The process dies. Nothing that was asked of this store is ever answered; the store returned is what the next process
   * finds: everything that became durable, and nothing else.
   */
  crash(): MemoryStore;
}

/**
 * A store that forgets when its process ends, for simulations and tests. Commits are made one after the other, in the
 * order in which they were handed in. Rows are not copied: they are never to be changed after a put.
 */
export function createMemoryStore(options: MemoryStoreOptions = {}): MemoryStore {
  return new TablesStore(options, new MemoryTables());
}

class TablesStore implements MemoryStore {
  readonly #options: MemoryStoreOptions;
  readonly #tables: MemoryTables;
  /** Resolves when the commits before are done. */
  #tail: Promise<unknown> = Promise.resolve();
  #failures = 0;
  #state: 'open' | 'closed' | 'crashed' = 'open';

  constructor(options: MemoryStoreOptions, tables: MemoryTables) {
    this.#options = options;
    this.#tables = tables;
  }

  failNext(count: number): void {
    this.#failures = count;
  }

  crash(): MemoryStore {
    this.#state = 'crashed';
    return new TablesStore(this.#options, this.#tables);
  }

  commit(commits: readonly Commit[]): Promise<readonly CommitOutcome[]> {
    const { latency } = this.#options;
    if (latency === undefined || this.#state !== 'open') return this.#ask(() => this.#write(commits));
    // The lists are read now, as a store that writes its rows out would: what the caller does with them later is its own.
    const kept = commits.map(({ puts, events, deliveries, preconditions }) => ({
      puts: [...puts],
      events: [...events],
      deliveries: [...deliveries],
      preconditions: [...preconditions],
    }));
    const done = this.#tail.then(() => this.#writeSlowly(kept, latency));
    this.#tail = done.catch(() => undefined);
    return done;
  }

  get: Store['get'] = (kind, id) => this.#ask(() => this.#tables.rows(kind).get(id));

  find: Store['find'] = (kind, lookup) => this.#ask(() => this.#tables.rows(kind).find(lookup));

  findByParent: Store['findByParent'] = (kind, parentId) =>
    this.#ask(() => this.#tables.rows(kind).children(parentId));

  findBetween: Store['findBetween'] = (kind, { parentId, from, before, limit }) =>
    this.#ask(() => {
      assertLimit(limit, storeLimits.read);
      const children = this.#tables.rows(kind).children(parentId);
      return children.filter(({ row }) => row.tm_create >= from && row.tm_create < before).slice(0, limit);
    });

  recount: Store['recount'] = (untilMs) =>
    this.#ask(() => recount(this.#tables.rows('queuecall').all(), this.#tables.log.all(), untilMs));

  list: Store['list'] = (kind, query) =>
    this.#ask(() => {
      assertLimit(query.limit, storeLimits.page);
      return this.#tables.rows(kind).list(query);
    });

  customers: Store['customers'] = () => this.#ask(() => this.#tables.rows('customer').undeleted());

  live: Store['live'] = (kind) => this.#ask(() => this.#tables.rows(kind).live());

  events: Store['events'] = (query) =>
    this.#ask(() => {
      assertLimit(query.limit, storeLimits.read);
      return this.#tables.log.events(query);
    });

  lastPosition(): Promise<EventPosition> {
    return this.#ask(() => this.#tables.log.lastPosition);
  }

  prune: Store['prune'] = (query) =>
    this.#ask(() => {
      assertLimit(query.limit, storeLimits.read);
      return this.#tables.log.prune(query);
    });

  prunedTo: Store['prunedTo'] = (customerId) => this.#ask(() => this.#tables.log.prunedTo(customerId));

  owed: Store['owed'] = ({ after, limit, endpointId }) =>
    this.#ask(() => {
      assertLimit(limit, storeLimits.read);
      const { log } = this.#tables;
      return endpointId === undefined ? log.owed(after, limit) : log.owedTo(endpointId, after, limit);
    });

  async close(): Promise<void> {
    if (this.#state === 'crashed') return;
    this.#state = 'closed';
    await this.#tail;
  }

  /** Does it at once and tells later, so that a crash in between is one that nobody was told of. */
  async #ask<T>(act: () => T): Promise<T> {
    if (this.#state === 'crashed') return silence();
    if (this.#state === 'closed') throw new Error('the store was closed');
    const answer = act();
    await this.#stillAlive();
    return answer;
  }

  #write(commits: readonly Commit[]): readonly CommitOutcome[] {
    if (this.#failures > 0) {
      this.#failures -= 1;
      throw new Error('the store was told to fail');
    }
    if (this.#options.freeze === true) for (const { puts } of commits) puts.forEach(({ row }) => freeze(row));
    return commits.map((commit) => this.#tables.commit(commit));
  }

  async #writeSlowly(
    commits: readonly Commit[],
    latency: (stage: 'write' | 'acknowledge') => Promise<void>,
  ): Promise<readonly CommitOutcome[]> {
    await latency('write');
    await this.#stillAlive();
    const outcomes = this.#write(commits);
    await latency('acknowledge');
    await this.#stillAlive();
    return outcomes;
  }

  /** Nobody in a dead process hears anything any more. */
  async #stillAlive(): Promise<void> {
    await Promise.resolve();
    if (this.#state === 'crashed') await silence();
  }
}

function silence(): Promise<never> {
  return new Promise(() => undefined);
}

function freeze(value: unknown): void {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return;
  Object.freeze(value);
  for (const part of Object.values(value)) freeze(part);
}
