import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freeUdpPort, untilListening } from './free-port.ts';
import type { Program } from './program.ts';
import type { Stage } from './stage.ts';

const scenarioFile = fileURLToPath(new URL('../scenarios/agent-races.xml', import.meta.url));

/** SIPp as the phones of any number of agents, which all ring for the same time and then answer. */
export class SippAgents {
  readonly port: number;
  readonly #program: Program;
  readonly #folder: string;

  constructor(port: number, program: Program, folder: string) {
    this.port = port;
    this.#program = program;
    this.#folder = folder;
  }

  uri(user: string): string {
    return `sip:${user}@127.0.0.1:${this.port}`;
  }

  /** Lets the calls that are under way come to their end. Resolves with how many did not go as the scenario says, and what SIPp says of it. */
  async end(): Promise<{ readonly failed: number; readonly errors: string }> {
    this.#program.signal('SIGUSR1');
    await this.#program.end(60_000);
    const [names = [], ...rows] = (await this.#read('statistics.csv'))
      .trim()
      .split('\n')
      .map((line) => line.split(';'));
    const count = (name: string): number => Number(rows.at(-1)?.[names.indexOf(name)]);
    return {
      failed: count('FailedCall(C)'),
      errors: (await this.#read('errors.log').catch(() => '')).slice(-3000),
    };
  }

  async #read(name: string): Promise<string> {
    return await readFile(join(this.#folder, name), 'utf8');
  }
}

export async function startSippAgents(stage: Stage, ringMs: number): Promise<SippAgents> {
  const folder = await stage.folder();
  const port = await freeUdpPort();
  const scenario = (await readFile(scenarioFile, 'utf8')).replaceAll('@RING_MS@', String(ringMs));
  await writeFile(join(folder, 'agent-races.xml'), scenario);
  const program = stage.program({
    command: 'sipp',
    folder,
    args: [
      ...`-sf agent-races.xml -i 127.0.0.1 -p ${port} -mp ${await freeUdpPort()} -t u1 -nostdin`.split(' '),
      ...'-trace_err -error_file errors.log -trace_stat -stf statistics.csv -fd 1'.split(' '),
    ],
  });
  await untilListening(port);
  return new SippAgents(port, program, folder);
}
