import type { Changes, Kind, LiveKind, Put, Rows, Store, Stored } from '@parley/core';
import type { Queuecall } from '@parley/contract';
import { keysOf } from '../store/keys.ts';

/** Rows that stay when they are over. */
const kept: ReadonlySet<Kind> = new Set(['call', 'queuecall']);

/**
 * What of a store a simulated day needs: what is live, for recovery, calls, whose rows tell who made them, and visits, which
 * tell what agents did. It writes at once, and takes it for a bug when a precondition does not hold.
 */
export class DayStore implements Pick<Store, 'live' | 'get'> {
  readonly #rows = new Map<Kind, Map<string, Stored<Kind>>>();

  commit({ puts, preconditions }: Changes): void {
    for (const { kind, id, version } of preconditions)
      if ((this.#of(kind).get(id)?.version ?? 0) !== version)
        throw new Error(`a commit was made of another version of ${kind} ${id}`);
    for (const put of puts) this.#put(put);
  }

  row<K extends Kind>(kind: K, id: string): Stored<K> | undefined {
    return this.#of(kind).get(id);
  }

  rows<K extends LiveKind>(kind: K): readonly Stored<K>[] {
    return [...this.#of(kind).values()].filter((stored) => isLive(kind, stored.row)).sort(oldestFirst);
  }

  /** Visits to queues, over or not. */
  visitsNewestFirst(): readonly Queuecall[] {
    return [...this.#of('queuecall').values()].map(({ row }) => row).reverse();
  }

  live: Store['live'] = (kind) => Promise.resolve(this.rows(kind));

  get: Store['get'] = (kind, id) => Promise.resolve(this.row(kind, id));

  #put(put: Put): void {
    const rows = this.#of(put.kind);
    const { row } = put;
    if (!kept.has(put.kind) && !keysOf(put).live) rows.delete(row.id);
    else rows.set(row.id, { row, version: (rows.get(row.id)?.version ?? 0) + 1 });
  }

  #of<K extends Kind>(kind: K): Map<string, Stored<K>> {
    let rows = this.#rows.get(kind);
    if (rows === undefined) this.#rows.set(kind, (rows = new Map<string, Stored<Kind>>()));
    return rows as unknown as Map<string, Stored<K>>;
  }
}

function isLive<K extends Kind>(kind: K, row: Rows[K]): boolean {
  // That kind and row belong together is known here, and lost on the compiler.
  return keysOf({ kind, row } as unknown as Put).live;
}

function oldestFirst({ row: one }: Stored<Kind>, { row: other }: Stored<Kind>): number {
  const [a, b] = [`${one.tm_create} ${one.id}`, `${other.tm_create} ${other.id}`];
  return a === b ? 0 : a < b ? -1 : 1;
}
