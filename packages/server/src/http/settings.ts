import { limits } from '@parley/contract';
import type { Rate } from './rate-limit.ts';

/** How much the HTTP side takes from the world. Times in milliseconds, sizes in bytes. */
export interface HttpSettings {
  readonly bodyBytes: number;
  readonly headerBytes: number;
  /** A request has to have arrived, head and body, by then: nobody holds a socket by sending slowly. */
  readonly requestMs: number;
  /** The same for the head alone. */
  readonly headersMs: number;
  /** A socket on which nothing happens at all is closed; longer than the longest wait for events. */
  readonly idleSocketMs: number;
  /** How long a connection stays open for the next request. */
  readonly keepAliveMs: number;
  readonly connections: number;
  /** Requests of one address. */
  readonly apiRate: Rate;
  /** Wrong access keys from one address. */
  readonly wrongKeyRate: Rate;
  /** Logins with a wrong password from one address, and with one user name. */
  readonly wrongLoginRate: Rate;
  readonly wrongPasswordRate: Rate;
  /**
   * `apiRate` is not applied to loopback: who is on this machine has cheaper ways to keep it busy. Holds only while the
   * server listens on loopback itself; else a proxy on the same machine may stand for anybody.
   */
  readonly trustLoopback: boolean;
  /** Addresses that each rate limit remembers. */
  readonly addresses: number;
  /** Whose `X-Forwarded-For` is believed: addresses or CIDR ranges of proxies in front. */
  readonly trustedProxies: readonly string[];
  /** For how long a key that was found good is not looked up again; other nodes notice its end this late. */
  readonly keyCacheMs: number;
  readonly keyCacheSize: number;
  /** Requests waiting for events at one time, over all customers. */
  readonly eventWaiters: number;
  /** The OpenAPI document; generated from the contract by `npm run generate`. */
  readonly openapiFile: URL;
}

export const defaultHttpSettings: HttpSettings = {
  bodyBytes: limits.bodyBytes,
  headerBytes: 16_384,
  requestMs: 15_000,
  headersMs: 10_000,
  idleSocketMs: limits.eventWaitSeconds * 1000 + 20_000,
  keepAliveMs: 65_000,
  connections: 4096,
  apiRate: { perSecond: 200, burst: 400 },
  wrongKeyRate: { perSecond: 10, burst: 20 },
  wrongLoginRate: { perSecond: 1, burst: 50 },
  wrongPasswordRate: { perSecond: 0.1, burst: 10 },
  trustLoopback: true,
  addresses: 10_000,
  trustedProxies: [],
  keyCacheMs: 5_000,
  keyCacheSize: 1_000,
  eventWaiters: 1_000,
  openapiFile: new URL('../../../../docs/reference/openapi.json', import.meta.url),
};
