import { isIPv4 } from 'node:net';

/**
 * What a rate limit counts as one address: an IPv4 address, or the /64 of an IPv6 address, which is what one
 * subscriber is given (RFC 6177) and can choose from freely.
 */
export function addressKey(address: string): string {
  const plain = withoutMapping(address);
  return isIPv4(plain) ? plain : `${firstGroups(plain).join(':')}::/64`;
}

/** 127.0.0.0/8 and ::1, however they are written. */
export function isLoopback(address: string): boolean {
  const plain = withoutMapping(address);
  return isIPv4(plain) ? plain.startsWith('127.') : plain === '::1';
}

/** An IPv4 peer of a socket that serves both families is written ::ffff:192.0.2.1 (RFC 4291 section 2.5.5.2). */
function withoutMapping(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address);
  return mapped?.[1] ?? address;
}

/** The first four of the eight groups, `::` filled in. */
function firstGroups(address: string): readonly string[] {
  const [head = '', tail = ''] = (address.split('%')[0] ?? '').toLowerCase().split('::');
  const before = groupsOf(head);
  const after = groupsOf(tail);
  const zeros = Array.from({ length: Math.max(0, 8 - before.length - after.length) }, () => '0');
  return [...before, ...zeros, ...after].slice(0, 4);
}

function groupsOf(text: string): readonly string[] {
  return text === '' ? [] : text.split(':').map((group) => group.replace(/^0+(?=.)/, ''));
}
