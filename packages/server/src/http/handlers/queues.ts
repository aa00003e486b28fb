import { nilId, type Queue, type QueueSettings } from '@parley/contract';
import {
  createQueue,
  deleteQueue,
  type Draft,
  type QueueDecision,
  type QueueDetails,
  queueInUse,
  updateQueue,
} from '@parley/core';
import type { KeyCaller } from '../authentication.ts';
import type { HandlerContext, Handlers } from '../handler.ts';
import { invalidBody } from '../invalid-body.ts';
import { invalidFlow } from '../invalid-flow.ts';
import { answer, type Outcome, refuse } from '../outcome.ts';
import { listPage } from '../page.ts';
import { findOwned } from '../presence.ts';
import { holdTags } from './held-tags.ts';

type QueueHandlers = Pick<
  Handlers,
  | 'listQueues'
  | 'createQueue'
  | 'getQueue'
  | 'updateQueue'
  | 'updateQueueTagIds'
  | 'updateQueueRoutingMethod'
  | 'updateQueueActions'
  | 'deleteQueue'
>;

export function createQueueHandlers({ deps, change }: HandlerContext): QueueHandlers {
  /** Makes sure that what is named is there. */
  const hold = async (
    draft: Draft,
    customerId: string,
    { tag_ids: tagIds = [], skills = {}, agents, overflow }: QueueDetails,
    standing: Pick<Queue, 'tag_ids' | 'skills' | 'agents'>,
  ): Promise<Outcome<null>> => {
    const tags = [...new Set([...tagIds, ...Object.keys(skills)])];
    const known = [...standing.tag_ids, ...Object.keys(standing.skills)];
    const held = await holdTags(deps, draft, customerId, tags, known);
    if (!held.ok) return held;
    const found = await findAgents(deps, customerId, agents, standing.agents);
    return found.ok ? await findOverflow(deps, customerId, overflow) : found;
  };
  const updating = (caller: KeyCaller, id: string, details: QueueDetails): Promise<Outcome<Queue>> =>
    change('queue', async (draft) => {
      const found = await findOwned(deps, 'queue', id, caller.customer.id);
      if (!found.ok) return found;
      const held = await hold(draft, caller.customer.id, details, found.value.row);
      return held.ok ? toOutcome(updateQueue(draft, deps.chance, found.value, details)) : held;
    });

  return {
    listQueues: ({ caller, query }) => listPage(deps, 'queue', caller.customer.id, query),
    createQueue: ({ caller, body }) =>
      change('queue', async (draft) => {
        const held = await hold(draft, caller.customer.id, body, nobody);
        return held.ok ? toOutcome(createQueue(draft, deps.chance, caller.customer.id, body)) : held;
      }),
    async getQueue({ caller, params }) {
      const found = await findOwned(deps, 'queue', params.id, caller.customer.id);
      return found.ok ? answer(found.value.row) : found;
    },
    updateQueue: ({ caller, params, body }) => updating(caller, params.id, body),
    updateQueueTagIds: ({ caller, params, body }) => updating(caller, params.id, body),
    updateQueueRoutingMethod: ({ caller, params, body }) => updating(caller, params.id, body),
    updateQueueActions: ({ caller, params, body }) => updating(caller, params.id, body),
    deleteQueue: ({ caller, params }) =>
      change('queue', async (draft) => {
        const found = await findOwned(deps, 'queue', params.id, caller.customer.id);
        if (!found.ok) return found;
        const problem = queueInUse(found.value.row);
        if (problem !== undefined) return refuse('STATE_INVALID', { problem });
        return answer(deleteQueue(draft, found.value));
      }),
  };
}

/** What a new queue has. */
const nobody = { tag_ids: [], skills: {}, agents: [] };

/** Like tags: one that was deleted since it was named may be sent back, and stands for nobody. */
async function findAgents(
  deps: HandlerContext['deps'],
  customerId: string,
  agents: QueueSettings['agents'],
  standing: Queue['agents'],
): Promise<Outcome<null>> {
  const known = new Set(standing.map(({ agent_id: id }) => id));
  for (const { agent_id: id } of agents ?? []) {
    const found = known.has(id) ? answer(null) : await findOwned(deps, 'agent', id, customerId);
    if (!found.ok) return found;
  }
  return answer(null);
}

/** A target that is deleted later counts as `exit`, so it is looked for and not held. */
async function findOverflow(
  deps: HandlerContext['deps'],
  customerId: string,
  overflow: QueueSettings['overflow'],
): Promise<Outcome<null>> {
  const { type, target_id: id } = overflow ?? {};
  if ((type !== 'queue' && type !== 'flow') || id === undefined || id === nilId) return answer(null);
  const found = await findOwned(deps, type, id, customerId);
  return found.ok ? answer(null) : found;
}

function toOutcome(decision: QueueDecision): Outcome<Queue> {
  if (decision.kind === 'invalidFlow') return invalidFlow(decision.problems);
  return decision.kind === 'ok' ? answer(decision.queue) : invalidBody(decision.problems);
}
