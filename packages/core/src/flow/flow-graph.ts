import { type Action, type FlowProblem, nilId } from '@parley/contract';
import type { ActionType } from './action-type.ts';
import { actionTypeOf } from './action-types.ts';

interface Node {
  readonly action: Action;
  readonly index: number;
  readonly rests: boolean;
  /** Where it may go within the list; jumps that are counted down are left out of `uncounted`. */
  readonly successors: readonly number[];
  readonly uncounted: readonly number[];
}

/** Actions no path leads to, and loops that would spin without ever taking time. */
export function graphProblems(actions: readonly Action[]): FlowProblem[] {
  const nodes = nodesOf(actions);
  return [...unreachable(nodes), ...endlessLoops(nodes)].sort((a, b) => a.index - b.index);
}

function nodesOf(actions: readonly Action[]): Node[] {
  const indexOf = new Map(actions.map(({ id }, index) => [id, index]));
  const within = (ids: readonly string[]): number[] => ids.flatMap((id) => indexOf.get(id) ?? []);
  return actions.map((action, index) => {
    const type = typeOf(action);
    const option = action.option ?? {};
    const following = action.next_id === nilId ? actions[index + 1]?.id : action.next_id;
    const onward = type.terminal?.(option) === true || following === undefined ? [] : [following];
    const jumps = (type.targets?.(option) ?? []).map(({ id }) => id);
    return {
      action,
      index,
      rests: type.rests(option),
      successors: within([...onward, ...jumps]),
      uncounted: within(type.boundedJumps === true ? onward : [...onward, ...jumps]),
    };
  });
}

function typeOf(action: Action): ActionType {
  const type = actionTypeOf(action.type);
  if (type === undefined) throw new Error(`unchecked action type ${action.type}`);
  return type;
}

function unreachable(nodes: readonly Node[]): FlowProblem[] {
  const [first] = nodes;
  if (first === undefined) return [];
  const reached = reachable([first.index], (index) => nodes[index]?.successors ?? []);
  const message = 'no path leads here; point a next_id or a target at it, or remove it';
  return nodes
    .filter(({ index }) => !reached.has(index))
    .map((node) => problem(node, 'unreachable', message));
}

/** Loops all of whose actions are done at once, each told once, at its first action. */
function endlessLoops(nodes: readonly Node[]): FlowProblem[] {
  const left = new Map(looping(nodes).map((node) => [node.index, node]));
  const successorsOf = (index: number): readonly number[] => left.get(index)?.uncounted ?? [];
  const ahead = new Map(
    [...left.keys()].map((index) => [index, reachable(successorsOf(index), successorsOf)]),
  );
  const isBefore = (index: number, other: number): boolean => ahead.get(index)?.has(other) === true;
  const message =
    'loops without an action that takes time; put a talk, sleep or digits_receive into the loop';
  return [...left.values()]
    .filter(({ index }) => isBefore(index, index))
    .filter(
      ({ index }) => ![...left.keys()].some((at) => at < index && isBefore(at, index) && isBefore(index, at)),
    )
    .map((node) => problem(node, 'endless_loop', message));
}

/** What is left when, again and again, actions are taken away that rest or lead to none that is left. */
function looping(nodes: readonly Node[]): Node[] {
  let left = nodes.filter(({ rests }) => !rests);
  for (let before = nodes.length + 1; left.length < before; ) {
    before = left.length;
    const indexes = new Set(left.map(({ index }) => index));
    left = left.filter(({ uncounted }) => uncounted.some((index) => indexes.has(index)));
  }
  return left;
}

function reachable(
  first: readonly number[],
  successorsOf: (index: number) => readonly number[],
): ReadonlySet<number> {
  const reached = new Set<number>();
  const open = [...first];
  for (let index = open.pop(); index !== undefined; index = open.pop()) {
    if (reached.has(index)) continue;
    reached.add(index);
    open.push(...successorsOf(index));
  }
  return reached;
}

function problem(node: Node, reason: 'unreachable' | 'endless_loop', message: string): FlowProblem {
  return { path: `actions[${node.index}]`, index: node.index, action_id: node.action.id, reason, message };
}
