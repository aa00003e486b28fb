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

/** What a call may take beside its hold before SIPp stops to begin further ones: then the server is overloaded. */
const slackSeconds = 5;

/** How much later than SIPp's own time limit it is taken for stuck. */
const stuckMs = 15_000;

/** Has SIPp make calls, on one UDP socket; resolves when it is done. `folder` is for its files. */
export async function runSipp(programs: Programs, folder: string, load: SippLoad): Promise<SippResult> {
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
    name: 'sipp',
    command: 'sipp',
    args: [
      `127.0.0.1:${sipPort}`,
      '-nostdin',
      '-trace_stat',
      '-timeout_error',
      ...Object.entries(options).flatMap(([name, value]) => [name, String(value)]),
    ],
    folder,
    output: 'screen',
    finishes: true,
  });
  const code = await exitCode(program, seconds * 1000 + stuckMs);
  const took = (performance.now() - began) / 1000;
  // 1: some calls failed, which the statistics tell; 97: out of time.
  if (![0, 1, 97].includes(code) || !existsSync(file))
    throw new Error(program.describe('could not make its calls'));
  return { seconds: took, ...parseStatistics(readFileSync(file, 'utf8')) };
}

/** Ends it when it takes longer. */
async function exitCode(program: Program, withinMs: number): Promise<number> {
  const stuck = setTimeout(() => program.kill(), withinMs);
  const { code } = await program.ended;
  clearTimeout(stuck);
  if (code === undefined) throw new Error(program.describe('could not make its calls'));
  return code;
}

/** SIPp's statistics: names in the first line, the counts so far in the last. `(C)` is since the start. Throws when one is missing. */
export function parseStatistics(csv: string): Omit<SippResult, 'seconds'> {
  const lines = csv.trim().split('\n');
  const names = (lines[0] ?? '').split(';');
  const values = (lines.at(-1) ?? '').split(';');
  const value = (name: string): number => {
    const count = Number(values[names.indexOf(name)]);
    if (!Number.isInteger(count)) throw new Error(`SIPp's statistics do not tell ${name}`);
    return count;
  };
  return {
    succeeded: value('SuccessfulCall(C)'),
    failed: value('FailedCall(C)'),
    retransmissions: value('Retransmissions(C)'),
  };
}
