import { BlockList, isIPv6 } from 'node:net';

/** Whose INVITEs are looked at. On loopback everybody there is trusted; anywhere else only those named. */
export function createPeerPolicy(host: string, trusted: readonly string[]): (address: string) => boolean {
  const peers = new BlockList();
  for (const range of isLoopbackHost(host) ? ['127.0.0.0/8', '::1', ...trusted] : trusted) add(peers, range);
  return (address) => peers.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');
}

export function isLoopbackHost(host: string): boolean {
  return host === 'localhost' || host === '::1' || host.startsWith('127.');
}

function add(list: BlockList, range: string): void {
  const [address = '', prefix] = range.split('/');
  const family = isIPv6(address) ? 'ipv6' : 'ipv4';
  if (prefix === undefined) list.addAddress(address, family);
  else list.addSubnet(address, Number(prefix), family);
}
