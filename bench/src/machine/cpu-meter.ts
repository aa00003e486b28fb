import { type MachineTime, type ProcessTime, readMachineTime, readProcessTime } from './proc.ts';

/** CPU of one process within a stretch of time. */
export interface ProcessShare {
  readonly name: string;
  readonly cpuMs: number;
  /** By thread name; threads of one name are summed. */
  readonly threads: Readonly<Record<string, { readonly cpuMs: number; readonly waitMs: number }>>;
}

/** Who used the CPU within a stretch of time. */
export interface CpuUse {
  readonly ms: number;
  readonly processes: readonly ProcessShare[];
  /** What programs of others, and the kernel on nobody's account, used. */
  readonly othersMs: number;
  readonly stolenMs: number;
}

interface Reading {
  readonly at: number;
  readonly machine: MachineTime;
  readonly processes: ReadonlyMap<string, ProcessTime>;
}

/** Reads the CPU time of processes from now on; each `stop` answers what was used since the start. */
export class CpuMeter {
  readonly #pids: Readonly<Record<string, number>>;
  readonly #start: Reading;

  /** `pids` by the names they are reported under. A process that ends before `stop` is not counted. */
  constructor(pids: Readonly<Record<string, number>>) {
    this.#pids = { ...pids, bench: process.pid };
    this.#start = read(this.#pids);
  }

  stop(): CpuUse {
    return useBetween(this.#start, read(this.#pids));
  }
}

function read(pids: Readonly<Record<string, number>>): Reading {
  const processes = new Map<string, ProcessTime>();
  for (const [name, pid] of Object.entries(pids)) {
    const time = readProcessTime(pid);
    if (time !== undefined) processes.set(name, time);
  }
  return { at: performance.now(), machine: readMachineTime(), processes };
}

function useBetween(before: Reading, after: Reading): CpuUse {
  const processes = [...after.processes].map(([name, time]) =>
    shareOf(name, before.processes.get(name) ?? { cpuMs: 0, threads: [] }, time),
  );
  const ours = processes.reduce((sum, { cpuMs }) => sum + cpuMs, 0);
  const busy = after.machine.busyMs - before.machine.busyMs;
  return {
    ms: after.at - before.at,
    processes,
    othersMs: Math.max(0, busy - ours),
    stolenMs: after.machine.stolenMs - before.machine.stolenMs,
  };
}

function shareOf(name: string, before: ProcessTime, after: ProcessTime): ProcessShare {
  const threads: Record<string, { cpuMs: number; waitMs: number }> = {};
  for (const thread of after.threads) {
    const earlier = before.threads.find(({ id }) => id === thread.id);
    const sum = (threads[thread.name] ??= { cpuMs: 0, waitMs: 0 });
    sum.cpuMs += thread.cpuMs - (earlier?.cpuMs ?? 0);
    sum.waitMs += thread.waitMs - (earlier?.waitMs ?? 0);
  }
  return { name, cpuMs: after.cpuMs - before.cpuMs, threads };
}

/** The threads of the server by what they do. */
export interface ServerTime {
  readonly all: number;
  readonly main: number;
  readonly store: number;
  readonly media: number;
  /** Garbage collection and compilation, signing and name look-ups: V8's and libuv's helpers. */
  readonly rest: number;
}

/** CPU milliseconds of the process measured under the name `server`. */
export function serverTime(use: CpuUse): ServerTime {
  const server = use.processes.find(({ name }) => name === 'server');
  if (server === undefined) throw new Error('the server was not measured, or has ended');
  const of = (name: string): number => server.threads[name]?.cpuMs ?? 0;
  const [main, store, media] = [of('MainThread'), of('store'), of('parley-media')];
  return { all: server.cpuMs, main, store, media, rest: Math.max(0, server.cpuMs - main - store - media) };
}

/** Share (0..1) of the CPU used by the measurement itself: everything of ours that is not the server. */
export function generatorShare(use: CpuUse): number {
  const all = use.processes.reduce((sum, { cpuMs }) => sum + cpuMs, 0);
  return all === 0 ? 0 : (all - serverTime(use).all) / all;
}
