import { Headers } from '../message.ts';
import { printMessage } from '../print.ts';
import type { ParseReply } from '../parse.ts';
import { parseVia } from '../headers/via.ts';
import { type Path, responsePath } from '../transaction/path.ts';
import type { ServerTransaction, ServerUser } from '../transaction/server-transactions.ts';
import { type EngineContext, isAdmitted } from './context.ts';
import { hasRoom } from './load.ts';
import { type ReceivedRequest, viasWithSource } from './received-request.ts';
import { noSuchDialog } from './refusals.ts';
import { buildResponse, type ResponseParts } from './response-builder.ts';

/**
 * Answers without keeping anything: a retransmitted request simply gets the same response again, with the same tag
 * (RFC 3261 section 8.2.7). What strangers can provoke is answered this way, so it costs no memory.
 */
export function replyStateless(context: EngineContext, to: ReceivedRequest, parts: ResponseParts): void {
  const { config, outbox } = context;
  const response = buildResponse(
    to,
    { ...parts, toTag: parts.toTag ?? statelessTag(context, to) },
    config.userAgent,
  );
  const path = responsePath(to.path, to.envelope.via);
  outbox.push({ kind: 'send', path, bytes: printMessage(response) });
}

/** Answers through a transaction of its own: for requests of live dialogs, whose retransmissions must find us unchanged. */
export function replyStateful(
  context: EngineContext,
  to: ReceivedRequest,
  parts: ResponseParts,
  now: number,
): void {
  if (!hasRoom(context)) return replyStateless(context, to, parts);
  respond(context, context.servers.begin(to.envelope, to.path, noUser, now), to, parts, now);
}

/** A request for a dialog or transaction we do not know (sections 12.2.2 and 9.2). */
export function refuseStray(context: EngineContext, request: ReceivedRequest): void {
  if (isAdmitted(context, request.path, request.envelope.message.method)) {
    replyStateless(context, request, noSuchDialog);
  } else context.outbox.push({ kind: 'dropped', reason: 'notAdmitted' });
}

const noUser: ServerUser = {};

/** Sends a response through the transaction; gives its bytes, to be repeated. */
export function respond(
  context: EngineContext,
  transaction: ServerTransaction,
  to: ReceivedRequest,
  parts: ResponseParts,
  now: number,
): Uint8Array {
  const bytes = printMessage(buildResponse(to, parts, context.config.userAgent));
  context.servers.respond(transaction, parts.status, parts.toTag ?? '', bytes, now);
  return bytes;
}

/** Tells the sender of an unreadable request why, with as much of it as could be read. */
export function replyToFault(context: EngineContext, reply: ParseReply, path: Path): void {
  const { headers } = reply.request;
  const via = parseVia(headers.get('Via') ?? '');
  if (!via.ok) return;
  const answer = new Headers();
  for (const value of viasWithSource(headers.all('Via'), via.value, path)) answer.add('Via', value);
  for (const name of ['From', 'To', 'Call-ID', 'CSeq']) {
    const value = headers.get(name);
    if (value !== undefined) answer.add(name, value);
  }
  answer.add('Server', context.config.userAgent);
  const { status, reason } = reply;
  const response = { kind: 'response', status, reason, headers: answer, body: new Uint8Array(0) } as const;
  context.outbox.push({ kind: 'send', path: responsePath(path, via.value), bytes: printMessage(response) });
}

function statelessTag(context: EngineContext, to: ReceivedRequest): string {
  const { branch, callId, fromTag, cseq } = to.envelope;
  const text = `${context.secret} ${callId} ${fromTag} ${cseq.number} ${branch}`;
  return context.deps.hash('MD5', text).slice(0, 16);
}
