import { type MachineTime, type ProcessTime, readMachineTime, readProcessTime } from './proc.ts';

/** CPU of one process within a stretch of time. */
export interface ProcessShare {
  readonly name: string;
  readonly cpuMs: number;
  /** By thread name; threads of one name are summed. Threads that have ended are in `cpuMs` only. */
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

/** All that is known at one moment. */
export interface Reading {
  /** Monotonic milliseconds. */
  readonly at: number;
  readonly machine: MachineTime;
  /** By the names they are reported under. */
  readonly processes: ReadonlyMap<string, ProcessTime>;
}

/** The process that measures. */
const bench = 'bench';
/** Its children that began and ended meanwhile; only SIPp does so. */
const ended = 'sipp';

/** Reads the CPU time of processes from now on; each `stop` answers what was used since the start. */
export class CpuMeter {
  readonly #pids: Readonly<Record<string, number>>;
  readonly #start: Reading;

  /** `pids` by the names they are reported under; they have to be there until `stop`. */
  constructor(pids: Readonly<Record<string, number>>) {
    this.#pids = { ...pids, [bench]: process.pid };
    this.#start = read(this.#pids);
  }

  /** Throws when one of the processes has ended: what it used is lost. */
  stop(): CpuUse {
    return useBetween(this.#start, read(this.#pids));
  }
}

function read(pids: Readonly<Record<string, number>>): Reading {
  const processes = new Map<string, ProcessTime>();
  for (const [name, pid] of Object.entries(pids)) {
    const time = readProcessTime(pid);
    if (time === undefined) throw new Error(`${name} has ended while its CPU time was measured`);
    processes.set(name, time);
  }
  return { at: performance.now(), machine: readMachineTime(), processes };
}

/** What was used between two readings of the same processes. */
export function useBetween(before: Reading, after: Reading): CpuUse {
  const living = [...after.processes].map(([name, time]) => shareOf(name, before.processes.get(name), time));
  const endedMs =
    (after.processes.get(bench)?.endedChildrenMs ?? 0) - (before.processes.get(bench)?.endedChildrenMs ?? 0);
  const processes = endedMs > 0 ? [...living, { name: ended, cpuMs: endedMs, threads: {} }] : living;
  const ours = processes.reduce((sum, { cpuMs }) => sum + cpuMs, 0);
  const busy = after.machine.busyMs - before.machine.busyMs;
  return {
    ms: after.at - before.at,
    processes,
    othersMs: Math.max(0, busy - ours),
    stolenMs: after.machine.stolenMs - before.machine.stolenMs,
  };
}

function shareOf(name: string, before: ProcessTime | undefined, after: ProcessTime): ProcessShare {
  const threads: Record<string, { cpuMs: number; waitMs: number }> = {};
  for (const thread of after.threads) {
    const earlier = before?.threads.find(({ id }) => id === thread.id);
    const sum = (threads[thread.name] ??= { cpuMs: 0, waitMs: 0 });
    sum.cpuMs += thread.cpuMs - (earlier?.cpuMs ?? 0);
    sum.waitMs += thread.waitMs - (earlier?.waitMs ?? 0);
  }
  return { name, cpuMs: after.cpuMs - (before?.cpuMs ?? 0), threads };
}

/** The server's threads by the names the kernel knows them under. */
export const serverThreads = { main: 'MainThread', store: 'store', media: 'parley-media' } as const;

/** The threads of the server by what they do. */
export interface ServerTime {
  readonly all: number;
  readonly main: number;
  readonly store: number;
  readonly media: number;
  /** Garbage collection and compilation, signing and name look-ups: V8's and libuv's helpers. */
  readonly rest: number;
}

/** CPU milliseconds of the process measured under the name `server`. Throws when it, or one of its threads, is not among them. */
export function serverTime(use: CpuUse): ServerTime {
  const server = use.processes.find(({ name }) => name === 'server');
  if (server === undefined) throw new Error('the server was not measured');
  const of = (name: string): number => {
    const thread = server.threads[name];
    if (thread === undefined)
      throw new Error(`the server has no thread ${name} but ${Object.keys(server.threads).join(', ')}`);
    return thread.cpuMs;
  };
  const { main, store, media } = serverThreads;
  const named = { main: of(main), store: of(store), media: of(media) };
  const rest = Math.max(0, server.cpuMs - named.main - named.store - named.media);
  return { all: server.cpuMs, ...named, rest };
}

/** Share (0..1) of the CPU used by the measurement itself: everything of ours that is not the server. */
export function generatorShare(use: CpuUse): number {
  const all = use.processes.reduce((sum, { cpuMs }) => sum + cpuMs, 0);
  const server = use.processes.find(({ name }) => name === 'server')?.cpuMs ?? 0;
  return all === 0 ? 0 : (all - server) / all;
}

/** The same stretch of time with a process that began within it, whose threads are not told apart. */
export function withProgram(use: CpuUse, name: string, cpuMs: number): CpuUse {
  const processes = [{ name, cpuMs, threads: {} }, ...use.processes];
  return { ...use, processes, othersMs: Math.max(0, use.othersMs - cpuMs) };
}

/** Several stretches as one; processes of one name are summed, threads are no longer told apart. */
export function sumOfUses(uses: readonly CpuUse[]): CpuUse {
  const cpuMs = new Map<string, number>();
  for (const { processes } of uses)
    for (const share of processes) cpuMs.set(share.name, (cpuMs.get(share.name) ?? 0) + share.cpuMs);
  const total = (read: (use: CpuUse) => number): number => uses.reduce((sum, use) => sum + read(use), 0);
  return {
    ms: total(({ ms }) => ms),
    processes: [...cpuMs].map(([name, ms]) => ({ name, cpuMs: ms, threads: {} })),
    othersMs: total(({ othersMs }) => othersMs),
    stolenMs: total(({ stolenMs }) => stolenMs),
  };
}
