import {
  completeAddress,
  type Queuecall,
  type QueuecallExplanation,
  type WaitExplanation,
} from '@parley/contract';
import { type ExplanationRow, latestQueuecall } from '@parley/core';
import type { Caller } from '../authentication.ts';
import type { HandlerContext, Handlers } from '../handler.ts';
import { answer, type Outcome, refuse } from '../outcome.ts';
import { listMatching, listPage } from '../page.ts';
import { findOwned, notFound } from '../presence.ts';

type QueuecallHandlers = Pick<
  Handlers,
  | 'listQueuecalls'
  | 'getQueuecall'
  | 'getQueuecallOfCall'
  | 'updateQueuecall'
  | 'explainQueuecall'
  | 'callQueuecallBack'
  | 'kickQueuecall'
  | 'kickQueuecallOfCall'
>;

export function createQueuecallHandlers({ deps }: HandlerContext): QueuecallHandlers {
  const latestOf = async (callId: string): Promise<Queuecall | undefined> =>
    latestQueuecall((await deps.store.findByParent('queuecall', callId)).map(({ row }) => row));
  const kick = async (
    visit: Queuecall | undefined,
    caller: Caller,
    id: string,
  ): Promise<Outcome<Queuecall>> => {
    const mine = found(visit, caller, id);
    if (!mine.ok) return mine;
    const { id: visitId } = mine.value;
    const { visit: kicked } = await deps.commands.decide((centre, at) => centre.kick(visitId, at));
    if (kicked === undefined) return refuse('STATE_INVALID', { problem: 'the visit is over' });
    return found((await deps.store.get('queuecall', visitId))?.row, caller, id);
  };
  return {
    async listQueuecalls({ caller, query }) {
      const { queue_id: queueId, ...page } = query;
      const { customer, session } = caller;
      if (queueId === undefined && session === undefined) {
        return await listPage(deps, 'queuecall', customer.id, page);
      }
      const isWanted = (visit: Queuecall): boolean =>
        isOf(visit, caller) && (queueId === undefined || visit.queue_id === queueId);
      return await listMatching(deps, 'queuecall', customer.id, page, isWanted);
    },
    async getQueuecall({ caller, params: { id } }) {
      return found((await deps.store.get('queuecall', id))?.row, caller, id);
    },
    async getQueuecallOfCall({ caller, params: { id } }) {
      return found(await latestOf(id), caller, id);
    },
    async updateQueuecall({ caller, params: { id }, body }) {
      const mine = found((await deps.store.get('queuecall', id))?.row, caller, id);
      if (!mine.ok) return mine;
      const { queue_id: queueId, keep_place: keepPlace = true, priority } = body;
      if (queueId !== undefined) {
        const queue = await findOwned(deps, 'queue', queueId, caller.customer.id);
        if (!queue.ok) return queue;
      }
      const wanted = {
        keepPlace,
        ...(queueId !== undefined && { queueId }),
        ...(priority !== undefined && { priority }),
      };
      const { problem, visit } = await deps.commands.decide((centre, at) =>
        centre.waiting.change(id, wanted, at),
      );
      if (problem !== undefined) return refuse('STATE_INVALID', { problem });
      return answer(visit ?? mine.value);
    },
    async explainQueuecall({ caller, params: { id } }) {
      const mine = found((await deps.store.get('queuecall', id))?.row, caller, id);
      if (!mine.ok) return mine;
      const stored = (await deps.store.get('explanation', id))?.row;
      return answer(explanationOf(mine.value, stored, deps.commands.explainWait(id)));
    },
    async callQueuecallBack({ caller, params: { id }, body }) {
      const mine = found((await deps.store.get('queuecall', id))?.row, caller, id);
      if (!mine.ok) return mine;
      const destination = body.destination && completeAddress(body.destination);
      const { problem, visit } = await deps.commands.decide((centre, at) =>
        centre.waiting.callBack(id, destination, at),
      );
      return problem === undefined ? answer(visit ?? mine.value) : refuse('STATE_INVALID', { problem });
    },
    async kickQueuecall({ caller, params: { id } }) {
      return await kick((await deps.store.get('queuecall', id))?.row, caller, id);
    },
    async kickQueuecallOfCall({ caller, params: { id } }) {
      return await kick(await latestOf(id), caller, id);
    },
  };
}

/** While it waits, as it is now. Of a visit that is over, as it was. */
function explanationOf(
  { id, queue_id, status, priority }: Queuecall,
  stored: ExplanationRow | undefined,
  now: WaitExplanation | undefined,
): QueuecallExplanation {
  const wait = now ?? stored?.wait;
  return {
    queuecall_id: id,
    queue_id,
    status,
    priority,
    offer_count: stored?.offer_count ?? 0,
    offers: [...(stored?.offers ?? [])],
    ...(wait !== undefined && { wait }),
  };
}

function found(visit: Queuecall | undefined, caller: Caller, id: string): Outcome<Queuecall> {
  return visit === undefined || !isOf(visit, caller) ? notFound('queuecall', id) : answer(visit);
}

/** One of the customer's; for an agent one that the agent serves or served. */
function isOf(visit: Queuecall, { customer, session }: Caller): boolean {
  if (visit.customer_id !== customer.id) return false;
  return session === undefined || visit.service_agent_id === session.agent_id;
}
