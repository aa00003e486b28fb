/** Strict checks of literal addresses: what passes may be handed to a socket. */

const octet = '(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])';
const ipv4Pattern = new RegExp(`^${octet}(?:\\.${octet}){3}$`);
const groupPattern = /^[0-9A-Fa-f]{1,4}$/;

export function isIpv4Address(text: string): boolean {
  return ipv4Pattern.test(text);
}

/** RFC 4291 section 2.2, without zone. */
export function isIpv6Address(text: string): boolean {
  if (text.length > 45) return false;
  const halves = text.split('::');
  if (halves.length > 2) return false;
  const [head = '', tail] = halves;
  const before = countGroups(head, tail === undefined);
  const after = tail === undefined ? 0 : countGroups(tail, true);
  if (before < 0 || after < 0) return false;
  return tail === undefined ? before === 8 : before + after < 8;
}

/** 16-bit groups in a run without `::`; -1 when it is none. An IPv4 tail counts as two. */
function countGroups(run: string, mayEndInIpv4: boolean): number {
  if (run === '') return 0;
  const groups = run.split(':');
  const last = groups.at(-1) ?? '';
  const dotted = mayEndInIpv4 && isIpv4Address(last);
  const plain = dotted ? groups.slice(0, -1) : groups;
  return plain.every((group) => groupPattern.test(group)) ? plain.length + (dotted ? 2 : 0) : -1;
}

/** The all-zero address in either family: "nowhere". */
export function isUnspecified(address: string): boolean {
  return address === '0.0.0.0' || (address.includes(':') && /^[0:.]+$/.test(address));
}

/** True for an address one can send to: a literal that is no multicast group. */
export function isUnicastAddress(text: string): boolean {
  if (isIpv4Address(text)) return Number(text.slice(0, text.indexOf('.'))) < 224;
  return isIpv6Address(text) && !/^ff/i.test(text);
}

const privatePattern =
  /^(?:10\.|127\.|169\.254\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.|0\.|f[cd]|fe[89ab]|::1$)/i;

/** True for a literal address that means something else, or nothing, on another network. */
export function isPrivateAddress(address: string): boolean {
  return privatePattern.test(address);
}
