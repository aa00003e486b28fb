import { type Action, type FlowProblem, isId, limits, nilId } from '@parley/contract';
import { actionTypeOf, knownTypes } from './action-types.ts';
import { graphProblems } from './flow-graph.ts';
import { optionProblems } from './option-check.ts';

export type FlowCheck =
  | { readonly ok: true; readonly actions: Action[] }
  | { readonly ok: false; readonly problems: readonly FlowProblem[] };

/**
 * Checks a list of actions as clients send it, and completes it: missing and nil ids become fresh ones.
 * Everything found wrong is reported at once, so that a flow is mended in one go.
 */
export function checkFlow(input: unknown, newId: () => string): FlowCheck {
  if (!Array.isArray(input)) {
    return refused([listProblem('not_a_list', 'has to be a list of actions')]);
  }
  if (input.length > limits.actionsPerFlow) {
    return refused([
      listProblem('too_many', `has ${input.length} actions; at most ${limits.actionsPerFlow} are allowed`),
    ]);
  }
  const items: readonly unknown[] = input;
  const shape = items.flatMap((item, index) => actionProblems(item, index));
  if (shape.length > 0) return refused(shape);
  const sent = items as readonly SentAction[];
  const links = [...duplicateIds(sent), ...missingTargets(sent)];
  if (links.length > 0) return refused(links);
  const actions = sent.map((action) => complete(action, newId));
  const graph = graphProblems(actions);
  return graph.length > 0 ? refused(graph) : { ok: true, actions };
}

interface SentAction {
  readonly id?: string;
  readonly next_id?: string;
  readonly type: string;
  readonly option?: Readonly<Record<string, unknown>>;
}

function refused(problems: readonly FlowProblem[]): FlowCheck {
  return { ok: false, problems };
}

function listProblem(reason: FlowProblem['reason'], message: string): FlowProblem {
  return { path: 'actions', index: -1, action_id: '', reason, message };
}

const actionKeys = ['id', 'next_id', 'type', 'option', 'tm_execute'];

function actionProblems(item: unknown, index: number): FlowProblem[] {
  const path = `actions[${index}]`;
  if (!isRecord(item)) {
    return [
      { path, index, action_id: '', reason: 'not_an_action', message: 'has to be an object with a `type`' },
    ];
  }
  const at = { index, action_id: typeof item['id'] === 'string' ? item['id'] : '' };
  const problems: FlowProblem[] = Object.keys(item)
    .filter((key) => !actionKeys.includes(key))
    .map((key) => ({
      ...at,
      path: `${path}.${key}`,
      reason: 'unknown_key' as const,
      message: 'is no key of an action; options belong into `option`',
    }));
  for (const key of ['id', 'next_id']) {
    const value = item[key];
    if (value === undefined || (typeof value === 'string' && isId(value))) continue;
    problems.push({
      ...at,
      path: `${path}.${key}`,
      reason: 'bad_id',
      message: 'has to be a UUID in lower case',
    });
  }
  return [...problems, ...typeProblems(item, path, at)];
}

function typeProblems(
  item: Readonly<Record<string, unknown>>,
  path: string,
  at: { index: number; action_id: string },
): FlowProblem[] {
  const type = typeof item['type'] === 'string' ? actionTypeOf(item['type']) : undefined;
  if (type === undefined) {
    const message = `${JSON.stringify(item['type'] ?? null)} is no action type; known are ${knownTypes.join(', ')}`;
    return [{ ...at, path: `${path}.type`, reason: 'unknown_type', message }];
  }
  return optionProblems(type, item['option'] ?? {}).map((problem) => ({
    ...at,
    path: `${path}.option${problem.path}`,
    reason: 'bad_option' as const,
    message: problem.message,
  }));
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isSet(id: string | undefined): id is string {
  return id !== undefined && id !== nilId;
}

function duplicateIds(actions: readonly SentAction[]): FlowProblem[] {
  const seen = new Set<string>();
  return actions.flatMap((action, index) => {
    if (!isSet(action.id)) return [];
    const duplicate = seen.has(action.id);
    seen.add(action.id);
    if (!duplicate) return [];
    const path = `actions[${index}].id`;
    return [
      {
        path,
        index,
        action_id: action.id,
        reason: 'duplicate_id' as const,
        message: 'stands on another action too',
      },
    ];
  });
}

function missingTargets(actions: readonly SentAction[]): FlowProblem[] {
  const ids = new Set(actions.map((action) => action.id));
  return actions.flatMap((action, index) => {
    const own = isSet(action.next_id) ? [{ path: 'next_id', id: action.next_id }] : [];
    const type = actionTypeOf(action.type);
    const targets = type?.targets?.(action.option ?? {}) ?? [];
    return [...own, ...targets.map(({ path, id }) => ({ path: `option.${path}`, id }))]
      .filter(({ path, id }) => (id === nilId ? path !== 'option.default_target_id' : !ids.has(id)))
      .map(({ path, id }) => ({
        path: `actions[${index}].${path}`,
        index,
        action_id: action.id ?? '',
        reason: 'missing_target' as const,
        message:
          id === nilId
            ? 'is not set; name the id of an action of this flow'
            : `no action of this flow has the id ${id}`,
      }));
  });
}

function complete(action: SentAction, newId: () => string): Action {
  return {
    id: isSet(action.id) ? action.id : newId(),
    next_id: action.next_id ?? nilId,
    type: action.type,
    ...(action.option === undefined ? {} : { option: action.option }),
  };
}
