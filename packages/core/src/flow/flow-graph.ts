import { type Action, type FlowProblem, nilId } from '@parley/contract';
import type { ActionType } from './action-type.ts';
import { actionTypeOf } from './action-types.ts';

interface Node {
  readonly action: Action;
  readonly index: number;
  readonly type: ActionType;
  /** Where it may go; jumps that are counted down are left out of `uncounted`. */
  readonly successors: readonly number[];
  readonly uncounted: readonly number[];
}

/** Actions no path leads to, and loops that would spin without ever taking time. */
export function graphProblems(actions: readonly Action[]): FlowProblem[] {
  const nodes = nodesOf(actions);
  return [...unreachable(nodes), ...endlessLoops(nodes)].sort((a, b) => a.index - b.index);
}

function nodesOf(actions: readonly Action[]): Node[] {
  const indexOf = new Map(actions.map((action, index) => [action.id, index]));
  return actions.map((action, index) => {
    const type = actionTypeOf(action.type);
    if (type === undefined) throw new Error(`unchecked action type ${action.type}`);
    const successor = action.next_id === nilId ? index + 1 : (indexOf.get(action.next_id) ?? -1);
    const onward = type.terminal === true || successor < 0 || successor >= actions.length ? [] : [successor];
    const jumps = (type.targets?.(action.option ?? {}) ?? []).flatMap(({ id }) => indexOf.get(id) ?? []);
    const uncounted = type.boundedJumps === true ? onward : [...onward, ...jumps];
    return { action, index, type, successors: [...onward, ...jumps], uncounted };
  });
}

function unreachable(nodes: readonly Node[]): FlowProblem[] {
  const reached = new Set<number>();
  const open = nodes.length > 0 ? [0] : [];
  for (let index = open.pop(); index !== undefined; index = open.pop()) {
    if (reached.has(index)) continue;
    reached.add(index);
    open.push(...(nodes[index]?.successors ?? []));
  }
  const message = 'no path leads here; point a next_id or a target at it, or remove it';
  return nodes
    .filter(({ index }) => !reached.has(index))
    .map((node) => problem(node, 'unreachable', message));
}

/** A loop all of whose actions are done at once; found by taking away, again and again, what leads nowhere. */
function endlessLoops(nodes: readonly Node[]): FlowProblem[] {
  const left = new Map(nodes.filter(({ type }) => !type.rests).map((node) => [node.index, node]));
  let before: number;
  do {
    before = left.size;
    for (const [index, node] of left) {
      if (!node.uncounted.some((successor) => left.has(successor))) left.delete(index);
    }
  } while (left.size < before);
  const message =
    'loops without an action that takes time; put a talk, sleep or digits_receive into the loop';
  const [first] = left.values();
  return first === undefined ? [] : [problem(first, 'endless_loop', message)];
}

function problem(node: Node, reason: 'unreachable' | 'endless_loop', message: string): FlowProblem {
  return { path: `actions[${node.index}]`, index: node.index, action_id: node.action.id, reason, message };
}
