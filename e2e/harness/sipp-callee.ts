import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { freeUdpPort } from './free-port.ts';
import { readSound, type SoundDescription } from './phone/sdp-text.ts';
import { SippRun } from './sipp.ts';
import type { Stage } from './stage.ts';
import { until } from './until.ts';

export interface CalleeOptions {
  /** A file in `scenarios/`. */
  readonly scenario: string;
  /** What its pauses are long. */
  readonly pauseMs?: number;
  /** Where its description says that it listens. */
  readonly soundPort?: number;
  /** Calls it takes; then it ends. */
  readonly calls?: number;
}

/** SIPp as a phone that is called; it is not registered anywhere. */
export interface SippCallee extends SippRun {
  /** Where it is called. */
  readonly uri: string;
}

const scenarioFolder = fileURLToPath(new URL('../scenarios/', import.meta.url));

/** It can be called when this resolves. */
export async function startSippCallee(
  stage: Stage,
  { scenario, pauseMs = 0, soundPort = 9, calls = 1 }: CalleeOptions,
): Promise<SippCallee> {
  const folder = await stage.folder();
  const port = await freeUdpPort();
  const program = stage.program({
    command: 'sipp',
    folder,
    args: [
      '-sf',
      `${scenarioFolder}${scenario}.xml`,
      ...`-i 127.0.0.1 -p ${port} -m ${calls} -d ${pauseMs} -key sound_port ${soundPort}`.split(' '),
      ...'-timeout 60 -timeout_error -nostdin'.split(' '),
      ...'-trace_msg -message_file messages.log -trace_err -error_file errors.log'.split(' '),
    ],
  });
  const run = new SippRun(program, folder);
  stage.onFailure(() => `SIPp ${scenario} at ${port}: ${folder}`);
  await until(`SIPp at port ${port}`, () => isTaken(port));
  return Object.assign(run, { uri: `sip:${scenario}@127.0.0.1:${port}` });
}

/** It has to have gone as the scenario says. */
export async function succeeded(run: SippRun): Promise<void> {
  const { code, signal } = await run.end();
  if (code === 0) return;
  const messages = await run.messages();
  throw new Error(`SIPp ended with ${signal ?? code}; its last messages:\n${messages.slice(-5000)}`);
}

/** The latest description that the server has sent it. */
export async function soundOfServer(run: SippRun): Promise<SoundDescription> {
  return await until('a description of the sound of the server', async () => {
    const received = (await run.messages())
      .split(/^-{10,}.*$/m)
      .filter((text) => / message received /.test(text));
    const body = received.findLast((text) => text.includes('m=audio'));
    return body === undefined ? undefined : readSound(body);
  });
}

/** The kernel's table of UDP sockets has the port as four hexadecimal digits. */
async function isTaken(port: number): Promise<true | undefined> {
  const table = await readFile('/proc/net/udp', 'utf8');
  const address = `0100007F:${port.toString(16).toUpperCase().padStart(4, '0')} `;
  return table.includes(address) ? true : undefined;
}
