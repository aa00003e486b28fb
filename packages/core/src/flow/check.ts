import {
  type Action,
  type FlowProblem,
  finishActionId,
  isId,
  limits as contractLimits,
  nilId,
  startActionId,
} from '@parley/contract';
import { limits } from '../limits.ts';
import type { ActionType } from './action-type.ts';
import { actionTypeOf, knownTypes } from './action-types.ts';
import { graphProblems } from './flow-graph.ts';
import { linkProblems, type SentAction } from './flow-links.ts';
import { jsonBytes } from './json-size.ts';
import { optionProblems } from './option-check.ts';
import { shown } from './problem-place.ts';

export type FlowCheck =
  | { readonly ok: true; readonly actions: Action[] }
  | { readonly ok: false; readonly problems: readonly FlowProblem[] };

const none: ReadonlySet<string> = new Set();

/**
 * Checks a list of actions as clients send it, and completes it: missing and nil ids become fresh ones. Takes anything
 * that JSON can say. What is found wrong at one stage (form, links, ways through it) is reported together, so that a flow
 * is mended in few goes; up to a hundred problems. `around`: ids of actions elsewhere that it may lead to.
 */
export function checkFlow(
  input: unknown,
  newId: () => string,
  around: ReadonlySet<string> = none,
): FlowCheck {
  if (!Array.isArray(input)) return refused([listProblem('not_a_list', 'has to be a list of actions')]);
  const { actionsPerFlow } = contractLimits;
  if (input.length > actionsPerFlow) {
    const message = `has ${input.length} actions; at most ${actionsPerFlow} are allowed`;
    return refused([listProblem('too_many', message)]);
  }
  const items: readonly unknown[] = input;
  const form = items.flatMap(actionProblems);
  if (form.length > 0) return refused(form);
  const sent = items as readonly SentAction[];
  const links = linkProblems(sent, around);
  if (links.length > 0) return refused(links);
  const actions = sent.map((action) => complete(action, newId));
  const bytes = jsonBytes(actions);
  if (bytes > limits.actionsBytes) {
    const message = `has ${bytes} bytes as JSON; at most ${limits.actionsBytes} are allowed. Put a part into a flow of its own and run it with fetch_flow`;
    return refused([listProblem('too_large', message)]);
  }
  const graph = graphProblems(actions);
  return graph.length > 0 ? refused(graph) : { ok: true, actions };
}

function refused(problems: readonly FlowProblem[]): FlowCheck {
  return { ok: false, problems: problems.slice(0, limits.flowProblems) };
}

function listProblem(reason: FlowProblem['reason'], message: string): FlowProblem {
  return { path: 'actions', index: -1, action_id: '', reason, message };
}

/** `tm_execute` is what a running action shows; whoever copies one from an event may leave it in. */
const actionKeys = ['id', 'next_id', 'type', 'option', 'tm_execute'];

function actionProblems(item: unknown, index: number): FlowProblem[] {
  const path = `actions[${index}]`;
  if (!isRecord(item)) {
    const message = 'has to be an object with a `type`';
    return [{ path, index, action_id: '', reason: 'not_an_action', message }];
  }
  const actionId = typeof item['id'] === 'string' ? shown(item['id']) : '';
  const at = (below: string, reason: FlowProblem['reason'], message: string): FlowProblem => ({
    path: `${path}${below}`,
    index,
    action_id: actionId,
    reason,
    message,
  });
  const unknownKeys = Object.keys(item)
    .filter((key) => !actionKeys.includes(key))
    .map((key) =>
      at(`.${shown(key)}`, 'unknown_key', 'is no key of an action; options belong into `option`'),
    );
  return [
    ...unknownKeys,
    ...['id', 'next_id'].flatMap((key) => {
      const message = idProblem(key, item[key]);
      return message === undefined ? [] : [at(`.${key}`, 'bad_id', message)];
    }),
    ...typeProblems(item, at),
  ];
}

function idProblem(key: string, id: unknown): string | undefined {
  if (id === undefined) return undefined;
  if (typeof id !== 'string' || !isId(id)) return 'has to be a UUID in lower case';
  const reserved = key === 'id' && (id === startActionId || id === finishActionId);
  return reserved ? 'is reserved: it stands for the start or the end of every flow' : undefined;
}

function typeProblems(
  item: Readonly<Record<string, unknown>>,
  at: (below: string, reason: FlowProblem['reason'], message: string) => FlowProblem,
): FlowProblem[] {
  const { type: name } = item as { type?: unknown };
  const type = typeof name === 'string' ? actionTypeOf(name) : undefined;
  if (type === undefined) {
    const what = typeof name === 'string' ? `"${shown(name)}" is no action type` : 'has to be an action type';
    return [at('.type', 'unknown_type', `${what}; known are ${knownTypes.join(', ')}`)];
  }
  const option = item['option'] ?? {};
  const problems = optionProblems(type, option).map(({ path, message }) =>
    at(`.option${path}`, 'bad_option', message),
  );
  return problems.length > 0 ? problems : nestedProblems(type, option, at);
}

/** A list of actions within an option stands for itself: it is another call's flow. */
function nestedProblems(
  type: ActionType,
  option: object,
  at: (below: string, reason: FlowProblem['reason'], message: string) => FlowProblem,
): FlowProblem[] {
  const nested = type.nested?.({ ...option });
  let count = 0;
  const checked = nested === undefined ? undefined : checkFlow(nested.actions, () => String((count += 1)));
  if (nested === undefined || checked === undefined || checked.ok) return [];
  return checked.problems.map(({ path, reason, message }) =>
    at(`.option.${nested.path}${path.replace(/^actions/, '')}`, reason, message),
  );
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function complete({ id, next_id: nextId, type, option }: SentAction, newId: () => string): Action {
  return {
    id: id === undefined || id === nilId ? newId() : id,
    next_id: nextId ?? nilId,
    type,
    ...(option === undefined || option === null ? {} : { option }),
  };
}
