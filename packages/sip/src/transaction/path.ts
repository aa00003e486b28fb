import type { Via } from '../headers/via.ts';

export interface Address {
  /** IP address as text, IPv6 without brackets. */
  readonly address: string;
  readonly port: number;
}

/** Where a message came from or goes to. */
export interface Path {
  readonly transport: 'UDP' | 'TCP' | 'TLS' | 'WS' | 'WSS';
  /** Our end; for UDP the socket to send from. */
  readonly local: Address;
  readonly remote: Address;
  /** The open connection, in the words of its owner. Without it the owner opens one to `remote`. */
  readonly connection?: string;
}

export function isReliable(path: Path): boolean {
  return path.transport !== 'UDP';
}

/** A peer behind it cannot be called back: only it can open the connection (RFC 7118 section 5). */
export function isWebSocket(path: Path): boolean {
  return path.transport === 'WS' || path.transport === 'WSS';
}

export function isSecure(path: Path): boolean {
  return path.transport === 'TLS' || path.transport === 'WSS';
}

/** RFC 3261 section 18.1: 5061 where there is TLS below, else 5060. */
export function defaultPort(path: Path): number {
  return isSecure(path) ? 5061 : 5060;
}

/** One text for everything that fails together. */
export function pathKey(path: Path): string {
  if (path.connection !== undefined) return `${path.transport}#${path.connection}`;
  return `${path.transport}|${path.local.address}|${path.local.port}|${path.remote.address}|${path.remote.port}`;
}

/**
 * Where responses go (RFC 3261 section 18.2.2, RFC 3581 section 4): back over the connection, else to the source
 * address, at the source port when the client asked for it with `rport`. `maddr` is not obeyed: it would let anyone
 * aim our responses at a third party.
 */
export function responsePath(path: Path, via: Via): Path {
  if (isReliable(path) || via.params.has('rport')) return path;
  return { ...path, remote: { address: path.remote.address, port: via.port ?? defaultPort(path) } };
}

/** When the request's connection is gone: a new one to the sent-by port (RFC 3261 section 18.2.2); never for WebSocket. */
export function fallbackPath(path: Path, via: Via): Path | undefined {
  if (path.connection === undefined || !isReliable(path) || isWebSocket(path)) return undefined;
  const { transport, local } = path;
  return { transport, local, remote: { address: path.remote.address, port: via.port ?? defaultPort(path) } };
}
