import { type Call, formatTimestamp } from '@parley/contract';
import { type Draft, maySupervise, type SessionRow, type Stored } from '@parley/core';
import type { HttpDeps } from '../deps.ts';
import type { HandlerContext, Handlers } from '../handler.ts';
import { answer, type Outcome, refuse } from '../outcome.ts';
import { listMatching, listPage } from '../page.ts';
import { findOwned, notFound } from '../presence.ts';

type CallHandlers = Pick<Handlers, 'listCalls' | 'getCall' | 'hangupCall' | 'deleteCall'>;

export function createCallHandlers({ deps, change }: HandlerContext): CallHandlers {
  const find = (id: string, customerId: string) => findOwned(deps, 'call', id, customerId);
  return {
    async listCalls({ caller, query }) {
      const { customer, session } = caller;
      if (session === undefined || (await seesAll(deps, session)))
        return await listPage(deps, 'call', customer.id, query);
      return await listMatching(deps, 'call', customer.id, query, (call) =>
        isOwnedBy(call, session.agent_id),
      );
    },
    async getCall({ caller: { customer, session }, params }) {
      const found = await find(params.id, customer.id);
      if (!found.ok) return found;
      const { row } = found.value;
      const isShown =
        session === undefined || isOwnedBy(row, session.agent_id) || (await seesAll(deps, session));
      return isShown ? answer(row) : notFound('call', params.id);
    },
    async hangupCall({ caller, params: { id } }) {
      const found = await find(id, caller.customer.id);
      if (!found.ok) return found;
      if (found.value.row.status === 'hangup') return refuse('CALL_ALREADY_HANGUP', { id });
      switch (await deps.calls.hangup(id)) {
        case 'notFound':
          return notFound('call', id);
        case 'alreadyHungUp':
          return refuse('CALL_ALREADY_HANGUP', { id });
        case 'ok': {
          const begun = await find(id, caller.customer.id);
          return begun.ok ? answer(begun.value.row) : begun;
        }
      }
    },
    deleteCall: ({ caller, params: { id } }) =>
      change('call', async (draft): Promise<Outcome<Call>> => {
        const found = await find(id, caller.customer.id);
        if (!found.ok) return found;
        const { status } = found.value.row;
        if (status !== 'hangup' || deps.calls.isLive(id)) {
          return refuse('CALL_STATE_INVALID', {
            id,
            status,
            problem: 'a record is kept until the call is over',
          });
        }
        return answer(deleteCall(draft, found.value));
      }),
  };
}

/** Whoever may supervise calls has to find them. */
async function seesAll({ store }: Pick<HttpDeps, 'store'>, session: SessionRow): Promise<boolean> {
  const agent = await store.get('agent', session.agent_id);
  return agent !== undefined && maySupervise(agent.row);
}

function isOwnedBy(call: Call, agentId: string): boolean {
  return call.owner_type === 'agent' && call.owner_id === agentId;
}

/** A call that is over has no owner any more who could object. */
function deleteCall(draft: Draft, stored: Stored<'call'>): Call {
  const now = formatTimestamp(draft.at.wall);
  const call: Call = { ...stored.row, tm_update: now, tm_delete: now };
  draft.require('call', call.id, stored.version);
  draft.put('call', call);
  return call;
}
