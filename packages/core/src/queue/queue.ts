import {
  type Action,
  type ActionInput,
  type FieldProblem,
  type FlowProblem,
  notYet,
  type Queue,
} from '@parley/contract';
import type { Draft } from '../draft.ts';
import type { Chance } from '../ports/chance.ts';
import type { Stored } from '../ports/store.ts';
import {
  defaultBriefing,
  defaultCallback,
  defaultMatching,
  defaultSettings,
  type Settings,
  settingProblems,
  withSettings,
} from './queue-settings.ts';
import { checkAgentAnnouncement } from './agent-announcement.ts';
import { checkWaitActions } from './wait-actions.ts';

/** What a client may say about a queue; a key that is absent keeps what stands. */
export interface QueueDetails extends Settings {
  readonly wait_actions?: readonly ActionInput[];
  readonly agent_announcement?: readonly ActionInput[];
}

export type QueueDecision =
  | { readonly kind: 'ok'; readonly queue: Queue }
  | { readonly kind: 'invalidFlow'; readonly problems: readonly FlowProblem[] }
  | { readonly kind: 'invalid'; readonly problems: readonly FieldProblem[] };

/** The contract has checked the forms; tags and the target of `overflow` are the caller's to find. */
export function createQueue(
  draft: Draft,
  chance: Chance,
  customerId: string,
  details: QueueDetails,
): QueueDecision {
  const { routing_method, wait_timeout, service_timeout, ...later } = defaultSettings;
  const queue: Queue = {
    id: chance.id(),
    name: '',
    detail: '',
    routing_method,
    tag_ids: [],
    wait_actions: [],
    wait_timeout,
    service_timeout,
    wait_queue_call_ids: [],
    service_queue_call_ids: [],
    total_incoming_count: 0,
    total_serviced_count: 0,
    total_abandoned_count: 0,
    total_waittime: 0,
    total_service_duration: 0,
    tm_create: draft.stamp,
    tm_update: notYet,
    tm_delete: notYet,
    customer_id: customerId,
    ...later,
    total_overflowed_count: 0,
    total_kicked_count: 0,
    ...defaultMatching,
    agents: [],
    agent_announcement: [],
    ...defaultBriefing,
    callback: defaultCallback,
  };
  return decide(draft, chance, { row: queue, version: 0 }, details, 'queue_created');
}

/** Callers who wait have what they joined with: this is for those who join from now on. */
export function updateQueue(
  draft: Draft,
  chance: Chance,
  { row, version }: Stored<'queue'>,
  details: QueueDetails,
): QueueDecision {
  const changed = { row: { ...row, tm_update: draft.stamp }, version };
  return decide(draft, chance, changed, details, 'queue_updated');
}

/** Why a queue cannot be deleted now; undefined: it can. */
export function queueInUse(queue: Queue): string | undefined {
  const { wait_queue_call_ids: waiting, service_queue_call_ids: served } = queue;
  const inside = waiting.length + served.length;
  return inside === 0
    ? undefined
    : `${inside} ${inside === 1 ? 'caller is' : 'callers are'} in the queue ${queue.id}`;
}

/** Removal is soft: the row stays, with the time of its end. */
export function deleteQueue(draft: Draft, { row, version }: Stored<'queue'>): Queue {
  const now = draft.stamp;
  return put(draft, { ...row, tm_update: now, tm_delete: now }, version, 'queue_deleted');
}

function decide(
  draft: Draft,
  chance: Chance,
  { row, version }: Stored<'queue'>,
  details: QueueDetails,
  event: 'queue_created' | 'queue_updated',
): QueueDecision {
  const { wait_actions: input, agent_announcement: announcement, ...settings } = details;
  const queue = withSettings(row, settings);
  const problems = [...settingProblems(queue, settings)];
  if (problems.length > 0) return { kind: 'invalid', problems };
  const checked = waitActionsOf(row, chance, input);
  if (!checked.ok) return { kind: 'invalidFlow', problems: checked.problems };
  const heard =
    announcement === undefined
      ? ({ ok: true, actions: row.agent_announcement } as const)
      : checkAgentAnnouncement(announcement, () => chance.id());
  if (!heard.ok) return { kind: 'invalidFlow', problems: heard.problems };
  const lists = { wait_actions: [...checked.actions], agent_announcement: [...heard.actions] };
  return { kind: 'ok', queue: put(draft, { ...queue, ...lists }, version, event) };
}

function waitActionsOf(row: Queue, chance: Chance, input: readonly ActionInput[] | undefined) {
  if (input === undefined) return { ok: true, actions: row.wait_actions as readonly Action[] } as const;
  return checkWaitActions(input, () => chance.id());
}

function put(
  draft: Draft,
  queue: Queue,
  version: number,
  event: 'queue_created' | 'queue_updated' | 'queue_deleted',
): Queue {
  draft.require('queue', queue.id, version);
  draft.put('queue', queue);
  draft.emit(event, queue.id, queue);
  return queue;
}
