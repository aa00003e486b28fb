import { readdirSync, readFileSync } from 'node:fs';

/** Clock ticks a second that Linux counts CPU time in, for programs (USER_HZ); the same on every architecture we know. */
const ticksPerSecond = 100;
const msPerTick = 1000 / ticksPerSecond;

export interface ThreadTime {
  readonly id: number;
  readonly name: string;
  /** User and system time. */
  readonly cpuMs: number;
  /** Ready to run, but some other thread had the core. */
  readonly waitMs: number;
}

export interface ProcessTime {
  /** User and system time of all threads, also of those that have ended. */
  readonly cpuMs: number;
  /** The same of its children that have ended. */
  readonly endedChildrenMs: number;
  readonly threads: readonly ThreadTime[];
}

/** CPU time of the whole machine since it started. */
export interface MachineTime {
  readonly busyMs: number;
  /** Taken by the hypervisor. */
  readonly stolenMs: number;
}

/** Undefined: there is no such process (any more). */
export function readProcessTime(pid: number): ProcessTime | undefined {
  const stat = readText(`/proc/${pid}/stat`);
  if (stat === undefined) return undefined;
  const { cpuMs, endedChildrenMs } = parseStat(stat);
  return { cpuMs, endedChildrenMs, threads: threadIds(pid).flatMap((id) => readThread(pid, id)) };
}

/** CPU milliseconds of all processes of a process group so far, with what their ended children had used. */
export function readGroupMs(groupId: number): number {
  const processes = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return processes
    .map((pid) => readText(`/proc/${pid}/stat`))
    .filter((stat) => stat !== undefined)
    .map(parseStat)
    .filter((stat) => stat.groupId === groupId)
    .reduce((sum, { cpuMs, endedChildrenMs }) => sum + cpuMs + endedChildrenMs, 0);
}

function threadIds(pid: number): number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).map(Number);
  } catch {
    return [];
  }
}

function readThread(pid: number, id: number): ThreadTime[] {
  const stat = readText(`/proc/${pid}/task/${id}/stat`);
  if (stat === undefined) return [];
  const schedule = readText(`/proc/${pid}/task/${id}/schedstat`) ?? '';
  const { name, cpuMs } = parseStat(stat);
  return [{ id, name, cpuMs, waitMs: Number(schedule.split(' ')[1] ?? 0) / 1e6 }];
}

interface Stat {
  readonly name: string;
  readonly groupId: number;
  readonly cpuMs: number;
  readonly endedChildrenMs: number;
}

/** One line of `/proc/PID/stat`: the name stands in parentheses and may hold anything; see proc_pid_stat(5). */
export function parseStat(line: string): Stat {
  const end = line.lastIndexOf(')');
  const fields = line.slice(end + 2).split(' ');
  /** By its number in the manual, where the first behind the name is 3. */
  const field = (number: number): number => Number(fields[number - 3]);
  return {
    name: line.slice(line.indexOf('(') + 1, end),
    groupId: field(5),
    cpuMs: (field(14) + field(15)) * msPerTick,
    endedChildrenMs: (field(16) + field(17)) * msPerTick,
  };
}

export function readMachineTime(): MachineTime {
  return parseMachineTime(readText('/proc/stat') ?? '');
}

/** `cpu  user nice system idle iowait irq softirq steal guest guest_nice`; guest time is in user time already. */
export function parseMachineTime(text: string): MachineTime {
  const line = text.split('\n').find((each) => each.startsWith('cpu ')) ?? '';
  const ticks = line.split(/\s+/).slice(1).map(Number);
  const at = (index: number): number => ticks[index] ?? 0;
  const busy = at(0) + at(1) + at(2) + at(5) + at(6);
  return { busyMs: busy * msPerTick, stolenMs: at(7) * msPerTick };
}

/** Resident memory in megabytes (10^6 bytes). */
export function residentMb(pid: number): number {
  const status = readText(`/proc/${pid}/status`) ?? '';
  return (Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1]) * 1024) / 1e6;
}

/** Datagrams the kernel threw away because the program behind these ports did not fetch them in time. */
export function droppedDatagrams(ports: readonly number[]): number {
  return parseDrops(readText('/proc/net/udp') ?? '', new Set(ports));
}

export function parseDrops(table: string, ports: ReadonlySet<number>): number {
  let drops = 0;
  for (const line of table.split('\n').slice(1)) {
    const fields = line.trim().split(/\s+/);
    const port = Number.parseInt(fields[1]?.split(':')[1] ?? '', 16);
    if (ports.has(port)) drops += Number(fields.at(-1));
  }
  return drops;
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
