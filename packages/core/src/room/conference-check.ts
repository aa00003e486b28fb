import type { Action, Conference, FieldProblem, FlowProblem } from '@parley/contract';
import { fieldProblem } from '../field-problem.ts';
import { checkFlow } from '../flow/check.ts';
import { jsonBytes } from '../flow/json-size.ts';
import { limits } from '../limits.ts';

/** What a client says about a conference; a key that is absent keeps what stands. */
export interface ConferenceDetails {
  readonly data?: Conference['data'];
  readonly pre_actions?: unknown;
  readonly post_actions?: unknown;
}

export type ConferenceCheck =
  | { readonly kind: 'ok'; readonly preActions: Action[]; readonly postActions: Action[] }
  | { readonly kind: 'invalidFlow'; readonly problems: readonly FlowProblem[] }
  | { readonly kind: 'invalid'; readonly problems: readonly FieldProblem[] };

type Lists = Pick<Conference, 'pre_actions' | 'post_actions'>;

const none: Lists = { pre_actions: [], post_actions: [] };

/** Checks what the form of a body cannot say, and completes the actions. Events carry all of it, so it is bounded together. */
export function checkConference(
  details: ConferenceDetails,
  newId: () => string,
  standing: Lists = none,
): ConferenceCheck {
  const bytes = details.data === undefined ? 0 : jsonBytes(details.data);
  if (bytes > limits.conferenceDataBytes) {
    const message = `has ${bytes} bytes as JSON; at most ${limits.conferenceDataBytes} are allowed`;
    return { kind: 'invalid', problems: [fieldProblem('data', 'too_long', message)] };
  }
  const before = checkFlow(details.pre_actions ?? standing.pre_actions, newId);
  if (!before.ok) return { kind: 'invalidFlow', problems: inList(before.problems, 'pre_actions') };
  const after = checkFlow(details.post_actions ?? standing.post_actions, newId);
  if (!after.ok) return { kind: 'invalidFlow', problems: inList(after.problems, 'post_actions') };
  const together = jsonBytes([...before.actions, ...after.actions]);
  if (together > limits.actionsBytes) return { kind: 'invalidFlow', problems: [tooLarge(together)] };
  return { kind: 'ok', preActions: before.actions, postActions: after.actions };
}

function inList(problems: readonly FlowProblem[], list: string): readonly FlowProblem[] {
  return problems.map((problem) => ({ ...problem, path: problem.path.replace(/^actions/, list) }));
}

function tooLarge(bytes: number): FlowProblem {
  const message = `have ${bytes} bytes as JSON together with pre_actions; at most ${limits.actionsBytes} are allowed`;
  return { path: 'post_actions', index: -1, action_id: '', reason: 'too_large', message };
}
