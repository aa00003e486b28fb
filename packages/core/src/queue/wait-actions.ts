import { type Action, type ActionInput, nilId } from '@parley/contract';
import { checkFlow, type FlowCheck } from '../flow/check.ts';

/**
 * Checks what a waiting caller hears like a flow that begins again where it ends: a round that takes no time would spin.
 * The actions come out as a flow's do, without that link.
 */
export function checkWaitActions(input: readonly ActionInput[], newId: () => string): FlowCheck {
  const checked = checkFlow(asRound(input, newId), newId);
  if (checked.ok) return { ok: true, actions: openRound(input, checked.actions) };
  const problems = checked.problems.map((problem) => ({
    ...problem,
    path: problem.path.replace(/^actions/, 'wait_actions'),
    action_id: input[problem.index]?.id ?? '',
  }));
  return { ok: false, problems };
}

function asRound(input: readonly ActionInput[], newId: () => string): readonly ActionInput[] {
  const [first] = input;
  if (first === undefined) return input;
  const begin = first.id === undefined || first.id === nilId ? newId() : first.id;
  const named = [{ ...first, id: begin }, ...input.slice(1)];
  return named.map((action, index) =>
    index === named.length - 1 && isOpen(action) ? { ...action, next_id: begin } : action,
  );
}

function openRound(input: readonly ActionInput[], actions: readonly Action[]): Action[] {
  const last = input.length - 1;
  return actions.map((action, index) =>
    index === last && input[last] !== undefined && isOpen(input[last])
      ? { ...action, next_id: nilId }
      : action,
  );
}

/** Goes on with whatever follows it in the list. */
function isOpen({ next_id: nextId }: ActionInput): boolean {
  return nextId === undefined || nextId === nilId;
}
