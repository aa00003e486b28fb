import {
  type Address,
  type AddressInput,
  type Agent,
  completeAddress,
  type FieldProblem,
  notYet,
} from '@parley/contract';
import type { Draft } from '../draft.ts';
import { fieldProblem } from '../field-problem.ts';
import type { Chance } from '../ports/chance.ts';
import type { Stored } from '../ports/store.ts';

/** What a client may say about an agent; a key that is absent keeps what stands. */
export interface AgentDetails {
  readonly name?: string;
  readonly detail?: string;
  readonly ring_method?: Agent['ring_method'];
  readonly skills?: Readonly<Record<string, number>>;
  readonly wrap_up_seconds?: number;
  readonly max_no_answers?: number;
  readonly auto_answer?: boolean;
  readonly after_call?: Agent['after_call'];
  readonly permission?: number;
  /** The caller's to find and to `requireTags`. Skills of tags that are no longer there go with them. */
  readonly tag_ids?: readonly string[];
  readonly addresses?: readonly AddressInput[];
}

export type AgentDecision =
  | { readonly ok: true; readonly agent: Agent }
  | { readonly ok: false; readonly problems: readonly FieldProblem[] };

/** Where an agent can be rung. Agents that ring agents would go round; nobody answers in a conference. */
const addressTypes: readonly Address['type'][] = ['tel', 'sip', 'extension', 'endpoint'];

/** A new agent is offline. The contract has checked the forms; the login is made beside it, with `createLogin`. */
export function createAgent(
  draft: Draft,
  chance: Chance,
  customerId: string,
  { username, ...details }: AgentDetails & { readonly username: string },
): AgentDecision {
  const agent: Agent = {
    id: chance.id(),
    username,
    name: '',
    detail: '',
    ring_method: 'ringall',
    status: 'offline',
    permission: 0,
    tag_ids: [],
    addresses: [],
    tm_create: draft.stamp,
    tm_update: notYet,
    tm_delete: notYet,
    customer_id: customerId,
    status_reason: '',
    tm_status: draft.stamp,
    skills: {},
    wrap_up_seconds: 0,
    max_no_answers: 0,
    auto_answer: false,
    after_call: '',
    tm_wrap_up_end: notYet,
  };
  return decide(draft, { row: agent, version: 0 }, details, 'agent_created');
}

/** Everything but the status. */
export function updateAgent(
  draft: Draft,
  { row, version }: Stored<'agent'>,
  details: AgentDetails,
): AgentDecision {
  return decide(draft, { row: { ...row, tm_update: draft.stamp }, version }, details, 'agent_updated');
}

/**
 * Sets the status, with the reason for it. Nothing happens when both are as they were. The version of the row is
 * required, so of two who set it at one moment one decides again on what the other has made of it.
 */
export function setAgentStatus(
  draft: Draft,
  { row, version }: Stored<'agent'>,
  status: Agent['status'],
  reason = '',
): Agent {
  if (row.status === status && row.status_reason === reason) return row;
  return putAgent(draft, withAgentStatus(row, draft.stamp, status, reason), version, 'agent_status_updated');
}

/** The agent from now on. Another status ends the rest it may have had; `wrapUpEnd` is when one that begins will be over. */
export function withAgentStatus(
  agent: Agent,
  now: string,
  status: Agent['status'],
  reason = '',
  wrapUpEnd: string = notYet,
): Agent {
  return {
    ...agent,
    status,
    tm_update: now,
    status_reason: reason,
    tm_status: now,
    tm_wrap_up_end: wrapUpEnd,
  };
}

/** Why an agent cannot be deleted now; undefined: it can. */
export function agentInUse({ id, status }: Agent): string | undefined {
  return status === 'busy' || status === 'ringing' ? `the agent ${id} is ${status}` : undefined;
}

/** Removal is soft: the row stays, with the time of its end. The login ends with it: `endLogin`. */
export function deleteAgent(draft: Draft, { row, version }: Stored<'agent'>): Agent {
  const now = draft.stamp;
  return putAgent(draft, { ...row, tm_update: now, tm_delete: now }, version, 'agent_deleted');
}

/** Takes a tag that is deleted from the agents who have it. */
export function dropTag(draft: Draft, agents: readonly Stored<'agent'>[], tagId: string): void {
  for (const { row, version } of agents) {
    if (!row.tag_ids.includes(tagId)) continue;
    const changed = withTags(
      row,
      row.tag_ids.filter((id) => id !== tagId),
    );
    putAgent(draft, { ...changed, tm_update: draft.stamp }, version, 'agent_updated');
  }
}

/**
 * For a decision that gives these tags to an agent or a queue: it holds only if none of them changes meanwhile. They are
 * not put again, so that many agents can be given one tag at the same time.
 */
export function requireTags(draft: Draft, tags: readonly Stored<'tag'>[]): void {
  for (const { row, version } of tags) draft.require('tag', row.id, version);
}

function decide(
  draft: Draft,
  { row, version }: Stored<'agent'>,
  details: AgentDetails,
  event: 'agent_created' | 'agent_updated',
): AgentDecision {
  const tagged = details.tag_ids === undefined ? row : withTags(row, details.tag_ids);
  const agent: Agent = {
    ...tagged,
    name: details.name ?? row.name,
    detail: details.detail ?? row.detail,
    ring_method: details.ring_method ?? row.ring_method,
    permission: details.permission ?? row.permission,
    addresses: details.addresses?.map(completeAddress) ?? row.addresses,
    skills: details.skills === undefined ? tagged.skills : { ...details.skills },
    wrap_up_seconds: details.wrap_up_seconds ?? row.wrap_up_seconds,
    max_no_answers: details.max_no_answers ?? row.max_no_answers,
    auto_answer: details.auto_answer ?? row.auto_answer,
    after_call: details.after_call ?? row.after_call,
  };
  const problems = [...problemsOf(agent)];
  if (problems.length > 0) return { ok: false, problems };
  return { ok: true, agent: putAgent(draft, agent, version, event) };
}

function withTags(row: Agent, tagIds: readonly string[]): Agent {
  const skills = Object.entries(row.skills).filter(([id]) => tagIds.includes(id));
  return { ...row, tag_ids: [...tagIds], skills: Object.fromEntries(skills) };
}

/** What the form of each key alone does not tell. */
function* problemsOf({ addresses, skills, tag_ids: tagIds }: Agent): Generator<FieldProblem> {
  for (const [index, { type, target }] of addresses.entries()) {
    if (target.trim() === '') yield fieldProblem(`addresses[${index}].target`, 'too_short', 'is empty');
    if (addressTypes.includes(type)) continue;
    const message = `is ${type}, and agents are rung at ${addressTypes.join(', ')}`;
    yield fieldProblem(`addresses[${index}].type`, 'not_one_of', message);
  }
  for (const id of Object.keys(skills)) {
    if (!tagIds.includes(id)) yield fieldProblem(`skills.${id}`, 'not_one_of', 'is no tag of the agent');
  }
}

export function putAgent(
  draft: Draft,
  agent: Agent,
  version: number,
  event: 'agent_created' | 'agent_updated' | 'agent_deleted' | 'agent_status_updated',
): Agent {
  draft.require('agent', agent.id, version);
  draft.put('agent', agent);
  draft.emit(event, agent.id, agent);
  return agent;
}
