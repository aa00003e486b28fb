import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { residentMb } from '../machine/proc.ts';
import { ApiClient } from './api-client.ts';
import { Inspector } from './inspector.ts';
import type { Program, Programs } from './program.ts';

export const startFile = fileURLToPath(new URL('../../../packages/server/src/start.ts', import.meta.url));
export const accessKey = 'parley_benchmark_key';

const startMs = 60_000;

export interface ServerOptions {
  /** Made when it is not there. */
  readonly dataDir: string;
  /** Such as `PARLEY_MAX_CALLS`. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Whether its threads can be looked into; that makes it a little slower. */
  readonly inspected?: boolean;
  /** Started by this instead, such as `npm start`. */
  readonly command?: { readonly command: string; readonly args: readonly string[]; readonly folder: string };
}

/** The server as a user runs it, in a process of its own. */
export class ServerUnderTest {
  readonly api: ApiClient;
  readonly sipPort: number;
  readonly httpPort: number;
  /** When it was asked for. */
  readonly inspector: Inspector | undefined;
  readonly #program: Program;

  private constructor(program: Program, { sipPort, httpPort }: Listening, inspector: Inspector | undefined) {
    this.#program = program;
    this.inspector = inspector;
    this.sipPort = sipPort;
    this.httpPort = httpPort;
    this.api = new ApiClient(`http://127.0.0.1:${httpPort}`, accessKey);
  }

  /** Resolves when it has said that it takes calls. */
  static async start(programs: Programs, options: ServerOptions): Promise<ServerUnderTest> {
    const program = launchServer(programs, options);
    const inspecting = options.inspected === true ? inspect(program) : undefined;
    const listening = await greeting(program);
    return new ServerUnderTest(program, listening, await inspecting);
  }

  get pid(): number {
    return this.#program.pid;
  }

  get residentMb(): number {
    return residentMb(this.pid);
  }

  /** Ends it at once; live calls are hung up. */
  async stop(): Promise<void> {
    this.inspector?.close();
    await this.#program.end('SIGINT');
  }
}

/** Starts the server without waiting for anything. */
export function launchServer(programs: Programs, options: ServerOptions): Program {
  const { dataDir, settings = {}, inspected = false } = options;
  mkdirSync(dataDir, { recursive: true });
  const how = options.command ?? {
    command: process.execPath,
    args: [...(inspected ? ['--inspect=127.0.0.1:0'] : []), startFile],
    folder: dataDir,
  };
  return programs.start({
    ...how,
    environment: {
      PARLEY_HTTP_PORT: '0',
      PARLEY_SIP_PORT: '0',
      PARLEY_DATA_DIR: join(dataDir, 'data'),
      PARLEY_ACCESS_KEY: accessKey,
      PARLEY_LOG_LEVEL: 'error',
      ...settings,
    },
    stdio: ['ignore', 'pipe', inspected ? 'pipe' : 'inherit'],
  });
}

const sipLine = /^Parley takes calls at sip:127\.0\.0\.1:(\d+) /;
const apiLine = /^ {2}API {2}http:\/\/127\.0\.0\.1:(\d+)\/v1\.0 /;

export interface Listening {
  readonly sipPort: number;
  readonly httpPort: number;
}

/** Where a server listens, as soon as it has said so. Rejects when it ends, or says nothing in time. */
export function greeting(program: Program): Promise<Listening> {
  return new Promise((resolve, reject) => {
    const { stdout } = program.child;
    if (stdout === null) throw new Error('the server has to be started with its output in a pipe');
    let sipPort = 0;
    const tooLong = setTimeout(() => reject(new Error('the server did not start in time')), startMs);
    createInterface({ input: stdout }).on('line', (line) => {
      sipPort = Number(sipLine.exec(line)?.[1] ?? sipPort);
      const httpPort = Number(apiLine.exec(line)?.[1] ?? 0);
      if (httpPort === 0) return;
      clearTimeout(tooLong);
      resolve({ sipPort, httpPort });
    });
    program.ended.then(
      (how) => {
        clearTimeout(tooLong);
        reject(new Error(`the server ended with ${how}`));
      },
      (error: Error) => reject(error),
    );
  });
}

const inspectorLine = /^Debugger listening on (ws:\/\/127\.0\.0\.1:\d+\/\S+)/;

/** Everything else that comes there is passed on. */
async function inspect(program: Program): Promise<Inspector> {
  const { stderr } = program.child;
  if (stderr === null) throw new Error('an inspected server has its errors in a pipe');
  const url = await new Promise<string>((resolve) => {
    createInterface({ input: stderr }).on('line', (line) => {
      const found = inspectorLine.exec(line)?.[1];
      if (found !== undefined) resolve(found);
      else if (!/^(For help, see|Debugger (attached|ending)|Waiting for)/.test(line)) console.error(line);
    });
  });
  return await Inspector.connect(url);
}
