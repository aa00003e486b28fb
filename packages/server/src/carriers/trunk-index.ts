import { notYet } from '@parley/contract';
import { allowsAddress, parseAddress, parseAddressBlock, type TrunkRow, trunkKey } from '@parley/core';

/** How many trunks may share a user name and still be told apart by their passwords alone. */
const mostNamesakes = 16;

/**
 * All trunks there are, found by what an INVITE has of them. It is asked for each request from outside, also those of
 * whoever floods us, so a look-up costs as many steps as there are sizes of blocks, however many trunks there are.
 */
export class TrunkIndex {
  readonly #trunks = new Map<string, TrunkRow>();
  readonly #byDomain = new Map<string, TrunkRow>();
  /** Trunks that look at addresses, by size of their blocks and by the bits that count; made when it is needed. */
  #blocks: Map<string, Map<string, TrunkRow[]>> | undefined;
  #byUsername = new Map<string, TrunkRow[]>();

  get size(): number {
    return this.#trunks.size;
  }

  /** Whether there is one that takes calls from anywhere, for a password. */
  get isOpen(): boolean {
    this.#build();
    return this.#anywhere;
  }
  #anywhere = false;

  set(trunk: TrunkRow): void {
    const before = this.#trunks.get(trunk.id);
    if (before !== undefined) this.#byDomain.delete(trunkKey(before.domain_name));
    if (trunk.tm_delete === notYet) {
      this.#trunks.set(trunk.id, trunk);
      this.#byDomain.set(trunkKey(trunk.domain_name), trunk);
    } else this.#trunks.delete(trunk.id);
    this.#blocks = undefined;
  }

  byDomain(host: string): TrunkRow | undefined {
    return this.#byDomain.get(trunkKey(host));
  }

  /** Those that look at addresses and allow that one: the smallest block first, among equals the one made first. */
  atAddress(address: string): readonly TrunkRow[] {
    const bytes = parseAddress(address);
    if (bytes === undefined) return [];
    const found: TrunkRow[] = [];
    for (const [size, trunks] of this.#build()) {
      const [length, bits] = size.split('/').map(Number);
      if (length === bytes.length) found.push(...(trunks.get(maskOf(bytes, bits ?? 0)) ?? []));
    }
    return [...new Set(found)];
  }

  /** Those that a user of that name may call over from there; not more than a few. */
  forUser(username: string, address: string): readonly TrunkRow[] {
    this.#build();
    const trunks = this.#byUsername.get(username) ?? [];
    return trunks.filter((trunk) => allowsAddress(trunk, address)).slice(0, mostNamesakes);
  }

  /** Changes of trunks are rare; then all of it is made anew. */
  #build(): ReadonlyMap<string, ReadonlyMap<string, readonly TrunkRow[]>> {
    if (this.#blocks !== undefined) return this.#blocks;
    const sizes = new Map<string, Map<string, TrunkRow[]>>();
    this.#byUsername = new Map();
    this.#anywhere = false;
    for (const trunk of [...this.#trunks.values()].sort(byAge)) {
      const [basic, ip] = [trunk.auth_types.includes('basic'), trunk.auth_types.includes('ip')];
      if (basic) add(this.#byUsername, trunk.username, trunk);
      if (basic && !ip) this.#anywhere = true;
      if (ip) addBlocks(sizes, trunk);
    }
    const bitsOf = (size: string): number => Number(size.split('/')[1]);
    this.#blocks = new Map([...sizes].sort(([one], [other]) => bitsOf(other) - bitsOf(one)));
    return this.#blocks;
  }
}

function byAge(one: TrunkRow, other: TrunkRow): number {
  if (one.tm_create !== other.tm_create) return one.tm_create < other.tm_create ? -1 : 1;
  return one.id < other.id ? -1 : 1;
}

function addBlocks(sizes: Map<string, Map<string, TrunkRow[]>>, trunk: TrunkRow): void {
  for (const text of trunk.allowed_ips) {
    const block = parseAddressBlock(text);
    if (!block.ok) continue;
    const { bytes, bits } = block.value;
    const size = `${bytes.length}/${bits}`;
    const trunks = sizes.get(size) ?? new Map<string, TrunkRow[]>();
    sizes.set(size, trunks);
    add(trunks, maskOf(bytes, bits), trunk);
  }
}

function add(lists: Map<string, TrunkRow[]>, key: string, trunk: TrunkRow): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [trunk]);
  else list.push(trunk);
}

/** The first bits of an address, as a text. */
function maskOf(bytes: readonly number[], bits: number): string {
  const whole = bits >> 3;
  const rest = bits & 7;
  const head = bytes.slice(0, whole);
  if (rest > 0) head.push((bytes[whole] ?? 0) & (0xff00 >> rest) & 0xff);
  return head.join('.');
}
