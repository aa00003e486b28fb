import type { Queuecall } from '@parley/contract';
import { latestQueuecall } from '@parley/core';
import type { Caller } from '../authentication.ts';
import type { HandlerContext, Handlers } from '../handler.ts';
import { answer, type Outcome } from '../outcome.ts';
import { listMatching, listPage } from '../page.ts';
import { notFound } from '../presence.ts';

type QueuecallHandlers = Pick<Handlers, 'listQueuecalls' | 'getQueuecall' | 'getQueuecallOfCall'>;

export function createQueuecallHandlers({ deps }: HandlerContext): QueuecallHandlers {
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
      const visits = await deps.store.findByParent('queuecall', id);
      return found(latestQueuecall(visits.map(({ row }) => row)), caller, id);
    },
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
