import { parseDigits } from './headers/tokens.ts';

/** `host[:port]` as in URIs and Via (RFC 3261 section 25.1). IPv6 addresses are kept without their brackets. */
export interface HostPort {
  readonly host: string;
  readonly port?: number;
}

// Underscores are no host name characters, but container networks are full of them.
const namePattern = /^[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_.])?$/;
// Deliberately lenient about the number of colons (RFC 5118 section 4.10 asks to accept three).
const ipv6Pattern = /^[0-9A-Fa-f]*:[0-9A-Fa-f:]*(?:[0-9]{1,3}(?:\.[0-9]{1,3}){3})?$/;
const maxHostLength = 255;

export function isIpv6(host: string): boolean {
  return host.length <= 45 && ipv6Pattern.test(host);
}

export function isHostName(host: string): boolean {
  return host.length <= maxHostLength && namePattern.test(host);
}

/** Reads `host`, `host:port`, `[ipv6]`, `[ipv6]:port`; undefined when it is none of them. */
export function parseHostPort(text: string): HostPort | undefined {
  if (text.startsWith('[')) return parseReference(text);
  const colon = text.indexOf(':');
  const host = colon < 0 ? text : text.slice(0, colon).trimEnd();
  if (!isHostName(host)) return undefined;
  return colon < 0 ? { host } : withPort(host, text.slice(colon + 1));
}

function parseReference(text: string): HostPort | undefined {
  const close = text.indexOf(']');
  if (close < 0) return undefined;
  const host = text.slice(1, close);
  if (!isIpv6(host)) return undefined;
  const rest = text.slice(close + 1).trimStart();
  if (rest === '') return { host };
  return rest.startsWith(':') ? withPort(host, rest.slice(1)) : undefined;
}

function withPort(host: string, text: string): HostPort | undefined {
  const port = parseDigits(text.trim(), 5);
  return port === undefined || port > 65_535 ? undefined : { host, port };
}

export function printHostPort(host: string, port: number | undefined): string {
  const name = host.includes(':') ? `[${host}]` : host;
  return port === undefined ? name : `${name}:${port}`;
}
