import { readKeptKey } from '../first-start.ts';
import type { Terminal } from './command.ts';
import { UsageError } from './command.ts';

/** Where the commands find a running Parley: the same variables that it was started with. */
export interface ServerAddress {
  readonly host: string;
  readonly httpPort: number;
  readonly sipPort: number;
  readonly accessKey: string | undefined;
}

export function serverAddress(environment: Terminal['environment']): ServerAddress {
  const port = (name: string, standard: number): number => {
    const text = environment[name] ?? String(standard);
    if (!/^\d{1,5}$/.test(text))
      throw new UsageError(`${name} has to be a port, not ${JSON.stringify(text)}`);
    return Number(text);
  };
  const host = environment['PARLEY_HOST'] ?? '127.0.0.1';
  return {
    host: host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host,
    httpPort: port('PARLEY_HTTP_PORT', 8080),
    sipPort: port('PARLEY_SIP_PORT', 5060),
    accessKey: environment['PARLEY_ACCESS_KEY'] ?? readKeptKey(environment['PARLEY_DATA_DIR'] ?? './data'),
  };
}
