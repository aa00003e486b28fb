import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Provider, Route } from '@parley/contract';
import { freeUdpPort, untilListening } from './free-port.ts';
import type { ServerProcess } from './server-process.ts';
import { SippRun } from './sipp.ts';
import type { Stage } from './stage.ts';
import { until } from './until.ts';

const scenarioFolder = fileURLToPath(new URL('../scenarios/', import.meta.url));

/** SIPp as a carrier: takes calls until the end of the test. */
export class SippCarrier {
  readonly port: number;
  readonly #run: SippRun;

  constructor(port: number, run: SippRun) {
    this.port = port;
    this.#run = run;
  }

  /** The INVITEs that it got, one for each time they were sent. */
  async invites(): Promise<string[]> {
    return await this.#requests('INVITE');
  }

  /** Resolves when it has got so many requests of that method. */
  async got(method: string, count = 1): Promise<string[]> {
    return await until(`${count} ${method} at a carrier`, async () => {
      const found = await this.#requests(method);
      return found.length >= count ? found : undefined;
    });
  }

  async #requests(method: string): Promise<string[]> {
    const messages = (await this.#run.messages()).split(/^-{20,}.*$/m);
    return messages
      .filter((message) => / received /.test(message))
      .map((message) => message.slice(message.indexOf(`${method} sip:`)))
      .filter((message) => message.startsWith(`${method} sip:`));
  }
}

export async function startSippCarrier(stage: Stage, scenario: string): Promise<SippCarrier> {
  const folder = await stage.folder();
  const port = await freeUdpPort();
  const program = stage.program({
    command: 'sipp',
    folder,
    args: [
      '-sf',
      join(scenarioFolder, scenario),
      ...`-i 127.0.0.1 -p ${port} -mp ${await freeUdpPort()} -t u1 -nostdin`.split(' '),
      ...'-trace_msg -message_file messages.log -trace_err -error_file errors.log'.split(' '),
    ],
  });
  stage.onFailure(() => `${scenario}:\n${readFileSync(join(folder, 'messages.log'), 'utf8').slice(-4000)}`);
  await untilListening(port);
  return new SippCarrier(port, new SippRun(program, folder));
}

export interface ProviderWish extends Partial<Omit<Provider, 'hostname' | 'port'>> {
  readonly password?: string;
  /** Of its route to all numbers. */
  readonly priority?: number;
}

/** A provider at that carrier, that every number is routed to; resolves when it has been found well. */
export async function routeTo(
  server: ServerProcess,
  carrier: Pick<SippCarrier, 'port'>,
  { priority = 0, ...wish }: ProviderWish = {},
): Promise<Provider> {
  const { port } = carrier;
  const settings = { hostname: '127.0.0.1', port, allowed_prefixes: ['all'], ...wish };
  const { id } = await server.api.post<Provider>('/v1.0/providers', settings);
  await server.api.post<Route>('/v1.0/routes', { provider_id: id, target: 'all', priority });
  return await until('a provider that is well', async () => {
    const provider = await server.api.get<Provider>(`/v1.0/providers/${id}`);
    return provider.health_status === 'healthy' ? provider : undefined;
  });
}
