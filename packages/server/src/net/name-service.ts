import { Resolver } from 'node:dns/promises';
import { lookup } from 'node:dns/promises';
import type { NameService } from './sip-reach.ts';

/** A caller hears nothing meanwhile. */
const timeoutMs = 2_000;

/** The name service of this machine: hosts by the system's own rules, so that `/etc/hosts` counts. */
export function createNameService(): NameService {
  const resolver = new Resolver({ timeout: timeoutMs, tries: 2 });
  return {
    srv: async (name) => await resolver.resolveSrv(name),
    addresses: async (host, family) =>
      (await lookup(host, { family, all: true })).map(({ address }) => address),
  };
}
