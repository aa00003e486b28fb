import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Program, Programs } from './program.ts';

const scenario = fileURLToPath(new URL('../../scenarios/call.xml', import.meta.url));

export interface SippLoad {
  readonly sipPort: number;
  readonly number: string;
  /** Calls begun a second. */
  readonly rate: number;
  readonly calls: number;
  /** From the answer until the caller hangs up. */
  readonly holdMs: number;
}

export interface SippResult {
  readonly seconds: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly retransmissions: number;
}

/** SIPp, begun; `pid` is there at once. */
export interface SippRun {
  readonly pid: number;
  readonly result: Promise<SippResult>;
}

/** What a call may take beside its hold before SIPp stops to begin further ones: then the server is overloaded. */
const slackSeconds = 5;

/** Has SIPp make calls, on one UDP socket. `folder` is for its files. */
export function startSipp(programs: Programs, folder: string, load: SippLoad): SippRun {
  const { sipPort, number, rate, calls, holdMs } = load;
  const file = join(folder, `sipp-${process.pid}-${calls}-${rate}.csv`);
  rmSync(file, { force: true });
  const live = Math.ceil(rate * (holdMs / 1000 + slackSeconds));
  const seconds = Math.ceil(calls / rate + holdMs / 1000 + 30);
  const options = {
    '-sf': scenario,
    '-s': number,
    '-i': '127.0.0.1',
    '-mi': '127.0.0.1',
    '-r': rate,
    '-m': calls,
    '-l': live,
    '-d': holdMs,
    '-timeout': seconds,
    '-fd': 1,
    '-stf': file,
  };
  const began = performance.now();
  const program = programs.start({
    command: 'sipp',
    args: [
      `127.0.0.1:${sipPort}`,
      '-nostdin',
      '-trace_stat',
      '-timeout_error',
      ...Object.entries(options).flatMap(([name, value]) => [name, String(value)]),
    ],
    folder,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  return { pid: program.pid, result: resultOf(program, file, began) };
}

async function resultOf(program: Program, file: string, began: number): Promise<SippResult> {
  let complaints = '';
  program.child.stderr?.on('data', (chunk) => (complaints = (complaints + String(chunk)).slice(-2_000)));
  const code = await program.ended;
  const seconds = (performance.now() - began) / 1000;
  // 1: some calls failed, which the statistics tell; 97: out of time.
  const known = code === 0 || code === 1 || code === 97;
  if (!known || !existsSync(file)) throw new Error(`sipp ended with ${code}: ${complaints}`);
  return { seconds, ...parseStatistics(readFileSync(file, 'utf8')) };
}

/** SIPp's statistics: names in the first line, the counts so far in the last. `(C)` is since the start. */
export function parseStatistics(csv: string): Omit<SippResult, 'seconds'> {
  const lines = csv.trim().split('\n');
  const names = (lines[0] ?? '').split(';');
  const values = (lines.at(-1) ?? '').split(';');
  const value = (name: string): number => Number(values[names.indexOf(name)]);
  return {
    succeeded: value('SuccessfulCall(C)'),
    failed: value('FailedCall(C)'),
    retransmissions: value('Retransmissions(C)'),
  };
}
