import { isPrivateAddress, isUnicastAddress, isUnspecified } from '../ip-address.ts';
import { isReliable, type Path } from '../transaction/path.ts';
import type { SipUri } from '../uri.ts';

/**
 * Where requests to a Contact go. Over a connection: back over it, for most phones take no other. Over UDP: to the address
 * in the Contact if it can be meant as it is written, else to where the REGISTER came from, as its response did (RFC 3581).
 * It cannot be meant as written when it is a name (no DNS is asked), when it is the address of a private network that
 * we do not see the phone in, and when the phone is in ours and names an address of the world outside.
 */
export function contactRoute(uri: SipUri, path: Path): Path {
  if (isReliable(path) || !isReachable(uri.host, path.remote.address)) return path;
  const remote = { address: uri.host, port: uri.port ?? 5060 };
  const transport = uri.params.get('transport')?.toLowerCase() ?? 'udp';
  if (transport === 'tcp') return { transport: 'TCP', local: path.local, remote };
  return transport === 'udp' ? { ...path, remote } : path;
}

function isReachable(host: string, source: string): boolean {
  if (!isUnicastAddress(host) || isUnspecified(host)) return false;
  if (host.toLowerCase() === source.toLowerCase()) return true;
  return !isPrivateAddress(host) && !isPrivateAddress(source);
}
