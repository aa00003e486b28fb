import { readFile } from 'node:fs/promises';
import type { HandlerContext, Handlers } from '../handler.ts';
import { answer, refuseForNow } from '../outcome.ts';

/** Starting takes a second or two, draining ends with the process. */
const notReadyRetryMs = 2_000;

export function createProbeHandlers(
  { deps }: HandlerContext,
  openapiFile: URL,
): Pick<Handlers, 'ping' | 'ready' | 'metrics' | 'getOpenapi'> {
  let openapi: object | undefined;
  return {
    ping: async () => answer({ status: 'up' }),
    async ready() {
      const readiness = deps.ready();
      if (readiness.ok) return answer({ status: 'ready' });
      return refuseForNow('UNAVAILABLE', { problem: readiness.why }, notReadyRetryMs);
    },
    metrics: async () => answer(await deps.metrics.metrics()),
    async getOpenapi() {
      openapi ??= JSON.parse(await readFile(openapiFile, 'utf8')) as object;
      return answer(openapi);
    },
  };
}
