import { type Action, type ActionInput, type FlowProblem, nilId } from '@parley/contract';
import type { NestedAction } from '../flow/action-type.ts';
import { checkFlow, type FlowCheck } from '../flow/check.ts';
import type { QueueRules } from './live-queue.ts';

type Briefing = Pick<QueueRules, 'agent_announcement' | 'confirm_key' | 'confirm_seconds'>;

/** What an agent can be told with: nothing that leads elsewhere, or asks somebody else. */
const types: readonly string[] = ['talk', 'play', 'beep', 'sleep'];

/** Checks what an agent hears before it meets a caller. It is heard in the order of the list, whatever that says of links. */
export function checkAgentAnnouncement(input: readonly ActionInput[], newId: () => string): FlowCheck {
  const unlinked = input.map((action) => ({ ...action, next_id: nilId }));
  const checked = checkFlow(unlinked, newId);
  const problems = checked.ok ? input.flatMap(typeProblems) : checked.problems.map(inAnnouncement);
  return checked.ok && problems.length === 0 ? checked : { ok: false, problems };
}

function typeProblems({ id = '', type }: ActionInput, index: number): readonly FlowProblem[] {
  if (types.includes(type)) return [];
  const message = `is ${type}, and an agent is told of a caller by ${types.join(', ')}`;
  const path = `agent_announcement[${index}].type`;
  return [{ path, index, action_id: id, reason: 'unknown_type', message }];
}

function inAnnouncement(problem: FlowProblem): FlowProblem {
  return { ...problem, path: problem.path.replace(/^actions/, 'agent_announcement') };
}

/** Whether an agent who has answered has not taken the caller by that alone. */
export function isBriefed({ agent_announcement: announcement, confirm_key: key }: Briefing): boolean {
  return announcement.length > 0 || key !== '';
}

/** What an agent's leg runs before it meets the caller; nothing, when nothing is to be heard or pressed. */
export function briefingOf(rules: Briefing): readonly NestedAction[] {
  if (!isBriefed(rules)) return [];
  const { agent_announcement: listed, confirm_key: key, confirm_seconds: seconds } = rules;
  const heard: readonly NestedAction[] = listed.length > 0 ? listed.map(unlinked) : [requestFor(key)];
  return [...heard, { type: 'agent_accept', option: { key, timeout: seconds * 1000 } }];
}

function unlinked({ type, option }: Action): NestedAction {
  return { type, ...(option !== undefined && { option }) };
}

function requestFor(key: string): NestedAction {
  return { type: 'talk', option: { text: `Press ${spoken(key)} to take the caller.` } };
}

function spoken(key: string): string {
  return key === '*' ? 'star' : key === '#' ? 'pound' : key;
}
