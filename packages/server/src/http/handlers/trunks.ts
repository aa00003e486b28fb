import type { Trunk } from '@parley/contract';
import { createTrunk, deleteTrunk, publicTrunk, type TrunkDecision, updateTrunk } from '@parley/core';
import type { HandlerContext, Handlers } from '../handler.ts';
import { invalidBody } from '../invalid-body.ts';
import { answer, type Outcome } from '../outcome.ts';
import { listPage } from '../page.ts';
import { findOwned } from '../presence.ts';

type TrunkHandlers = Pick<
  Handlers,
  'listTrunks' | 'createTrunk' | 'getTrunk' | 'updateTrunk' | 'deleteTrunk'
>;

export function createTrunkHandlers({ deps, change }: HandlerContext): TrunkHandlers {
  return {
    async listTrunks({ caller, query }) {
      const page = await listPage(deps, 'trunk', caller.customer.id, query);
      return page.ok ? answer({ ...page.value, result: page.value.result.map(publicTrunk) }) : page;
    },
    createTrunk: ({ caller, body }) =>
      change('trunk', async (draft) => toOutcome(createTrunk(draft, deps, caller.customer.id, body))),
    async getTrunk({ caller, params }) {
      const found = await findOwned(deps, 'trunk', params.id, caller.customer.id);
      return found.ok ? answer(publicTrunk(found.value.row)) : found;
    },
    updateTrunk: ({ caller, params, body }) =>
      change('trunk', async (draft) => {
        const found = await findOwned(deps, 'trunk', params.id, caller.customer.id);
        return found.ok ? toOutcome(updateTrunk(draft, deps.hashPassword, found.value, body)) : found;
      }),
    deleteTrunk: ({ caller, params }) =>
      change('trunk', async (draft) => {
        const found = await findOwned(deps, 'trunk', params.id, caller.customer.id);
        return found.ok ? answer(publicTrunk(deleteTrunk(draft, found.value))) : found;
      }),
  };
}

function toOutcome(decision: TrunkDecision): Outcome<Trunk> {
  return decision.ok ? answer(publicTrunk(decision.row)) : invalidBody(decision.problems);
}
