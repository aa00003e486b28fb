import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freeUdpPort, untilListening } from './free-port.ts';
import type { Exit, Program } from './program.ts';
import type { ServerProcess } from './server-process.ts';
import type { Stage } from './stage.ts';

export interface SippOptions {
  /** A file in `scenarios/`, or SIPp's own caller. */
  readonly scenario?: string;
  readonly number: string;
  /** Callers are named so, with a number behind it. */
  readonly callers?: string;
  readonly calls: number;
  /** New calls a second. */
  readonly rate: number;
  /** How long SIPp's own caller stays on the line. */
  readonly talkMs?: number;
  readonly transport?: 'u1' | 't1' | 'tn';
  /** It proves who it is: a PBX on a trunk. */
  readonly account?: { readonly domain: string; readonly username: string; readonly password: string };
  /** Where it calls from: a place at which it has registered. */
  readonly port?: number;
  /** How it makes Call-IDs, in its own words: `%u` is the number of the call. */
  readonly callIds?: string;
  /** What a scenario calls by other names than these. */
  readonly keys?: Readonly<Record<string, string | number>>;
  /** It is ended, as failed, after that. */
  readonly timeoutS?: number;
}

const scenarioFolder = fileURLToPath(new URL('../scenarios/', import.meta.url));

/** SIPp on its way: real SIP from a program that is not ours. */
export class SippRun {
  readonly program: Program;
  readonly folder: string;

  constructor(program: Program, folder: string) {
    this.program = program;
    this.folder = folder;
  }

  /** 0 when every call went as its scenario says. */
  async end(withinMs = 120_000): Promise<Exit> {
    return await this.program.end(withinMs);
  }

  /** Every message SIPp sent and got, as text. */
  async messages(): Promise<string> {
    return await readFile(join(this.folder, 'messages.log'), 'utf8').catch(() => '');
  }
}

export async function startSipp(stage: Stage, server: ServerProcess, options: SippOptions): Promise<SippRun> {
  const { scenario, number, callers = 'caller', calls, rate } = options;
  const { talkMs = 0, transport = 'u1', timeoutS, keys = {} } = options;
  return await runSipp(stage, options.port ?? (await freeUdpPort()), timeoutS, [
    `127.0.0.1:${server.sipPort}`,
    ...(scenario === undefined ? ['-sn', 'uac'] : ['-sf', join(scenarioFolder, scenario)]),
    ...`-s ${number} -m ${calls} -l ${calls} -r ${rate} -d ${talkMs} -t ${transport}`.split(' '),
    ...`-key callers ${callers}`.split(' '),
    ...Object.entries(keys).flatMap(([key, value]) => ['-key', key, `${value}`]),
    ...(options.callIds === undefined ? [] : ['-cid_str', options.callIds]),
    ...accountArguments(options),
  ]);
}

export interface CalleeOptions {
  /** A file in `scenarios/`. */
  readonly scenario: string;
  /** Where it says that it listens for sound. */
  readonly soundPort?: number;
  /** How long its pauses are. */
  readonly pauseMs?: number;
  /** How often it is called. */
  readonly calls?: number;
}

/** SIPp as the one who is called, once unless it says otherwise. */
export class SippCallee extends SippRun {
  readonly #port: number;

  constructor(run: SippRun, port: number) {
    super(run.program, run.folder);
    this.#port = port;
  }

  get uri(): string {
    return `sip:callee@127.0.0.1:${this.#port}`;
  }
}

export async function startSippCallee(
  stage: Stage,
  { scenario, soundPort = 9, pauseMs = 0, calls = 1 }: CalleeOptions,
): Promise<SippCallee> {
  const port = await freeUdpPort();
  const args = ['-sf', join(scenarioFolder, scenario)];
  args.push(...`-m ${calls} -d ${pauseMs} -key sound_port ${soundPort}`.split(' '));
  const run = await runSipp(stage, port, undefined, args);
  await untilListening(port);
  return new SippCallee(run, port);
}

async function runSipp(
  stage: Stage,
  port: number,
  timeoutS = 60,
  args: readonly string[] = [],
): Promise<SippRun> {
  const folder = await stage.folder();
  const program = stage.program({
    command: 'sipp',
    folder,
    args: [
      ...args,
      ...`-i 127.0.0.1 -p ${port} -mp ${await freeUdpPort()}`.split(' '),
      ...`-timeout ${timeoutS} -timeout_error -nostdin`.split(' '),
      ...'-trace_msg -message_file messages.log -trace_err -error_file errors.log'.split(' '),
    ],
  });
  return new SippRun(program, folder);
}

function accountArguments({ number, account }: SippOptions): readonly string[] {
  if (account === undefined) return [];
  const { domain, username, password } = account;
  return [
    ...`-key domain ${domain} -au ${username}`.split(' '),
    '-ap',
    password,
    '-auth_uri',
    `${number}@${domain}`,
  ];
}

/** The scenario has to succeed for every call. */
export async function callWithSipp(
  stage: Stage,
  server: ServerProcess,
  options: SippOptions,
): Promise<SippRun> {
  const run = await startSipp(stage, server, options);
  const { code, signal } = await run.end();
  if (code === 0) return run;
  const messages = await run.messages();
  throw new Error(`SIPp ended with ${signal ?? code}; its last messages:\n${messages.slice(-4000)}`);
}
