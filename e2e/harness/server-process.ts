import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { ActionInput, Flow } from '@parley/contract';
import { ApiClient } from './api-client.ts';
import { rtpPortRange } from './free-port.ts';
import { type Exit, Program } from './program.ts';
import type { WebhookReceiver } from './webhook-receiver.ts';

export interface ServerOptions {
  /** Such as `PARLEY_MAX_CALLS`. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Events go there from the start on. */
  readonly receiver?: WebhookReceiver;
  /** Where another one has run before; otherwise an empty folder. */
  readonly dataDir?: string;
}

export const startFile = fileURLToPath(new URL('../../packages/server/src/start.js', import.meta.url));

/** The access key of every test server. */
export const accessKey = 'an-access-key-for-tests';

/** A cold start compiles a few hundred files, beside whatever else the machine does. */
const startMs = 30_000;

export interface LogLine {
  /** As in pino: 30 info, 40 warn, 50 error, 60 fatal. */
  readonly level: number;
  readonly msg: string;
  readonly line: string;
}

/** The server as a user runs it: a process of its own, known by what it prints and by its ports. */
export class ServerProcess {
  readonly program: Program;
  readonly dataDir: string;
  /** Log lines of level error and above that the test expects. */
  readonly expectedErrors: RegExp[] = [];
  readonly #options: ServerOptions;
  #httpPort = 0;
  #sipPort = 0;

  constructor(options: ServerOptions, dataDir: string, workingFolder: string) {
    this.#options = options;
    this.dataDir = dataDir;
    this.program = new Program({
      command: process.execPath,
      args: [startFile],
      folder: workingFolder,
      environment: serverSettings(dataDir, options.settings),
    });
  }

  get httpPort(): number {
    return this.#httpPort;
  }

  get sipPort(): number {
    return this.#sipPort;
  }

  get api(): ApiClient {
    return new ApiClient(`http://127.0.0.1:${this.#httpPort}`, accessKey);
  }

  /** Resolves when it takes calls. */
  async ready(): Promise<this> {
    const { stdout } = this.program;
    this.#sipPort = portIn(await stdout.first('SIP line', (line) => sipLine.test(line), startMs), sipLine);
    this.#httpPort = portIn(await stdout.first('API line', (line) => apiLine.test(line), startMs), apiLine);
    const { receiver } = this.#options;
    if (receiver !== undefined) receiver.trust((await this.api.sendEventsTo(receiver.url)).webhook_secret);
    return this;
  }

  /** A number that runs these actions. */
  async number(number: string, actions: readonly ActionInput[]): Promise<Flow> {
    return await this.api.number(number, actions);
  }

  /** As a power cut would. */
  async kill(): Promise<Exit> {
    this.program.kill();
    return await this.program.end();
  }

  log(): LogLine[] {
    return this.program.stderr.entries.map((line) => {
      try {
        const { level, msg } = JSON.parse(line) as { level?: number; msg?: string };
        return { level: level ?? 0, msg: msg ?? '', line };
      } catch {
        return { level: 60, msg: line, line };
      }
    });
  }

  unexpectedErrors(): LogLine[] {
    return this.log().filter(
      ({ level, line }) => level >= 50 && !this.expectedErrors.some((expected) => expected.test(line)),
    );
  }

  /** Resident memory in kilobytes, as the kernel counts it. */
  residentKb(): number {
    const status = readFileSync(`/proc/${this.program.pid}/status`, 'utf8');
    return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1]);
  }
}

/** The environment of a server with ports of its own. */
export function serverSettings(
  dataDir: string,
  settings: Readonly<Record<string, string>> = {},
): Record<string, string> {
  return {
    PARLEY_HTTP_PORT: '0',
    PARLEY_SIP_PORT: '0',
    PARLEY_RTP_PORTS: rtpPortRange(),
    PARLEY_DATA_DIR: dataDir,
    PARLEY_ACCESS_KEY: accessKey,
    ...settings,
  };
}

const sipLine = /^Parley takes calls at sip:[\d.]+:(\d+) \(UDP and TCP\)\.$/;
const apiLine = /^ {2}API {2}http:\/\/[\d.]+:(\d+)\/v1\.0 /;

function portIn(line: string, pattern: RegExp): number {
  return Number(pattern.exec(line)?.[1]);
}
