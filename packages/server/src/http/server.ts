import type { AddressInfo } from 'node:net';
import { type FastifyError, type FastifyInstance, fastify, type InjectOptions } from 'fastify';
import { addressKey, isLoopback } from './address-key.ts';
import { createAuthentication } from './authentication.ts';
import { addBodyParser, unsupported } from './body-parser.ts';
import { createChange } from './change.ts';
import { createClientErrorHandler } from './client-error.ts';
import type { HttpDeps } from './deps.ts';
import { createEventWaiters } from './event-waiters.ts';
import { createHandlers } from './handlers/all.ts';
import { createLoginGuard } from './login-guard.ts';
import { addMissingRoutes, refusalOfPath } from './missing-routes.ts';
import { observe, operationOf } from './observation.ts';
import { addOperationRoutes, type Callers } from './operation-routes.ts';
import { type Refusal, refuse, refuseForNow } from './outcome.ts';
import { addPageRoutes, pagePaths } from './page-routes.ts';
import { createRateLimit } from './rate-limit.ts';
import { logFailure, refusalOf, sendRefusal } from './reply.ts';
import { defaultHttpSettings, type HttpSettings } from './settings.ts';
import { guardReads, guardStatistics } from './store-access.ts';

/** What `inject` answers. */
export interface InjectedReply {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string | number | readonly string[] | undefined>>;
  readonly body: string;
}

export interface HttpServer {
  /** Rejects when the address cannot be had. Port 0: any that is free; see `address`. */
  listen(host: string, port: number): Promise<void>;
  /** Where it listens; undefined before it does. */
  address(): { readonly host: string; readonly port: number } | undefined;
  /** Answers a request without a socket: for tests and the simulator. */
  inject(request: InjectOptions): Promise<InjectedReply>;
  /** Takes no new requests, ends those that wait for events, and lets the others finish, if they do soon. Idempotent. */
  close(): Promise<void>;
}

/** After this much time, connections that still have a request are cut. */
const closeGraceMs = 5_000;

/** The REST API, the probes and the API's pages. */
export function createHttpServer(given: HttpDeps): HttpServer {
  const settings: HttpSettings = { ...defaultHttpSettings, ...given.settings };
  const deps: HttpDeps = {
    ...given,
    store: guardReads(given.store),
    statistics: guardStatistics(given.statistics),
  };
  const app = createApp(deps, settings);
  const waiters = createEventWaiters(deps, settings.eventWaiters);
  const authentication = createAuthentication(deps, settings);
  const callers: Callers = new WeakMap();
  const change = createChange(deps, authentication);
  const logins = createLoginGuard(settings);

  observe(app, deps, waiters, (request) => callers.get(request)?.customer.id);
  let open = false;
  limitRate(app, deps, settings, (address) => settings.trustLoopback && !open && isLoopback(address));
  addBodyParser(app, settings.bodyBytes);
  addErrorHandler(app, deps, settings);
  addOperationRoutes(app, createHandlers({ deps, change, waiters, logins }, settings.openapiFile), {
    deps,
    authentication,
    callers,
  });
  addPageRoutes(app);
  addMissingRoutes(app, pagePaths);

  let closing: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    waiters.close();
    const cancel = deps.clock.after(closeGraceMs, () => app.server.closeAllConnections());
    await app.close();
    cancel();
  };
  return {
    async listen(host, port) {
      open = host !== 'localhost' && !isLoopback(host);
      await app.listen({ host, port });
    },
    address: () => addressOf(app.server.address()),
    inject: async (request) => await app.inject(request),
    close: () => (closing ??= close()),
  };
}

/** Routes have no schemas for Fastify: operations check what they get. Its own compilers, 5 MB, are loaded unless others are named. */
function noCompiler(): never {
  throw new Error('a route has a schema for Fastify; it belongs into the contract');
}

function createApp(deps: HttpDeps, settings: HttpSettings): FastifyInstance {
  const app = fastify({
    // The hooks of `observe` log, with the URL redacted; Fastify's own lines would not be.
    logger: false,
    schemaController: { compilersFactory: { buildValidator: noCompiler, buildSerializer: noCompiler } },
    bodyLimit: settings.bodyBytes,
    requestTimeout: settings.requestMs,
    connectionTimeout: settings.idleSocketMs,
    keepAliveTimeout: settings.keepAliveMs,
    http: {
      maxHeaderSize: settings.headerBytes,
      headersTimeout: settings.headersMs,
      // How often Node looks for requests that are late.
      connectionsCheckingInterval: Math.min(2_000, settings.headersMs),
    },
    trustProxy: settings.trustedProxies.length === 0 ? false : [...settings.trustedProxies],
    return503OnClosing: false,
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: 512, ignoreTrailingSlash: true },
    genReqId: (request) => requestId(request.headers['x-request-id']) ?? `req_${deps.chance.id()}`,
    clientErrorHandler: createClientErrorHandler(deps.chance, settings),
    // What was asked for is not a path: percent signs that encode nothing, or a segment of absurd length.
    frameworkErrors: (_error, request, reply) => {
      sendRefusal(reply, refusalOfPath(request.method, request.url));
    },
  });
  app.server.maxConnections = settings.connections;
  return app;
}

/** A client may choose the id, to find its own request again; anything that could disturb a log is not taken. */
function requestId(header: string | string[] | undefined): string | undefined {
  return typeof header === 'string' && /^[A-Za-z0-9._:-]{1,64}$/.test(header) ? header : undefined;
}

const probes = new Set(['ping', 'ready', 'metrics']);

function limitRate(
  app: FastifyInstance,
  deps: HttpDeps,
  settings: HttpSettings,
  isTrusted: (address: string) => boolean,
): void {
  const limit = createRateLimit(settings.apiRate, settings.addresses);
  app.addHook('onRequest', async (request, reply) => {
    if (isTrusted(request.ip) || probes.has(operationOf(request))) return undefined;
    const waitMs = limit.take(addressKey(request.ip), deps.clock.now().mono);
    return waitMs === 0 ? undefined : sendRefusal(reply, refuseForNow('RATE_LIMIT_EXCEEDED', {}, waitMs));
  });
}

/** What goes wrong inside Fastify itself, before or around the handlers. */
function addErrorHandler(app: FastifyInstance, deps: HttpDeps, settings: HttpSettings): void {
  app.setErrorHandler((error: FastifyError, request, reply) => {
    const refusal = refusalOfBody(error, request.headers['content-type'] ?? '', settings);
    if (refusal !== undefined) return sendRefusal(reply, refusal);
    logFailure(deps.log, reply, error);
    return sendRefusal(reply, refusalOf(error));
  });
}

function refusalOfBody(error: FastifyError, type: string, settings: HttpSettings): Refusal | undefined {
  switch (error.code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return refuse('PAYLOAD_TOO_LARGE', { limit: settings.bodyBytes });
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE': {
      const refused = unsupported(type);
      return refused.ok ? undefined : refused;
    }
    case 'FST_ERR_CTP_INVALID_CONTENT_LENGTH':
    case 'ECONNRESET':
      return refuse('INVALID_JSON_BODY', { problem: 'it broke off before its end' });
    default:
      return undefined;
  }
}

function addressOf(address: AddressInfo | string | null): { host: string; port: number } | undefined {
  return address === null || typeof address === 'string'
    ? undefined
    : { host: address.address, port: address.port };
}
