import { Headers, type SipRequest } from '../message.ts';
import type { ClientUser } from '../transaction/client-transactions.ts';
import type { SentInvite } from './call-record.ts';
import type { EngineContext } from './context.ts';
import type { HeaderPair } from './response-builder.ts';

/** The INVITE's own final response tells the outcome; the one to the CANCEL says nothing (RFC 3261 section 9.1). */
const indifferent: ClientUser = { response: () => undefined, failed: () => undefined };

/** Sends the CANCEL of an INVITE of ours over the same path; `extra` says why. */
export function cancelInvite(
  context: EngineContext,
  sent: SentInvite,
  extra: readonly HeaderPair[],
  now: number,
): void {
  const { branch, transaction } = sent;
  const request = cancelOf(sent.request, extra);
  const { path, sentBy } = transaction;
  context.clients.begin({ request, branch, sentBy, path, user: indifferent }, now);
}

/** Section 9.1: Request-URI, Call-ID, To, number of CSeq, From, top Via and Route of the INVITE. */
function cancelOf(invite: SipRequest, extra: readonly HeaderPair[]): SipRequest {
  const headers = new Headers();
  for (const name of ['Via', 'Max-Forwards', 'From', 'To', 'Call-ID', 'User-Agent']) {
    headers.add(name, invite.headers.get(name) ?? '');
  }
  headers.add('CSeq', `${Number.parseInt(invite.headers.get('CSeq') ?? '', 10)} CANCEL`);
  for (const route of invite.headers.all('Route')) headers.add('Route', route);
  for (const [name, value] of extra) headers.add(name, value);
  return { kind: 'request', method: 'CANCEL', uri: invite.uri, headers, body: new Uint8Array(0) };
}
