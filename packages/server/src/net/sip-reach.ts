import { isIP, isIPv6 } from 'node:net';
import { nilId } from '@parley/contract';
import type { DialAttempt, NextHop } from '@parley/core';
import { type Path, parseUri } from '@parley/sip';
import type { Reach, Reached } from '../switchboard/calls-out.ts';

/** What is asked of the name service. Each rejects when there is no answer. */
export interface NameService {
  /** RFC 2782 records of `_sip._udp.example.com`. */
  readonly srv: (name: string) => Promise<readonly SrvRecord[]>;
  /** Addresses of a host, in the order in which they are to be tried. */
  readonly addresses: (host: string, family: 4 | 6) => Promise<readonly string[]>;
}

export interface SrvRecord {
  readonly name: string;
  readonly port: number;
  readonly priority: number;
  readonly weight: number;
}

export interface ReachDeps {
  readonly names: NameService;
  /** Where we send from. */
  readonly local: () => Path['local'];
  /** 0 <= n < 1, to choose among equals. */
  readonly fraction: () => number;
  readonly credentialsOf: (providerId: string) => Promise<Reached['credentials']>;
}

const sipPort = 5060;

/**
 * Finds the server that an INVITE goes to (RFC 3263): an address as it is; a name with a port, by its addresses; a name
 * without one, by its SRV records, and without those by its addresses.
 */
export function createReach(deps: ReachDeps): Reach {
  return async (attempt) => {
    const hop = attempt.nextHop ?? hopOf(attempt);
    const transport = hop.transport ?? 'UDP';
    const local = deps.local();
    const remote = await serverOf(deps, hop, transport, isIPv6(local.address) ? 6 : 4);
    const credentials =
      attempt.providerId === nilId ? undefined : await deps.credentialsOf(attempt.providerId);
    const path: Path = {
      transport,
      local,
      remote,
      ...(hop.connection !== undefined && { connection: hop.connection }),
    };
    return credentials === undefined ? { path } : { path, credentials };
  };
}

/** What the Request-URI says. */
function hopOf({ uri }: DialAttempt): NextHop {
  const parsed = parseUri(uri);
  if (!parsed.ok) throw new Error(`${uri} is no SIP address`);
  const { host, port, params } = parsed.value;
  const transport = params.get('transport')?.toUpperCase();
  if (transport !== undefined && transport !== 'UDP' && transport !== 'TCP')
    throw new Error(`${uri} asks for ${transport}; calls are sent over UDP and TCP`);
  return { host, port, transport };
}

async function serverOf(
  { names, fraction }: ReachDeps,
  { host, port }: NextHop,
  transport: 'UDP' | 'TCP',
  family: 4 | 6,
): Promise<Path['remote']> {
  const bare = host.replace(/^\[(.*)\]$/, '$1');
  if (isIP(bare) !== 0) return { address: bare, port: port ?? sipPort };
  const records = port === undefined ? await srvRecords(names, bare, transport) : [];
  const chosen = chooseRecord(records, fraction);
  const name = chosen?.name ?? bare;
  const [address] = await names.addresses(name, family);
  if (address === undefined) throw new Error(`${name} has no address`);
  return { address, port: chosen?.port ?? port ?? sipPort };
}

/** None is no error: then the host's addresses count. */
async function srvRecords(
  names: NameService,
  host: string,
  transport: 'UDP' | 'TCP',
): Promise<readonly SrvRecord[]> {
  try {
    return await names.srv(`_sip._${transport.toLowerCase()}.${host}`);
  } catch {
    return [];
  }
}

/** Among those of the lowest priority, each as often as its weight says (RFC 2782). */
export function chooseRecord(records: readonly SrvRecord[], fraction: () => number): SrvRecord | undefined {
  const lowest = Math.min(...records.map(({ priority }) => priority));
  const equals = records.filter(({ priority }) => priority === lowest);
  const total = equals.reduce((sum, { weight }) => sum + weight, 0);
  let left = fraction() * total;
  for (const record of equals) {
    left -= record.weight;
    if (left < 0) return record;
  }
  return equals.at(-1);
}
