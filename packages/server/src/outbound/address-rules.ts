import { BlockList, isIP } from 'node:net';

/** IPv4 blocks that are not the public Internet: the IANA special-purpose registry, multicast and class E. */
const reservedV4 = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const;

/** Blocks inside 2000::/3 that are not the public Internet; everything outside it is reserved or local anyway. */
const reservedV6 = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const;

/** Carries an IPv4 address in its last 32 bits (RFC 6052), so the IPv4 blocks are reserved in it as well. */
const translated = '64:ff9b::';

/** Answers whether an address belongs to a host on the public Internet. Text that is no address does not. */
export function createPublicAddresses(): (address: string) => boolean {
  const reserved = reservedAddresses();
  const unicast = new BlockList();
  unicast.addSubnet('2000::', 3, 'ipv6');
  unicast.addSubnet(translated, 96, 'ipv6');
  // An IPv4-mapped address (::ffff:10.0.0.1) is judged by BlockList as the IPv4 address in it.
  unicast.addSubnet('0.0.0.0', 0, 'ipv4');
  return (address) => listed(unicast, address) && !listed(reserved, address);
}

function reservedAddresses(): BlockList {
  const reserved = new BlockList();
  for (const [net, prefix] of reservedV4) {
    reserved.addSubnet(net, prefix, 'ipv4');
    reserved.addSubnet(`${translated}${net}`, 96 + prefix, 'ipv6');
  }
  for (const [net, prefix] of reservedV6) reserved.addSubnet(net, prefix, 'ipv6');
  return reserved;
}

export type BlockResult =
  | { readonly ok: true; readonly value: BlockList }
  | { readonly ok: false; readonly error: string };

/** A list of addresses and CIDR blocks, `10.1.0.0/16`, `fd00::/8`, `192.0.2.7`. `error` names the entry that is none. */
export function parseBlocks(entries: readonly string[]): BlockResult {
  const blocks = new BlockList();
  for (const entry of entries) {
    if (!addBlock(blocks, entry)) return { ok: false, error: `"${entry}" is not an address or CIDR block` };
  }
  return { ok: true, value: blocks };
}

function addBlock(blocks: BlockList, entry: string): boolean {
  const [address = '', prefix, ...rest] = entry.split('/');
  const version = isIP(address);
  if (version === 0 || rest.length > 0 || address.includes('%')) return false;
  const bits = version === 4 ? 32 : 128;
  if (prefix !== undefined && (!/^\d{1,3}$/.test(prefix) || Number(prefix) > bits)) return false;
  blocks.addSubnet(address, prefix === undefined ? bits : Number(prefix), version === 4 ? 'ipv4' : 'ipv6');
  return true;
}

/** Whether `address` (a zone such as `%eth0` does not matter) is in one of the blocks. */
export function listed(blocks: BlockList, address: string): boolean {
  const [bare = ''] = address.split('%');
  const version = isIP(bare);
  return version !== 0 && blocks.check(bare, version === 4 ? 'ipv4' : 'ipv6');
}
