import { type Fault, fault } from './fault.ts';
import { isToken } from './headers/tokens.ts';
import type { SipLimits } from './limits.ts';
import { parseUri } from './uri.ts';

/** The first line, with what is wrong about it. A request whose method can be read can be answered even when faulty. */
export type StartLine =
  | {
      readonly kind: 'request';
      readonly method: string;
      readonly uri: string;
      readonly fault: Fault | undefined;
    }
  | {
      readonly kind: 'response';
      readonly status: number;
      readonly reason: string;
      readonly fault: Fault | undefined;
    };

const versionPattern = /^SIP\/[0-9]+\.[0-9]+$/i;

/** Undefined: this is no SIP at all (RFC 3261 sections 7.1 and 7.2). */
export function parseStartLine(line: string, limits: SipLimits): StartLine | undefined {
  const firstSpace = line.indexOf(' ');
  if (firstSpace < 0 || line.includes('\r')) return undefined;
  const first = line.slice(0, firstSpace);
  if (versionPattern.test(first)) return parseStatusLine(first, line.slice(firstSpace + 1));
  return isToken(first) ? parseRequestLine(first, line.slice(firstSpace + 1), limits) : undefined;
}

function parseRequestLine(method: string, rest: string, limits: SipLimits): StartLine | undefined {
  const trimmed = rest.trim();
  const space = trimmed.lastIndexOf(' ');
  const version = trimmed.slice(space + 1);
  if (space < 0 || !versionPattern.test(version)) return undefined;
  const uri = trimmed.slice(0, space);
  return { kind: 'request', method, uri: uri.trim(), fault: requestLineFault(uri, version, rest, limits) };
}

function requestLineFault(uri: string, version: string, rest: string, limits: SipLimits): Fault | undefined {
  if (!isOurVersion(version)) return fault('badVersion', 'Version Not Supported', 505);
  if (rest !== `${uri} ${version}`) return fault('badStartLine', 'Request line has more than single spaces');
  if (uri.length > limits.requestUriLength) return fault('requestUriTooLong', 'Request-URI Too Long', 414);
  const parsed = parseUri(uri);
  if (parsed.ok) return undefined;
  return parsed.error === 'unsupportedScheme'
    ? fault('unsupportedScheme', 'Unsupported URI Scheme', 416)
    : fault('badRequestUri', 'Malformed Request-URI');
}

function parseStatusLine(version: string, rest: string): StartLine {
  const digits = rest.slice(0, 3);
  const status =
    /^[1-6][0-9]{2}$/.test(digits) && (rest.length === 3 || rest[3] === ' ') ? Number(digits) : 0;
  return { kind: 'response', status, reason: rest.slice(4), fault: statusFault(version, status) };
}

function statusFault(version: string, status: number): Fault | undefined {
  if (!isOurVersion(version)) return fault('badVersion', 'Version Not Supported', 505);
  return status === 0 ? fault('badStatus', 'Status code is not 100 to 699') : undefined;
}

function isOurVersion(version: string): boolean {
  return version === 'SIP/2.0' || version.toUpperCase() === 'SIP/2.0';
}
