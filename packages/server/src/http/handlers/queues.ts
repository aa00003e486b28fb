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
    { tag_ids: tagIds, overflow }: Pick<QueueSettings, 'tag_ids' | 'overflow'>,
    standing: readonly string[],
  ): Promise<Outcome<null>> => {
    const held = await holdTags(deps, draft, customerId, tagIds, standing);
    return held.ok ? await findOverflow(deps, customerId, overflow) : held;
  };
  const updating = (caller: KeyCaller, id: string, details: QueueDetails): Promise<Outcome<Queue>> =>
    change('queue', async (draft) => {
      const found = await findOwned(deps, 'queue', id, caller.customer.id);
      if (!found.ok) return found;
      const held = await hold(draft, caller.customer.id, details, found.value.row.tag_ids);
      return held.ok ? toOutcome(updateQueue(draft, deps.chance, found.value, details)) : held;
    });

  return {
    listQueues: ({ caller, query }) => listPage(deps, 'queue', caller.customer.id, query),
    createQueue: ({ caller, body }) =>
      change('queue', async (draft) => {
        const held = await hold(draft, caller.customer.id, body, []);
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

/** A target that is deleted later counts as `exit`, so it is looked for and not held. */
async function findOverflow(
  deps: HandlerContext['deps'],
  customerId: string,
  overflow: QueueSettings['overflow'],
): Promise<Outcome<null>> {
  const { type, target_id: id } = overflow ?? {};
  if (type === undefined || type === 'exit' || id === undefined || id === nilId) return answer(null);
  const found = await findOwned(deps, type, id, customerId);
  return found.ok ? answer(null) : found;
}

function toOutcome(decision: QueueDecision): Outcome<Queue> {
  if (decision.kind === 'invalidFlow') return invalidFlow(decision.problems);
  return decision.kind === 'ok' ? answer(decision.queue) : invalidBody(decision.problems);
}
