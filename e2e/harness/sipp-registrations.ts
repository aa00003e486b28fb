import { fileURLToPath } from 'node:url';
import { freeUdpPort } from './free-port.ts';
import type { ServerProcess } from './server-process.ts';
import { SippRun } from './sipp.ts';
import type { Stage } from './stage.ts';

export interface RegisterOptions {
  readonly extension: string;
  readonly password: string;
  /** Seconds; 0: leaves. */
  readonly expires: number;
  /** Where it registered before; otherwise a free one. */
  readonly port?: number;
  readonly transport?: 'u1' | 't1';
  /** How long it stays once it is registered. */
  readonly stayMs?: number;
}

const scenario = fileURLToPath(new URL('../scenarios/registers.xml', import.meta.url));

/** SIPp as a phone that registers, on its way. */
export async function startSippRegistering(
  stage: Stage,
  server: ServerProcess,
  options: RegisterOptions,
): Promise<SippRun & { readonly port: number }> {
  const folder = await stage.folder();
  const { extension, password, expires, transport = 'u1', stayMs = 0 } = options;
  const port = options.port ?? (await freeUdpPort());
  const program = stage.program({
    command: 'sipp',
    folder,
    args: [
      `127.0.0.1:${server.sipPort}`,
      '-sf',
      scenario,
      '-s',
      extension,
      '-au',
      extension,
      '-ap',
      password,
      ...`-key expires ${expires} -d ${stayMs} -m 1 -t ${transport}`.split(' '),
      ...`-i 127.0.0.1 -p ${port} -timeout 60 -timeout_error -nostdin`.split(' '),
      ...'-trace_msg -message_file messages.log -trace_err -error_file errors.log'.split(' '),
    ],
  });
  return Object.assign(new SippRun(program, folder), { port });
}

/** It has to succeed. */
export async function registerWithSipp(stage: Stage, server: ServerProcess, options: RegisterOptions) {
  const run = await startSippRegistering(stage, server, options);
  const { code, signal } = await run.end();
  if (code === 0) return run;
  throw new Error(`SIPp ended with ${signal ?? code}; its messages:\n${(await run.messages()).slice(-4000)}`);
}
