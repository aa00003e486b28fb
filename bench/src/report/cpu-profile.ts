import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Table } from './table.ts';

interface ProfileNode {
  readonly id: number;
  readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
  readonly children?: readonly number[];
}

/** What `node --cpu-prof` writes, as far as it is used here. */
export interface CpuProfile {
  readonly nodes: readonly ProfileNode[];
  readonly samples: readonly number[];
  /** Microseconds between the samples. */
  readonly timeDeltas: readonly number[];
}

/** Tables of the profiles in a folder, one for each thread, busiest first. */
export function profileTables(folder: string, functions: number): Table[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.cpuprofile'))
    .map((file) =>
      profileTable(file, JSON.parse(readFileSync(join(folder, file), 'utf8')) as CpuProfile, functions),
    )
    .sort((a, b) => b.busyMs - a.busyMs)
    .map(({ table }) => table);
}

const idle = new Set(['(idle)', '(program)', '(root)']);

function profileTable(file: string, profile: CpuProfile, count: number): { busyMs: number; table: Table } {
  const times = timesOf(profile);
  const busy = [...times].filter(([name]) => !idle.has(name));
  const busyMs = busy.reduce((sum, [, { selfMs }]) => sum + selfMs, 0);
  const program = times.get('(program)')?.selfMs ?? 0;
  const rows = busy
    .sort(([, a], [, b]) => b.selfMs - a.selfMs)
    .slice(0, count)
    .map(([name, { selfMs, totalMs }]) => [
      name,
      percent(selfMs, busyMs),
      selfMs.toFixed(0),
      percent(totalMs, busyMs),
    ]);
  const title = `Profile ${file}: ${busyMs.toFixed(0)} ms in functions, ${program.toFixed(0)} ms in the system and in native code`;
  return { busyMs, table: { title, columns: ['function', 'self', 'self ms', 'with callees'], rows } };
}

function percent(part: number, whole: number): string {
  return `${((100 * part) / Math.max(whole, 1)).toFixed(1)} %`;
}

export interface FunctionTime {
  selfMs: number;
  /** With everything it called; recursion counts once. */
  totalMs: number;
}

/** Time by function, `name file:line`. */
export function timesOf({ nodes, samples, timeDeltas }: CpuProfile): Map<string, FunctionTime> {
  const selfUs = new Map<number, number>();
  samples.forEach((id, index) => selfUs.set(id, (selfUs.get(id) ?? 0) + (timeDeltas[index] ?? 0)));
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const times = new Map<string, FunctionTime>();
  const timeOf = (name: string): FunctionTime => {
    const time = times.get(name) ?? { selfMs: 0, totalMs: 0 };
    times.set(name, time);
    return time;
  };
  const isChild = new Set(nodes.flatMap(({ children = [] }) => children));
  const walk = (node: ProfileNode, above: readonly string[]): number => {
    const name = nameOf(node);
    const self = (selfUs.get(node.id) ?? 0) / 1000;
    const path = [...above, name];
    let total = self;
    for (const id of node.children ?? []) {
      const child = byId.get(id);
      if (child !== undefined) total += walk(child, path);
    }
    const time = timeOf(name);
    time.selfMs += self;
    if (!above.includes(name)) time.totalMs += total;
    return total;
  };
  for (const node of nodes) if (!isChild.has(node.id)) walk(node, []);
  return times;
}

function nameOf({ callFrame }: ProfileNode): string {
  const { functionName, url, lineNumber } = callFrame;
  const name = functionName === '' ? '(anonymous)' : functionName;
  if (url === '') return name;
  const place = url.split('/').slice(-3).join('/');
  return `${name} ${place}:${lineNumber + 1}`;
}
