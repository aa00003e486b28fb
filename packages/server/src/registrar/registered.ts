import { Deadlines, extensionKey, type ExtensionRow, type Monotonic } from '@parley/core';
import { type Binding, nextExpiry, type Path } from '@parley/sip';

/** An extension with phones. */
export interface Registered {
  readonly extension: ExtensionRow;
  /** When its first phone came, as its row says. */
  readonly since: string;
  readonly bindings: readonly Binding[];
}

/** All phones that are registered, found by whatever one has of them; nothing here walks through all of them. */
export class RegisteredPhones {
  readonly #byId = new Map<string, Registered>();
  readonly #byKey = new Map<string, Registered>();
  /** Phones by the address they are at, by their address and port or connection, and extensions by connection. */
  readonly #addresses = new Map<string, number>();
  readonly #places = new Map<string, number>();
  readonly #connections = new Map<string, Set<string>>();
  readonly #deadlines = new Deadlines();
  #contacts = 0;

  get extensions(): number {
    return this.#byId.size;
  }

  get contacts(): number {
    return this.#contacts;
  }

  byId(extensionId: string): Registered | undefined {
    return this.#byId.get(extensionId);
  }

  byKey(key: string): Registered | undefined {
    return this.#byKey.get(key);
  }

  /** Extensions with a phone on that connection. */
  onConnection(connection: string): readonly string[] {
    return [...(this.#connections.get(connection) ?? [])];
  }

  /** Whether a phone is at that address, whatever its port. */
  knowsAddress(address: string): boolean {
    return this.#addresses.has(address);
  }

  /** Whether a phone is reached exactly that way. */
  knowsPlace(path: Path): boolean {
    return this.#places.has(placeOf(path));
  }

  /** The earliest time at which a registration ends. */
  wakeAt(): Monotonic | undefined {
    return this.#deadlines.next();
  }

  /** An extension with a registration that ends now, or before; each is named once until it is `set` again. */
  takeDue(now: Monotonic): string | undefined {
    return this.#deadlines.takeDue(now);
  }

  /** Replaces what is known of an extension; without bindings it is forgotten. */
  set(registered: Registered): void {
    const { id, customer_id: customerId, extension } = registered.extension;
    const before = this.#byId.get(id);
    if (before !== undefined) this.#forget(before);
    this.#deadlines.set(id, nextExpiry(registered.bindings) as Monotonic | undefined);
    if (registered.bindings.length === 0) return;
    this.#byId.set(id, registered);
    this.#byKey.set(extensionKey(customerId, extension), registered);
    for (const { path } of registered.bindings) this.#count(id, path);
    this.#contacts += registered.bindings.length;
  }

  #count(extensionId: string, path: Path): void {
    increment(this.#addresses, path.remote.address);
    increment(this.#places, placeOf(path));
    if (path.connection === undefined) return;
    const extensions = this.#connections.get(path.connection) ?? new Set();
    this.#connections.set(path.connection, extensions.add(extensionId));
  }

  #forget({ extension, bindings }: Registered): void {
    this.#byId.delete(extension.id);
    this.#byKey.delete(extensionKey(extension.customer_id, extension.extension));
    this.#contacts -= bindings.length;
    for (const { path } of bindings) {
      decrement(this.#addresses, path.remote.address);
      decrement(this.#places, placeOf(path));
      const extensions = this.#connections.get(path.connection ?? '');
      if (extensions?.delete(extension.id) === true && extensions.size === 0)
        this.#connections.delete(path.connection ?? '');
    }
  }
}

/** What a phone's own requests have in common with its registration. */
export function isSamePlace(a: Path, b: Path): boolean {
  return placeOf(a) === placeOf(b);
}

function placeOf({ transport, connection, remote }: Path): string {
  return connection === undefined
    ? `${transport} ${remote.address} ${remote.port}`
    : `${transport}#${connection}`;
}

function increment(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

function decrement(counts: Map<string, number>, key: string): void {
  const count = counts.get(key) ?? 0;
  if (count > 1) counts.set(key, count - 1);
  else counts.delete(key);
}
