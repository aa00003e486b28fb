import { Readable } from 'node:stream';
import { apiError, errorBody, errorTable, type FileReply } from '@parley/contract';
import type { FastifyReply } from 'fastify';
import type { HttpDeps } from './deps.ts';
import type { Refusal } from './outcome.ts';
import { StoreUnavailable } from './store-access.ts';

/** How soon a client should try again when the store does not answer. */
const storeRetryMs = 2_000;

/** Headers of everything that is not a page. */
const apiHeaders = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' };

export function sendJson(reply: FastifyReply, body: unknown): FastifyReply {
  return reply
    .headers(apiHeaders)
    .header('x-request-id', reply.request.id)
    .type('application/json; charset=utf-8')
    .send(JSON.stringify(body));
}

export function sendText(reply: FastifyReply, text: string, contentType: string): FastifyReply {
  return reply.headers(apiHeaders).header('x-request-id', reply.request.id).type(contentType).send(text);
}

/** Sends a file or a part of it (RFC 9110 section 14). Nobody but who has the key may keep a copy on the way. */
export function sendFile(reply: FastifyReply, file: FileReply, contentType: string): FastifyReply {
  const { size, part, bytes } = file;
  reply.headers(apiHeaders).headers({ 'x-request-id': reply.request.id, 'accept-ranges': 'bytes' });
  reply.header('content-length', part === undefined ? size : part.last - part.first + 1);
  if (part !== undefined) {
    reply.status(206).header('content-range', `bytes ${part.first}-${part.last}/${size}`);
  }
  // The stream itself, so that it is closed when the client goes, read or not.
  return reply.type(contentType).send(bytes instanceof Readable ? bytes : Readable.from(bytes));
}

/** Answers with an error of the registry; `status` where HTTP has a finer one than the registry. */
export function sendRefusal(reply: FastifyReply, refusal: Refusal, status?: number): FastifyReply {
  const { error, retryAfterMs, headers } = refusal;
  reply.status(status ?? errorTable[error.reason].http);
  if (retryAfterMs !== undefined) reply.header('retry-after', Math.max(1, Math.ceil(retryAfterMs / 1000)));
  if (headers !== undefined) reply.headers(headers);
  if (errorTable[error.reason].http === 401) reply.header('www-authenticate', 'Bearer realm="parley"');
  return sendJson(reply, errorBody(error, reply.request.id));
}

/** What a failure that nobody expected comes to for the client, who learns nothing of the inside. */
export function refusalOf(failure: unknown): Refusal {
  if (failure instanceof StoreUnavailable) {
    return { error: apiError('UNAVAILABLE', { problem: failure.message }), retryAfterMs: storeRetryMs };
  }
  return { error: apiError('INTERNAL', {}) };
}

/** Notes a failure under the request's id, where whoever is told that id will find it. */
export function logFailure(log: HttpDeps['log'], reply: FastifyReply, failure: unknown): void {
  log.error({ err: failure, request_id: reply.request.id }, 'a request failed');
}
