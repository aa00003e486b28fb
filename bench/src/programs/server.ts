import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { residentMb } from '../machine/proc.ts';
import { ApiClient } from './api-client.ts';
import type { Program, Programs } from './program.ts';

export const startFile = fileURLToPath(new URL('../../../packages/server/src/start.ts', import.meta.url));
export const accessKey = 'parley_benchmark_key';

const startMs = 60_000;

export interface ServerOptions {
  /** Made when it is not there. */
  readonly dataDir: string;
  /** Such as `PARLEY_MAX_CALLS`. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Profiles of all its threads are written there when it ends. */
  readonly profileFolder?: string | undefined;
  /** Started by this instead, such as `npm start`. */
  readonly command?: { readonly command: string; readonly args: readonly string[]; readonly folder: string };
}

/** The server as a user runs it, in a process of its own. */
export class ServerUnderTest {
  readonly api: ApiClient;
  readonly sipPort: number;
  readonly httpPort: number;
  readonly #program: Program;

  private constructor(program: Program, sipPort: number, httpPort: number) {
    this.#program = program;
    this.sipPort = sipPort;
    this.httpPort = httpPort;
    this.api = new ApiClient(`http://127.0.0.1:${httpPort}`, accessKey);
  }

  /** Resolves when it has said that it takes calls. */
  static async start(programs: Programs, options: ServerOptions): Promise<ServerUnderTest> {
    const program = launchServer(programs, options);
    const { sipPort, httpPort } = await greeting(program);
    return new ServerUnderTest(program, sipPort, httpPort);
  }

  get pid(): number {
    return this.#program.pid;
  }

  get residentMb(): number {
    return residentMb(this.pid);
  }

  /** Ends it at once; live calls are hung up. */
  async stop(): Promise<void> {
    await this.#program.end('SIGINT');
  }
}

/** Starts the server without waiting for anything. */
export function launchServer(programs: Programs, options: ServerOptions): Program {
  const { dataDir, settings = {}, profileFolder } = options;
  mkdirSync(dataDir, { recursive: true });
  const profiling = profileFolder === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profileFolder}`];
  const how = options.command ?? {
    command: process.execPath,
    args: [...profiling, startFile],
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
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

const sipLine = /^Parley takes calls at sip:127\.0\.0\.1:(\d+) /;
const apiLine = /^ {2}API {2}http:\/\/127\.0\.0\.1:(\d+)\/v1\.0 /;

/** Where a server listens, as soon as it has said so. Rejects when it ends, or says nothing in time. */
export function greeting(program: Program): Promise<{ readonly sipPort: number; readonly httpPort: number }> {
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
