import { apiError, errorBody, errorTable } from '@parley/contract';
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

/** Answers with an error of the registry; `status` where HTTP has a finer one than the registry. */
export function sendRefusal(reply: FastifyReply, refusal: Refusal, status?: number): FastifyReply {
  const { error, retryAfterMs } = refusal;
  reply.status(status ?? errorTable[error.reason].http);
  if (retryAfterMs !== undefined) reply.header('retry-after', Math.max(1, Math.ceil(retryAfterMs / 1000)));
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
