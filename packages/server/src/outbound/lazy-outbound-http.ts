import type { OutboundHttp, OutboundHttpOptions } from './outbound-http.ts';

/**
 * The same as `createOutboundHttp`, but its HTTP client is loaded with the first request: it is a tenth of the start
 * and of the memory of a server that sends nothing yet.
 */
export function createLazyOutboundHttp(options: OutboundHttpOptions): OutboundHttp {
  let loading: Promise<OutboundHttp> | undefined;
  const load = (): Promise<OutboundHttp> =>
    (loading ??= import('./outbound-http.ts').then(({ createOutboundHttp }) => createOutboundHttp(options)));
  return {
    request: async (request) => await (await load()).request(request),
    close: async () => await (await loading)?.close(),
    destroy: async () => await (await loading)?.destroy(),
  };
}
