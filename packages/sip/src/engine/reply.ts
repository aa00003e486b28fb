import { Headers } from '../message.ts';
import { printMessage } from '../print.ts';
import type { ParseReply } from '../parse.ts';
import { parseNameAddr } from '../headers/name-addr.ts';
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
    { ...parts, toTag: parts.toTag ?? tagOfRequest(context, to) },
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

/** Sends a response through the transaction, which repeats it as its state asks. */
export function respond(
  context: EngineContext,
  transaction: ServerTransaction,
  to: ReceivedRequest,
  parts: ResponseParts,
  now: number,
): void {
  const bytes = printMessage(buildResponse(to, parts, context.config.userAgent));
  context.servers.respond(transaction, parts.status, parts.toTag ?? '', bytes, now);
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
    if (value !== undefined) answer.add(name, name === 'To' ? withTag(context, value, headers) : value);
  }
  answer.add('Server', context.config.userAgent);
  const { status, reason } = reply;
  const response = { kind: 'response', status, reason, headers: answer, body: new Uint8Array(0) } as const;
  context.outbox.push({ kind: 'send', path: responsePath(path, via.value), bytes: printMessage(response) });
}

/** Every response but 100 has a To tag (section 8.2.6.2), if To can be read at all. */
function withTag(context: EngineContext, to: string, headers: Headers): string {
  const parsed = parseNameAddr(to);
  if (!parsed.ok || parsed.value.params.has('tag')) return to;
  return `${to};tag=${statelessTag(context, `${headers.get('Call-ID')} ${headers.get('Via')}`)}`;
}

function tagOfRequest(context: EngineContext, to: ReceivedRequest): string {
  const { branch, callId, fromTag, cseq } = to.envelope;
  return statelessTag(context, `${callId} ${fromTag} ${cseq.number} ${branch}`);
}

/** The same for the same request, and not to be guessed. */
function statelessTag(context: EngineContext, identity: string): string {
  return context.deps.hash('MD5', `${context.secret} ${identity}`).slice(0, 16);
}
