import { isIP } from 'node:net';
import { createPublicAddresses, listed, parseBlocks } from './address-rules.ts';

/** Where Parley may send requests that others asked for: webhooks, `fetch`, `webhook_send`. */
export interface TargetPolicy {
  /**
   * Refuses what can be refused before a name is resolved: other schemes, credentials in the URL, an address that is
   * not allowed. A name is judged by `allows` when it is connected to, so that a name cannot change its mind between.
   */
  parseTarget(text: string): TargetResult;
  /** Whether this address, IPv4 or IPv6, may be connected to. */
  allows(address: string): boolean;
}

export type TargetResult =
  | { readonly ok: true; readonly value: URL }
  | { readonly ok: false; readonly error: TargetError };

export interface TargetError {
  readonly reason: 'not_a_url' | 'scheme' | 'credentials' | 'address';
  /** For people; holds neither credentials nor query. */
  readonly message: string;
}

export interface TargetPolicyOptions {
  /** Addresses and CIDR blocks that are allowed though they are not public. Checked by `parseBlocks` before. */
  readonly allow: readonly string[];
  /** Parley itself listens on loopback only: then the machine's own programs are trusted peers. */
  readonly loopbackTrusted: boolean;
}

const loopback = ['127.0.0.0/8', '::1'];

export function createTargetPolicy(options: TargetPolicyOptions): TargetPolicy {
  const exceptions = parseBlocks(options.loopbackTrusted ? [...options.allow, ...loopback] : options.allow);
  if (!exceptions.ok) throw new Error(exceptions.error);
  const isPublic = createPublicAddresses();
  const allows = (address: string): boolean => listed(exceptions.value, address) || isPublic(address);
  return { allows, parseTarget: (text) => parseTarget(text, allows) };
}

function parseTarget(text: string, allows: (address: string) => boolean): TargetResult {
  const url = URL.parse(text);
  if (url === null) return refuse('not_a_url', 'the target is not an absolute URL');
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    return refuse('scheme', `the target must be http or https, not ${url.protocol.slice(0, -1)}`);
  }
  if (url.username !== '' || url.password !== '') {
    return refuse('credentials', 'the target must not hold a user name or password');
  }
  const address = addressIn(url);
  return address === undefined || allows(address) ? { ok: true, value: url } : refuseAddress(address);
}

/** The URL parser has already turned 0x7f.1, 2130706433 and their like into plain dotted form. */
function addressIn(url: URL): string | undefined {
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  return isIP(host) === 0 ? undefined : host;
}

function refuseAddress(address: string): TargetResult {
  return refuse('address', `${address} is not a public address and not on the list of allowed ones`);
}

function refuse(reason: TargetError['reason'], message: string): TargetResult {
  return { ok: false, error: { reason, message } };
}
