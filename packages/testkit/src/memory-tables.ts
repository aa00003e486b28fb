import type { Commit, CommitOutcome, Kind, Precondition, Put } from '@parley/core';
import { hasLookup, keysOf, storeKinds } from '@parley/server';
import { MemoryLog } from './memory-log.ts';
import { MemoryRows } from './memory-rows.ts';

type Lost = Extract<CommitOutcome, { ok: false }>['lost'];

/** What a store has made durable. */
export class MemoryTables {
  readonly log = new MemoryLog();
  readonly #rows = new Map<Kind, MemoryRows<Kind>>(storeKinds.map((kind) => [kind, new MemoryRows<Kind>()]));

  rows<K extends Kind>(kind: K): MemoryRows<K> {
    const rows = this.#rows.get(kind);
    if (rows === undefined) throw new Error(`no rows of kind ${kind}`);
    return rows as unknown as MemoryRows<K>;
  }

  commit({ preconditions, puts, events, deliveries }: Commit): CommitOutcome {
    const lost = this.#lostVersion(preconditions) ?? this.#lostLookup(puts);
    if (lost !== undefined) return { ok: false, lost };
    for (const put of puts) this.rows(put.kind).put(put);
    const positions = events.map((event) => this.log.append(event));
    for (const change of deliveries) this.log.change(change);
    return { ok: true, positions };
  }

  #lostVersion(preconditions: readonly Precondition[]): Lost | undefined {
    const lost = preconditions.find(
      ({ kind, id, version }) => (this.rows(kind).get(id)?.version ?? 0) !== version,
    );
    return lost === undefined ? undefined : { kind: lost.kind, id: lost.id, why: 'version' };
  }

  /** Goes through the puts in order without making them, and answers the first that takes another row's key. */
  #lostLookup(puts: readonly Put[]): Lost | undefined {
    const keys = new KeyRing((kind) => this.rows(kind));
    const lost = puts.find((put) => hasLookup(put.kind) && !keys.take(put));
    return lost === undefined ? undefined : { kind: lost.kind, id: lost.row.id, why: 'taken' };
  }
}

/** Who would have which lookup key after some puts. */
class KeyRing {
  readonly #rows: (kind: Kind) => MemoryRows<Kind>;
  /** Holder by kind and key; undefined: it has been let go. */
  readonly #holders = new Map<string, string | undefined>();
  /** The key that a row would have by then. */
  readonly #keys = new Map<string, string | undefined>();

  constructor(rows: (kind: Kind) => MemoryRows<Kind>) {
    this.#rows = rows;
  }

  /** False: another row has its key. */
  take(put: Put): boolean {
    const { kind, row } = put;
    const { lookup, deleted } = keysOf(put);
    const wanted = deleted || lookup === null ? undefined : `${kind} ${lookup}`;
    if (wanted !== undefined && lookup !== null && !this.#isFree(wanted, put, lookup)) return false;
    const had = this.#keyOf(put);
    if (had !== undefined) this.#holders.set(had, undefined);
    if (wanted !== undefined) this.#holders.set(wanted, row.id);
    this.#keys.set(`${kind} ${row.id}`, wanted);
    return true;
  }

  #isFree(wanted: string, { kind, row }: Put, lookup: string): boolean {
    const holder = this.#holders.has(wanted) ? this.#holders.get(wanted) : this.#rows(kind).holderOf(lookup);
    return holder === undefined || holder === row.id;
  }

  #keyOf({ kind, row }: Put): string | undefined {
    const name = `${kind} ${row.id}`;
    if (this.#keys.has(name)) return this.#keys.get(name);
    const keys = this.#rows(kind).keysOf(row.id);
    return keys === undefined || keys.deleted || keys.lookup === null ? undefined : `${kind} ${keys.lookup}`;
  }
}
