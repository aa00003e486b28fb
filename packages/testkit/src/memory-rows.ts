import type { Kind, ListQuery, Page, Put, Rows, Stored } from '@parley/core';
import { formatPageToken, keysOf, parsePageToken, type RowKeys } from '@parley/server';

/** A row where it stands: one object for its whole life, so that most puts need not touch an index. */
interface Entry<K extends Kind> {
  readonly id: string;
  row: Rows[K];
  version: number;
  keys: RowKeys;
}

/** Where a row stands in a list. */
type Place = Pick<RowKeys, 'createdAt'> & { readonly id: string };

/** All rows of one kind, and the ways to find them. */
export class MemoryRows<K extends Kind> {
  readonly #byId = new Map<string, Entry<K>>();
  readonly #byLookup = new Map<string, Entry<K>>();
  readonly #byParent = new Map<string, Set<Entry<K>>>();
  readonly #live = new Set<Entry<K>>();
  /** Undeleted ones by customer, oldest first. */
  readonly #lists = new Map<string, Entry<K>[]>();

  /** Trusts that no other row has its lookup key. */
  put(put: Put): void {
    const row = put.row as Rows[K];
    const keys = keysOf(put);
    const entry = this.#byId.get(row.id);
    if (entry === undefined) return this.#add({ id: row.id, row, version: 1, keys });
    const moved = !sameKeys(entry.keys, keys);
    if (moved) this.#unindex(entry);
    entry.row = row;
    entry.version += 1;
    entry.keys = keys;
    if (moved) this.#index(entry);
  }

  keysOf(id: string): RowKeys | undefined {
    return this.#byId.get(id)?.keys;
  }

  /** The undeleted row that has this lookup key. */
  holderOf(lookup: string): string | undefined {
    return this.#byLookup.get(lookup)?.id;
  }

  get(id: string): Stored<K> | undefined {
    return storedOf(this.#byId.get(id));
  }

  find(lookup: string): Stored<K> | undefined {
    return storedOf(this.#byLookup.get(lookup));
  }

  children(parent: string): Stored<K>[] {
    return inOrder(this.#byParent.get(parent) ?? []);
  }

  all(): readonly Rows[K][] {
    return [...this.#byId.values()].map(({ row }) => row);
  }

  live(): Stored<K>[] {
    return inOrder(this.#live);
  }

  undeleted(): Stored<K>[] {
    return inOrder([...this.#lists.values()].flat());
  }

  list({ customerId, limit, after }: ListQuery): Page<K> | 'badToken' {
    const list = this.#lists.get(customerId) ?? [];
    const place = after === undefined ? undefined : parsePageToken(after);
    if (after !== undefined && place === undefined) return 'badToken';
    const end = place === undefined ? list.length : indexOf(list, place);
    const page = list.slice(Math.max(0, end - limit), end).reverse();
    const last = page.at(-1);
    const next = end > limit && last !== undefined ? formatPageToken(placeOf(last)) : undefined;
    return { rows: page.map(({ row }) => row), next };
  }

  #add(entry: Entry<K>): void {
    this.#byId.set(entry.id, entry);
    this.#index(entry);
  }

  #index(entry: Entry<K>): void {
    const { customerId, deleted, live, lookup } = entry.keys;
    if (live) this.#live.add(entry);
    if (deleted) return;
    const list = getOrMake(this.#lists, customerId, () => []);
    list.splice(indexOf(list, placeOf(entry)), 0, entry);
    if (lookup !== null) this.#byLookup.set(lookup, entry);
    for (const parent of parentsOf(entry)) getOrMake(this.#byParent, parent, () => new Set()).add(entry);
  }

  #unindex(entry: Entry<K>): void {
    const { customerId, deleted, lookup } = entry.keys;
    this.#live.delete(entry);
    if (deleted) return;
    const list = getOrMake(this.#lists, customerId, () => []);
    list.splice(indexOf(list, placeOf(entry)), 1);
    if (lookup !== null) this.#byLookup.delete(lookup);
    for (const parent of parentsOf(entry)) {
      const family = getOrMake(this.#byParent, parent, () => new Set());
      family.delete(entry);
      if (family.size === 0) this.#byParent.delete(parent);
    }
  }
}

function parentsOf({ keys: { parent, otherParent } }: Entry<Kind>): string[] {
  return [parent, otherParent].filter((id) => id !== null);
}

function storedOf<K extends Kind>(entry: Entry<K> | undefined): Stored<K> | undefined {
  return entry === undefined ? undefined : { row: entry.row, version: entry.version };
}

function placeOf({ id, keys }: Entry<Kind>): Place {
  return { id, createdAt: keys.createdAt };
}

function inOrder<K extends Kind>(entries: Iterable<Entry<K>>): Stored<K>[] {
  return [...entries]
    .sort((one, other) => compare(placeOf(one), placeOf(other)))
    .map(({ row, version }) => ({ row, version }));
}

/** Where `place` stands in a list, or would; a new row is nearly always the newest. */
function indexOf<K extends Kind>(list: readonly Entry<K>[], place: Place): number {
  let [low, high] = [0, list.length];
  while (low < high) {
    // Look at the end first, then in the middle.
    const middle = high === list.length ? high - 1 : (low + high) >> 1;
    const entry = list[middle];
    if (entry !== undefined && compare(placeOf(entry), place) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

function compare(one: Place, other: Place): number {
  if (one.createdAt !== other.createdAt) return one.createdAt < other.createdAt ? -1 : 1;
  if (one.id === other.id) return 0;
  return one.id < other.id ? -1 : 1;
}

function sameKeys(one: RowKeys, other: RowKeys): boolean {
  return (
    one.customerId === other.customerId &&
    one.createdAt === other.createdAt &&
    one.deleted === other.deleted &&
    one.live === other.live &&
    one.lookup === other.lookup &&
    one.parent === other.parent &&
    one.otherParent === other.otherParent
  );
}

function getOrMake<T, V>(map: Map<T, V>, key: T, make: () => V): V {
  let value = map.get(key);
  if (value === undefined) map.set(key, (value = make()));
  return value;
}
