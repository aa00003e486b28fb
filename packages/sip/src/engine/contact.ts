import { printHostPort } from '../host.ts';
import type { Address, Path } from '../transaction/path.ts';

/**
 * Our Contact on a path: where requests inside of a dialog reach us (RFC 3261 section 8.1.1.8). `sips` when the
 * dialog-making request asked for it (section 12.1.1).
 */
export function contactValue(path: Path, local: Address, secure: boolean): string {
  const target = printHostPort(local.address, local.port);
  if (secure) return `<sips:${target}${path.transport === 'WSS' ? ';transport=ws' : ''}>`;
  return `<sip:${target}${transportParam(path)}>`;
}

function transportParam(path: Path): string {
  switch (path.transport) {
    case 'UDP':
      return '';
    case 'TCP':
      return ';transport=tcp';
    case 'TLS':
      return ';transport=tls';
    case 'WS':
    case 'WSS': // RFC 7118 section 5.2.1 knows only `ws`.
      return ';transport=ws';
  }
}
