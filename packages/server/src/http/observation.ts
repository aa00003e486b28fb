import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Counter, Gauge, Histogram } from 'prom-client';
import type { HttpDeps } from './deps.ts';
import type { EventWaiters } from './event-waiters.ts';
import { redactUrl } from './url-redaction.ts';

/** From a read out of memory to a commit behind a slow disk; waits for events are left out of it. */
const durationBuckets = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** The contract's id of the operation that a request was for; `none` for pages and for what does not exist. */
export function operationOf(request: FastifyRequest): string {
  const config = request.routeOptions.config as { readonly operationId?: string };
  return config.operationId ?? 'none';
}

/** Counts and logs every answer. Access keys are in neither: the URL is redacted, headers are left out. */
export function observe(
  app: FastifyInstance,
  deps: Pick<HttpDeps, 'metrics' | 'log'>,
  waiters: EventWaiters,
  callerOf: (request: FastifyRequest) => string | undefined,
): void {
  const registers = [deps.metrics];
  const requests = new Counter({
    name: 'parley_http_requests_total',
    help: 'Answered requests by operation and HTTP status.',
    labelNames: ['operation', 'status'] as const,
    registers,
  });
  const durations = new Histogram({
    name: 'parley_http_request_duration_seconds',
    help: 'From the arrival of a request to the end of its answer; without those for events, which wait.',
    labelNames: ['operation'] as const,
    buckets: durationBuckets,
    registers,
  });
  const waiting = new Gauge({
    name: 'parley_http_event_waiters',
    help: 'Requests waiting for events now.',
    registers: [],
    collect() {
      this.set(waiters.count());
    },
  });
  deps.metrics.registerMetric(waiting);

  app.addHook('onResponse', (request, reply, done) => {
    const operation = operationOf(request);
    requests.inc({ operation, status: reply.statusCode });
    if (operation !== 'listEvents') durations.observe({ operation }, reply.elapsedTime / 1000);
    deps.log.debug(
      {
        request_id: request.id,
        method: request.method,
        url: redactUrl(request.url),
        operation,
        status: reply.statusCode,
        ms: Math.round(reply.elapsedTime * 1000) / 1000,
        address: request.ip,
        customer_id: callerOf(request),
      },
      'request',
    );
    done();
  });
}
