import type { Flow } from '@parley/contract';
import { checkFlow, createFlow, deleteFlow, type FlowDecision, updateFlow } from '@parley/core';
import type { HandlerContext, Handlers } from '../handler.ts';
import { invalidFlow } from '../invalid-flow.ts';
import { answer, type Outcome } from '../outcome.ts';
import { listPage } from '../page.ts';
import { findOwned } from '../presence.ts';

type FlowHandlers = Pick<
  Handlers,
  'listFlows' | 'createFlow' | 'checkFlow' | 'getFlow' | 'updateFlow' | 'deleteFlow'
>;

export function createFlowHandlers({ deps, change }: HandlerContext): FlowHandlers {
  return {
    listFlows: ({ caller, query }) => listPage(deps, 'flow', caller.customer.id, query),
    createFlow: ({ caller, body }) =>
      change('flow', async (draft) => toOutcome(createFlow(draft, deps.chance, caller.customer.id, body))),
    async checkFlow({ body }) {
      const checked = checkFlow(body.actions, () => deps.chance.id());
      return answer({ valid: checked.ok, problems: checked.ok ? [] : [...checked.problems] });
    },
    async getFlow({ caller, params }) {
      const found = await findOwned(deps, 'flow', params.id, caller.customer.id);
      return found.ok ? answer(found.value.row) : found;
    },
    updateFlow: ({ caller, params, body }) =>
      change('flow', async (draft) => {
        const found = await findOwned(deps, 'flow', params.id, caller.customer.id);
        return found.ok ? toOutcome(updateFlow(draft, deps.chance, found.value, body)) : found;
      }),
    deleteFlow: ({ caller, params }) =>
      change('flow', async (draft) => {
        const found = await findOwned(deps, 'flow', params.id, caller.customer.id);
        if (!found.ok) return found;
        const numbers = await deps.store.findByParent('number', params.id);
        return answer(deleteFlow(draft, found.value, numbers).flow);
      }),
  };
}

function toOutcome(decision: FlowDecision): Outcome<Flow> {
  return decision.ok ? answer(decision.flow) : invalidFlow(decision.problems);
}
