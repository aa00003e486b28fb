import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadSettings } from '../config/load.ts';
import { type Terminal, UsageError } from './command.ts';

/** Where the commands find a running Parley: by the same settings that it was started with. */
export interface ServerAddress {
  readonly host: string;
  readonly httpPort: number;
  readonly sipPort: number;
  readonly dataDir: string;
  /** As set; the key made at the first start lies in the data folder. */
  readonly accessKey: string | undefined;
}

/** From the environment and parley.config.json, as the server reads them. */
export function serverAddress(environment: Terminal['environment']): ServerAddress {
  const file = existsSync('parley.config.json') ? readFileSync('parley.config.json', 'utf8') : undefined;
  const loaded = loadSettings({ flags: [], environment, file });
  if (!loaded.ok) throw new UsageError(loaded.problems.join('\n'));
  const { host, httpPort, sipPort, dataDir, accessKey } = loaded.settings;
  return {
    host: reachable(host),
    httpPort,
    sipPort,
    dataDir,
    accessKey: accessKey === '' ? undefined : accessKey,
  };
}

/** Who listens on every address is found on loopback. */
function reachable(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  return host === '::' ? '::1' : host;
}

/** `HOST`, `HOST:PORT` or `[IPV6]:PORT`; the SIP port is 5060 when it is not said. */
export function parseServer(text: string): Pick<ServerAddress, 'host' | 'sipPort'> {
  const match = /^(?:\[([0-9A-Fa-f:.]+)\]|([A-Za-z0-9_.-]+))(?::(\d{1,5}))?$/.exec(text);
  const host = match?.[1] ?? match?.[2];
  const sipPort = Number(match?.[3] ?? 5060);
  if (host === undefined || sipPort < 1 || sipPort > 65_535)
    throw new UsageError(`--server takes HOST:PORT, such as 127.0.0.1:5060, not ${JSON.stringify(text)}`);
  return { host, sipPort };
}

/** The key to the API that is at hand, or why there is none. */
export function findAccessKey(
  address: ServerAddress,
): { readonly ok: true; readonly key: string } | { readonly ok: false; readonly problem: string } {
  if (address.accessKey !== undefined) return { ok: true, key: address.accessKey };
  const file = join(address.dataDir, 'access-key');
  try {
    return { ok: true, key: readFileSync(file, 'utf8').trim() };
  } catch (error) {
    const why = (error as { code?: string }).code === 'ENOENT' ? 'is not there' : 'cannot be read';
    return {
      ok: false,
      problem: `no access key: ${file} ${why}. Set PARLEY_DATA_DIR to the data folder of the server, or PARLEY_ACCESS_KEY to the key`,
    };
  }
}
