import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { residentMb } from '../machine/proc.ts';
import { ApiClient } from './api-client.ts';
import { Inspector } from './inspector.ts';
import type { Program, Programs } from './program.ts';

export const startFile = fileURLToPath(new URL('../../../packages/server/src/start.js', import.meta.url));
export const accessKey = 'parley_benchmark_key';

/** The first start of a checkout compiles everything, on a machine that may be busy. */
const startMs = 30_000;

export interface ServerOptions {
  /** Made when it is not there. */
  readonly dataDir: string;
  /** Such as `PARLEY_MAX_CALLS`. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Started by this instead, such as `npm start`. */
  readonly command?: { readonly command: string; readonly args: readonly string[]; readonly folder: string };
}

/** The server as a user runs it, in a process of its own. */
export class ServerUnderTest {
  readonly api: ApiClient;
  readonly sipPort: number;
  readonly httpPort: number;
  readonly #program: Program;
  #inspector: Inspector | undefined;

  private constructor(program: Program, { sipPort, httpPort }: Listening) {
    this.#program = program;
    this.sipPort = sipPort;
    this.httpPort = httpPort;
    this.api = new ApiClient(`http://127.0.0.1:${httpPort}`, accessKey);
  }

  /** Resolves when it has said that it takes calls. Rejects, with nothing left running, when it does not. */
  static async start(programs: Programs, options: ServerOptions): Promise<ServerUnderTest> {
    const program = launchServer(programs, options);
    const server = new ServerUnderTest(program, await greeting(program));
    program.onLine(passOn);
    return server;
  }

  get pid(): number {
    return this.#program.pid;
  }

  get residentMb(): number {
    return residentMb(this.pid);
  }

  /** Lets its threads be looked into from now on, which makes it a little slower and larger. */
  async inspector(): Promise<Inspector> {
    this.#inspector ??= await inspect(this.#program);
    return this.#inspector;
  }

  /** Ends it at once; live calls are hung up. */
  async stop(): Promise<void> {
    this.#inspector?.close();
    await this.#program.end('SIGINT');
  }
}

/** Starts the server without waiting for anything. */
export function launchServer(programs: Programs, options: ServerOptions): Program {
  const { dataDir, settings = {} } = options;
  mkdirSync(dataDir, { recursive: true });
  const how = options.command ?? {
    command: process.execPath,
    // Any free port, for when it is inspected.
    args: ['--inspect-port=127.0.0.1:0', startFile],
    folder: dataDir,
  };
  return programs.start({
    name: 'server',
    ...how,
    environment: {
      PARLEY_HTTP_PORT: '0',
      PARLEY_SIP_PORT: '0',
      PARLEY_DATA_DIR: join(dataDir, 'data'),
      PARLEY_ACCESS_KEY: accessKey,
      PARLEY_LOG_LEVEL: 'error',
      ...settings,
    },
  });
}

const sipLine = /^Parley takes calls at sip:127\.0\.0\.1:(\d+) /;
const apiLine = /^ {2}API {2}http:\/\/127\.0\.0\.1:(\d+)\/v1\.0 /;

export interface Listening {
  readonly sipPort: number;
  readonly httpPort: number;
}

/** Where a server listens, as soon as it has said so. Rejects when it ends, or says nothing in time: then it is ended. */
export function greeting(program: Program): Promise<Listening> {
  let sipPort = 0;
  return program.ready((line) => {
    sipPort = Number(sipLine.exec(line)?.[1] ?? sipPort);
    const httpPort = Number(apiLine.exec(line)?.[1] ?? 0);
    return httpPort === 0 ? undefined : { sipPort, httpPort };
  }, startMs);
}

const inspectorLine = /^Debugger listening on (ws:\/\/127\.0\.0\.1:\d+\/\S+)/;

async function inspect(program: Program): Promise<Inspector> {
  const url = program.ready((line) => inspectorLine.exec(line)?.[1], startMs);
  // Node's signal to listen for an inspector.
  program.child.kill('SIGUSR1');
  return await Inspector.connect(await url);
}

/** What it says of itself when it is greeted, stopped or inspected. */
const expected =
  /^( {2}\w|Parley is stopping|For help, see|Debugger (listening|attached|ending)|Waiting for)/;

/** A complaint of the server is for whoever measures. */
function passOn(line: string): void {
  if (!expected.test(line)) console.error(`   server: ${line}`);
}
