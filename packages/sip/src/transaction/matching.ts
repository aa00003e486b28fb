import type { RequestEnvelope } from '../envelope.ts';

/** What every branch made by RFC 3261 begins with; its absence means an RFC 2543 peer (section 8.1.1.7). */
export const magicCookie = 'z9hG4bK';

/**
 * Key of the server transaction a request belongs to (RFC 3261 section 17.2.3). An ACK has the key of its INVITE.
 * For RFC 2543 peers the To tag of an ACK stays out of the key: it is compared with `acceptsAck`.
 */
export function serverKey(envelope: RequestEnvelope): string {
  const { method } = envelope.message;
  return keyForMethod(envelope, method === 'ACK' ? 'INVITE' : method);
}

/** Key of the INVITE transaction a CANCEL wants to end (RFC 3261 section 9.2). */
export function cancelledKey(cancel: RequestEnvelope): string {
  return keyForMethod(cancel, 'INVITE');
}

export function clientKey(branch: string, method: string): string {
  return `${method} ${branch}`;
}

function keyForMethod(envelope: RequestEnvelope, method: string): string {
  const { via, branch } = envelope;
  if (branch.length > magicCookie.length && branch.startsWith(magicCookie)) {
    return `${method} ${branch} ${via.host.toLowerCase()}:${via.port ?? ''}`;
  }
  const { message, callId, fromTag, cseq } = envelope;
  const topVia = message.headers.get('Via') ?? '';
  return `2543 ${method} ${callId} ${cseq.number} ${fromTag} ${message.uri} ${topVia}`;
}

/** RFC 2543 fallback of section 17.2.3: the ACK must carry the To tag of our response. */
export function acceptsAck(ack: RequestEnvelope, responseToTag: string): boolean {
  return ack.branch.startsWith(magicCookie) || ack.toTag === '' || ack.toTag === responseToTag;
}
