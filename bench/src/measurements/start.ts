import { request } from 'node:http';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { CpuMeter, type CpuUse, sumOfUses, withProgram } from '../machine/cpu-meter.ts';
import { readGroupMs } from '../machine/proc.ts';
import type { Program } from '../programs/program.ts';
import { greeting, launchServer, type ServerOptions } from '../programs/server.ts';
import { atMost, type Figure } from '../report/figure.ts';
import type { Phase } from '../report/outcome.ts';
import type { Stage } from '../stage.ts';
import { median, pretty } from '../statistics.ts';
import { type Benchmark, setUpSeconds } from './benchmark.ts';
import { answerAndRest, callFor, startAnswering } from './load.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));

/** Between two looks at whether it is ready. */
const lookMs = 5;

interface Start {
  readonly readyMs: number;
  readonly greetingMs: number;
  /** CPU of the whole process, with npm where it is started by that, until the greeting: what the time would be with the machine to itself, or more. */
  readonly cpuMs: number;
  readonly use: CpuUse;
}

/** Calls taken in the folder that is not empty. */
const earlier = { rate: 100, seconds: 5 } as const;

export const start: Benchmark = {
  name: 'start',
  title: 'Start',
  how: ({ start: { repeats } }) => [
    `From spawning the process until the first 200 to GET /ready, and until the greeting; ${repeats} times each.`,
    `Existing folder: ${earlier.rate * earlier.seconds} calls were taken in it before, the last process ended orderly.`,
  ],
  // Three kinds, and the calls before.
  seconds: ({ start: { repeats } }) => setUpSeconds + earlier.seconds + 3 * repeats * 0.9,
  async run(stage, { start: { repeats } }) {
    const existing = await usedFolder(stage);
    const kinds: { what: string; id: string; options: () => ServerOptions }[] = [
      { id: 'empty', what: 'empty data folder', options: () => ({ dataDir: stage.dataDir() }) },
      { id: 'existing', what: 'existing data folder', options: () => ({ dataDir: existing }) },
      {
        id: 'npm',
        what: 'npm start, existing data folder',
        options: () => ({ dataDir: existing, command: npmStart }),
      },
    ];
    const figures: Figure[] = [];
    const rows: string[][] = [];
    const uses: Phase[] = [];
    for (const { id, what, options } of kinds) {
      const starts: Start[] = [];
      for (let n = 0; n < repeats; n += 1) starts.push(await timeStart(stage, options()));
      stage.say(`${what}: ${repeats} starts`);
      uses.push({ phase: what, use: sumOfUses(starts.map(({ use }) => use)) });
      const values = starts.map(({ readyMs }) => readyMs / 1000);
      figures.push({ id, what: `Start to ready, ${what}`, unit: 's', values, goal: atMost(1.5) });
      rows.push([
        what,
        pretty(median(values) * 1000),
        pretty(median(starts.map(({ greetingMs }) => greetingMs))),
        pretty(median(starts.map(({ cpuMs }) => cpuMs))),
      ]);
    }
    const columns = ['', 'ready ms', 'greeting ms', 'CPU ms of the process'];
    return { figures, tables: [{ title: 'Start, medians', columns, rows }], uses };
  },
};

const npmStart = { command: 'npm', args: ['start', '--silent'], folder: root };

async function usedFolder(stage: Stage): Promise<string> {
  const dataDir = stage.dataDir();
  const server = await startAnswering(stage, answerAndRest, dataDir);
  await callFor(stage, server, earlier);
  await stage.stopServer(server);
  return dataDir;
}

async function timeStart(stage: Stage, options: ServerOptions): Promise<Start> {
  const httpPort = await freePort();
  const meter = new CpuMeter({});
  const began = performance.now();
  const program = launchServer(stage.programs, {
    ...options,
    settings: { PARLEY_HTTP_PORT: String(httpPort) },
  });
  const [readyMs, greetingMs] = await Promise.all([
    untilReady(program, httpPort).then(() => performance.now() - began),
    greeting(program).then(() => performance.now() - began),
  ]);
  const cpuMs = readGroupMs(program.pid);
  const use = withProgram(meter.stop(), 'server', cpuMs);
  await program.end('SIGINT');
  return { readyMs, greetingMs, cpuMs, use };
}

/** Looks until it is; stops when the program has ended, of which the wait for its greeting tells. */
async function untilReady(program: Program, port: number): Promise<void> {
  while (!program.over && !(await isReady(port))) await pause(lookMs);
}

function isReady(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const look = request({ host: '127.0.0.1', port, path: '/ready', agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    look.once('error', () => resolve(false));
    look.end();
  });
}

/** A TCP port that was free a moment ago: readiness is asked for before anything is printed. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
