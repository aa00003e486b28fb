import { isRequest, type ResponseEnvelope } from '../envelope.ts';
import { parseEnvelope } from '../parse.ts';
import type { Path } from '../transaction/path.ts';
import { type EngineContext, isAdmitted } from './context.ts';
import { receiveAck, receiveInDialog } from './in-dialog.ts';
import type { OutOfDialog } from './out-of-dialog.ts';
import type { DropReason } from './output.ts';
import { type ReceivedRequest, receivedRequest } from './received-request.ts';
import { refuseStray, replyStateful, replyToFault } from './reply.ts';

/** The way in: bytes to a message, the message to its transaction, its dialog, or the user agent core. */
export function receiveBytes(
  context: EngineContext,
  outside: OutOfDialog,
  bytes: Uint8Array,
  path: Path,
  now: number,
): void {
  if (isKeepAlive(bytes, path)) return answerKeepAlive(context, path);
  const parsed = parseEnvelope(bytes, context.config.messageLimits);
  if (!parsed.ok) {
    const { reason, reply } = parsed.error;
    if (reply !== undefined && isAdmitted(context, path, reply.request.method)) {
      replyToFault(context, reply, path);
    }
    return drop(context, reason);
  }
  const envelope = parsed.value;
  if (!isRequest(envelope)) return receiveResponse(context, envelope, now);
  receiveRequest(context, outside, receivedRequest(envelope, path), now);
}

const doubleLineEnd = [13, 10, 13, 10];

/** RFC 5626 section 4.4.1 means streams, where the framer sees to it; phones send it over UDP as well. */
function isKeepAlive(bytes: Uint8Array, path: Path): boolean {
  return (
    path.transport === 'UDP' && bytes.length === 4 && doubleLineEnd.every((code, at) => bytes[at] === code)
  );
}

/** Whoever would be told nothing else is not told that we are here either. */
function answerKeepAlive(context: EngineContext, path: Path): void {
  if (!isAdmitted(context, path, 'OPTIONS')) return drop(context, 'notAdmitted');
  context.outbox.push({ kind: 'send', path, bytes: Uint8Array.of(13, 10) });
}

function receiveResponse(context: EngineContext, envelope: ResponseEnvelope, now: number): void {
  if (!context.clients.receive(envelope, now)) drop(context, 'unmatchedResponse');
}

/** RFC 3261 sections 17.2.3, 9.2, 12.2.2 and 8.2, in this order. */
function receiveRequest(
  context: EngineContext,
  outside: OutOfDialog,
  request: ReceivedRequest,
  now: number,
): void {
  const { envelope } = request;
  if (context.servers.receive(envelope, now) === 'absorbed') return;
  if (envelope.message.method === 'ACK') return receiveAck(context, request, now);
  if (envelope.message.method === 'CANCEL') return receiveCancel(context, request, now);
  if (envelope.toTag !== '') return receiveInDialog(context, request, now);
  outside.receive(request, now);
}

/** The CANCEL has a transaction and a response of its own; whether it changes anything, the INVITE shows (section 9.2). */
function receiveCancel(context: EngineContext, request: ReceivedRequest, now: number): void {
  const cancelled = context.servers.findCancelled(request.envelope);
  if (cancelled === undefined) return refuseStray(context, request);
  const { toTag } = cancelled;
  replyStateful(context, request, { status: 200, ...(toTag !== '' && { toTag }) }, now);
  cancelled.user.cancelled?.(request.envelope, now);
}

function drop(context: EngineContext, reason: DropReason): void {
  context.outbox.push({ kind: 'dropped', reason });
}
