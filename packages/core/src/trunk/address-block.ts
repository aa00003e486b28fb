/** Addresses that begin with the same bits: what `192.0.2.0/24` stands for. */
export interface AddressBlock {
  /** 4 bytes of IPv4 or 16 of IPv6. */
  readonly bytes: readonly number[];
  /** How many of the first bits count. */
  readonly bits: number;
}

export type ParsedBlock =
  | { readonly ok: true; readonly value: AddressBlock }
  | { readonly ok: false; readonly error: string };

/** Wider blocks are no list of peers but half of the world: as good as no check at all. */
const widest = { 4: 8, 16: 16 } as const;

/** An address or a CIDR block, IPv4 or IPv6 (RFC 4632, RFC 4291 section 2.3). An error says what is wrong with it. */
export function parseAddressBlock(text: string): ParsedBlock {
  const [address = '', length, ...rest] = text.split('/');
  const bytes = parseAddress(address);
  if (bytes === undefined || rest.length > 0) return { ok: false, error: 'is not an address or CIDR block' };
  const most = bytes.length * 8;
  if (length === undefined) return { ok: true, value: { bytes, bits: most } };
  // An IPv4 address in the clothes of IPv6 would need a length of two meanings.
  if (bytes.length === 4 && address.includes(':')) return { ok: false, error: 'is to be written as IPv4' };
  const bits = /^\d{1,3}$/.test(length) ? Number(length) : most + 1;
  if (bits > most) return { ok: false, error: `has to have a length of at most ${most} behind the slash` };
  const least = bytes.length === 4 ? widest[4] : widest[16];
  if (bits < least) return { ok: false, error: `is too wide: name blocks of /${least} or smaller` };
  return { ok: true, value: { bytes, bits } };
}

/**
 * The bytes of an address, or undefined when it is none. An IPv4 address as a socket of both families shows it
 * (`::ffff:192.0.2.1`, RFC 4291 section 2.5.5.2) has the four bytes of the IPv4 address. A zone (`%eth0`) is none.
 */
export function parseAddress(text: string): readonly number[] | undefined {
  if (!text.includes(':')) return parseIpv4(text);
  const bytes = parseIpv6(text);
  const mapped = bytes !== undefined && bytes.slice(0, 10).every((byte) => byte === 0);
  return mapped && bytes[10] === 0xff && bytes[11] === 0xff ? bytes.slice(12) : bytes;
}

export function isInBlock({ bytes, bits }: AddressBlock, address: readonly number[]): boolean {
  if (address.length !== bytes.length) return false;
  return bytes.every((byte, index) => {
    const counting = Math.min(8, Math.max(0, bits - index * 8));
    const mask = (0xff00 >> counting) & 0xff;
    return (byte & mask) === ((address[index] ?? 0) & mask);
  });
}

/** Four numbers without leading zeros, which some read as octal. */
function parseIpv4(text: string): readonly number[] | undefined {
  const parts = text.split('.');
  const right = parts.length === 4 && parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part));
  const bytes = parts.map(Number);
  return right && bytes.every((byte) => byte <= 255) ? bytes : undefined;
}

function parseIpv6(text: string): readonly number[] | undefined {
  const [head = '', tail, ...rest] = text.split('::');
  if (rest.length > 0) return undefined;
  const before = groupBytes(head, tail === undefined);
  if (tail === undefined) return before?.length === 16 ? before : undefined;
  const after = groupBytes(tail, true);
  if (before === undefined || after === undefined) return undefined;
  const zeros = 16 - before.length - after.length;
  return zeros < 2 ? undefined : [...before, ...Array.from({ length: zeros }, () => 0), ...after];
}

/** Groups between colons; the last one of the address may be IPv4. */
function groupBytes(text: string, isEnd: boolean): readonly number[] | undefined {
  if (text === '') return [];
  const groups = text.split(':');
  const bytes = groups.map((group, index) => {
    if (/^[0-9a-f]{1,4}$/i.test(group)) {
      const value = Number.parseInt(group, 16);
      return [value >> 8, value & 0xff];
    }
    return isEnd && index === groups.length - 1 ? parseIpv4(group) : undefined;
  });
  return bytes.includes(undefined) ? undefined : bytes.flatMap((pair) => pair ?? []);
}
