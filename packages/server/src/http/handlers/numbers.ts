import { nilId, type NumberFlowIds } from '@parley/contract';
import { createNumber, deleteNumber, type Draft, holdFlows, type Stored, updateNumber } from '@parley/core';
import type { HandlerContext, Handlers } from '../handler.ts';
import { answer, type Outcome } from '../outcome.ts';
import { listPage } from '../page.ts';
import { findOwned } from '../presence.ts';

type NumberHandlers = Pick<
  Handlers,
  'listNumbers' | 'createNumber' | 'getNumber' | 'updateNumber' | 'updateNumberFlowIds' | 'deleteNumber'
>;

export function createNumberHandlers({ deps, change }: HandlerContext): NumberHandlers {
  /** Makes sure that the flows named are there, and still are when the draft is committed. */
  const hold = async (draft: Draft, customerId: string, ids: NumberFlowIds): Promise<Outcome<null>> => {
    const flows: Stored<'flow'>[] = [];
    for (const id of new Set([ids.call_flow_id, ids.message_flow_id])) {
      if (id === undefined || id === nilId) continue;
      const found = await findOwned(deps, 'flow', id, customerId);
      if (!found.ok) return found;
      flows.push(found.value);
    }
    holdFlows(draft, flows);
    return answer(null);
  };
  return {
    listNumbers: ({ caller, query }) => listPage(deps, 'number', caller.customer.id, query),
    createNumber: ({ caller, body }) =>
      change('flow', async (draft) => {
        const held = await hold(draft, caller.customer.id, body);
        return held.ok ? answer(createNumber(draft, deps.chance, caller.customer.id, body)) : held;
      }),
    async getNumber({ caller, params }) {
      const found = await findOwned(deps, 'number', params.id, caller.customer.id);
      return found.ok ? answer(found.value.row) : found;
    },
    updateNumber: ({ caller, params, body }) =>
      change('number', async (draft) => {
        const found = await findOwned(deps, 'number', params.id, caller.customer.id);
        return found.ok ? answer(updateNumber(draft, found.value, body)) : found;
      }),
    updateNumberFlowIds: ({ caller, params, body }) =>
      change('number', async (draft) => {
        const found = await findOwned(deps, 'number', params.id, caller.customer.id);
        if (!found.ok) return found;
        const held = await hold(draft, caller.customer.id, body);
        return held.ok ? answer(updateNumber(draft, found.value, body)) : held;
      }),
    deleteNumber: ({ caller, params }) =>
      change('number', async (draft) => {
        const found = await findOwned(deps, 'number', params.id, caller.customer.id);
        return found.ok ? answer(deleteNumber(draft, found.value)) : found;
      }),
  };
}
