import { isIP } from 'node:net';
import { networkInterfaces } from 'node:os';
import type { Settings } from './config/settings.ts';

/** The address peers are told: as set, else the one listened on, else this machine's first that is not loopback. */
export function advertisedAddress({ host, advertisedAddress: wanted }: Settings): string {
  if (wanted !== '') return wanted;
  if (host === 'localhost') return '127.0.0.1';
  return host === '0.0.0.0' || host === '::' ? firstAddress(host === '::' ? 'IPv6' : 'IPv4') : host;
}

function firstAddress(family: 'IPv4' | 'IPv6'): string {
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  const first = all.find((each) => each.family === family && !each.internal);
  return first?.address ?? (family === 'IPv4' ? '127.0.0.1' : '::1');
}

/** What is wrong with the address to listen on, if anything: names other than localhost are not looked up. */
export function hostProblem(host: string): string | undefined {
  return host === 'localhost' || isIP(host) !== 0
    ? undefined
    : `${host} is no IP address; write one, such as 127.0.0.1 or 0.0.0.0`;
}
