import { type FileReply, type OperationId, operationIds, type Operation, operations } from '@parley/contract';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Authentication, Caller } from './authentication.ts';
import type { HttpDeps } from './deps.ts';
import type { Handlers } from './handler.ts';
import { type Outcome, refuse } from './outcome.ts';
import { logFailure, refusalOf, sendFile, sendJson, sendRefusal, sendText } from './reply.ts';
import { type CheckedRequest, createRequestCheck } from './request-check.ts';

/** Who sent a request, once that is known. Held beside the requests: they are Fastify's. */
export type Callers = WeakMap<FastifyRequest, Caller>;

type AnyHandler = (
  request: CheckedRequest & {
    readonly caller: Caller | undefined;
    readonly address: string;
    readonly range: string | undefined;
    readonly signal: AbortSignal;
  },
) => Promise<Outcome<unknown>>;

interface RouteParts {
  readonly deps: Pick<HttpDeps, 'log' | 'metrics'>;
  readonly authentication: Authentication;
  readonly callers: Callers;
}

/** A route for each operation of the contract. */
export function addOperationRoutes(app: FastifyInstance, handlers: Handlers, parts: RouteParts): void {
  // Handlers and operations are tables over the same ids, so what an operation has checked is what its handler takes.
  for (const id of operationIds) addRoute(app, id, handlers[id] as unknown as AnyHandler, parts);
}

/** `/v1.0/calls/{id}` as Fastify writes it. */
export function routePath(path: string): string {
  return path.replaceAll(/\{(\w+)\}/g, ':$1');
}

function addRoute(app: FastifyInstance, id: OperationId, handler: AnyHandler, parts: RouteParts): void {
  const operation: Operation = operations[id];
  const { deps, callers } = parts;
  const check = createRequestCheck(operation);
  app.route({
    method: operation.method,
    url: routePath(operation.path),
    config: { operationId: id },
    // Before the body is read: who is not known does not get to send one.
    ...(operation.auth === 'key' ? { onRequest: createDoor(operation, parts) } : {}),
    async handler(request, reply) {
      const checked = check(request);
      if (!checked.ok) return sendRefusal(reply, checked);
      const outcome = await run(deps, reply, () =>
        handler({
          ...checked.value,
          caller: callers.get(request),
          address: request.ip,
          range: request.headers['if-range'] === undefined ? request.headers.range : undefined,
          signal: signalOf(reply),
        }),
      );
      if (!outcome.ok) return sendRefusal(reply, outcome);
      return sendValue(deps, reply, operation, outcome.value);
    },
  });
}

/** Each operation's handler answers what the operation says it does. */
function sendValue(
  deps: RouteParts['deps'],
  reply: FastifyReply,
  { reply: { contentType } }: Operation,
  value: unknown,
): FastifyReply {
  if (contentType === 'application/json') return sendJson(reply, value);
  if (contentType === 'text/plain') return sendText(reply, String(value), deps.metrics.contentType);
  return sendFile(reply, value as FileReply, contentType);
}

const forKeys = "the token of an agent opens only what is the agent's own";

function createDoor(operation: Operation, { deps, authentication, callers }: RouteParts) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<unknown> => {
    const caller = await run(deps, reply, () => authentication.authenticate(tokenOf(request), request.ip));
    if (!caller.ok) return sendRefusal(reply, caller);
    if (caller.value.session !== undefined && operation.agents !== true) {
      return sendRefusal(reply, refuse('PERMISSION_DENIED', { problem: forKeys }));
    }
    callers.set(request, caller.value);
    return undefined;
  };
}

/** A failure nobody expected is logged and becomes a refusal that tells nothing of the inside. */
async function run<T>(
  deps: Pick<HttpDeps, 'log'>,
  reply: FastifyReply,
  work: () => Promise<Outcome<T>>,
): Promise<Outcome<T>> {
  try {
    return await work();
  } catch (failure) {
    logFailure(deps.log, reply, failure);
    return { ok: false, ...refusalOf(failure) };
  }
}

/** The header first: whoever can set one means it. */
function tokenOf(request: FastifyRequest): string | undefined {
  const match = /^bearer +(\S+) *$/i.exec(request.headers.authorization ?? '');
  if (match !== null) return match[1];
  const { accesskey } = request.query as Readonly<Record<string, unknown>>;
  return typeof accesskey === 'string' ? accesskey : undefined;
}

/** Aborts when the connection is gone before the answer is. */
function signalOf(reply: FastifyReply): AbortSignal {
  const controller = new AbortController();
  reply.raw.once('close', () => controller.abort());
  return controller.signal;
}
