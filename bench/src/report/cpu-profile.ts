import type { Table } from './table.ts';

interface ProfileNode {
  readonly id: number;
  readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
  readonly children?: readonly number[];
}

/** A CPU profile of V8, as far as it is used here. */
export interface CpuProfile {
  readonly nodes: readonly ProfileNode[];
  readonly samples: readonly number[];
  /** Microseconds between the samples. */
  readonly timeDeltas: readonly number[];
}

/** The functions that used most of a thread's time. */
export function profileTable(what: string, profile: CpuProfile, functions: number): Table {
  const times = timesOf(profile);
  const busy = [...times].filter(([name]) => !notBusy.has(name));
  const busyMs = busy.reduce((sum, [, { selfMs }]) => sum + selfMs, 0);
  const rows = busy
    .sort(([, a], [, b]) => b.selfMs - a.selfMs)
    .slice(0, functions)
    .map(([name, { selfMs, totalMs }]) => [
      name,
      percent(selfMs, busyMs),
      selfMs.toFixed(0),
      percent(totalMs, busyMs),
    ]);
  return {
    title: `Profile of ${what}: ${busyMs.toFixed(0)} ms in functions`,
    columns: ['function', 'self', 'self ms', 'with callees'],
    rows,
  };
}

/** `(program)` is the time outside of JavaScript, mostly waiting for events. */
const notBusy = new Set(['(idle)', '(program)', '(root)']);

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
