import { printVia, type Via } from '../headers/via.ts';
import type { RequestEnvelope } from '../envelope.ts';
import type { Path } from '../transaction/path.ts';

/** A request with what its responses copy: the Via values, ours to complete and theirs to give back. */
export interface ReceivedRequest {
  readonly envelope: RequestEnvelope;
  /** Where it came from. */
  readonly path: Path;
  readonly vias: readonly string[];
}

export function receivedRequest(envelope: RequestEnvelope, path: Path): ReceivedRequest {
  return { envelope, path, vias: viasWithSource(envelope.message.headers.all('Via'), envelope.via, path) };
}

/** Tells the previous hop from where we saw it: `received` (RFC 3261 section 18.2.1) and `rport` (RFC 3581 section 4). */
export function viasWithSource(vias: readonly string[], top: Via, path: Path): readonly string[] {
  const { address, port } = path.remote;
  const wantsPort = top.params.has('rport');
  const foreign = top.host.toLowerCase() !== address.toLowerCase();
  if (!wantsPort && !foreign) return vias;
  const params = new Map(top.params);
  if (wantsPort) params.set('rport', String(port));
  params.set('received', address);
  return [printVia({ ...top, params }), ...vias.slice(1)];
}
