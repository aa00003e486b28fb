import { isIpv4Address, isIpv6Address, isPrivateAddress } from '../ip-address.ts';
import { isWebSocket, type Path } from '../transaction/path.ts';
import { parseUri, type SipUri } from '../uri.ts';
import type { ResolvedConfig } from './config.ts';

const transports: Readonly<Record<string, Path['transport']>> = {
  udp: 'UDP',
  tcp: 'TCP',
  tls: 'TLS',
  ws: 'WS',
  wss: 'WSS',
};

/**
 * The path of a request inside of a dialog (RFC 3261 section 12.2.1.1, RFC 3263 without DNS). `latest` is the path on
 * which the peer was last heard. It is kept where the next hop cannot be reached as written: a WebSocket peer, a host
 * name, and a private address behind a NAT.
 */
export function nextHopPath(nextHop: string, latest: Path, config: ResolvedConfig): Path {
  const parsed = parseUri(nextHop);
  if (!parsed.ok || parsed.value.scheme === 'tel') return latest;
  const resolved = config.resolve?.(parsed.value, latest);
  if (resolved !== undefined) return resolved;
  if (isWebSocket(latest) || !isIpAddress(parsed.value.host)) return latest;
  return directPath(parsed.value, latest);
}

function directPath(uri: SipUri, latest: Path): Path {
  const transport = transportOf(uri, latest);
  const { remote } = latest;
  if (isBehindNat(uri.host, remote.address)) return latest;
  const port = uri.port ?? (transport === 'TLS' ? 5061 : 5060);
  if (transport === latest.transport) {
    if (uri.host === remote.address && (port === remote.port || latest.connection !== undefined))
      return latest;
  }
  return { transport, local: latest.local, remote: { address: uri.host, port } };
}

function transportOf(uri: SipUri, latest: Path): Path['transport'] {
  if (uri.scheme === 'sips') return 'TLS';
  return transports[uri.params.get('transport')?.toLowerCase() ?? ''] ?? latest.transport;
}

function isIpAddress(host: string): boolean {
  return isIpv4Address(host) || isIpv6Address(host);
}

/** A private address named by a peer that we see under a public one. */
function isBehindNat(named: string, seen: string): boolean {
  return isPrivateAddress(named) && !isPrivateAddress(seen);
}
