import { createAccesskey, deleteAccesskey, publicAccesskey, updateAccesskey } from '@parley/core';
import type { HandlerContext, Handlers } from '../handler.ts';
import { answer, refuse } from '../outcome.ts';
import { listPage } from '../page.ts';
import { findOwned } from '../presence.ts';

type AccesskeyHandlers = Pick<
  Handlers,
  'listAccesskeys' | 'createAccesskey' | 'getAccesskey' | 'updateAccesskey' | 'deleteAccesskey'
>;

export function createAccesskeyHandlers({ deps, change }: HandlerContext): AccesskeyHandlers {
  return {
    async listAccesskeys({ caller, query }) {
      const page = await listPage(deps, 'accesskey', caller.customer.id, query);
      return page.ok ? answer({ ...page.value, result: page.value.result.map(publicAccesskey) }) : page;
    },
    createAccesskey: ({ caller, body }) =>
      change('access key', async (draft) => {
        const { row, token } = createAccesskey(draft, deps, caller.customer.id, body);
        return answer({ ...publicAccesskey(row), token });
      }),
    async getAccesskey({ caller, params }) {
      const found = await findOwned(deps, 'accesskey', params.id, caller.customer.id);
      return found.ok ? answer(publicAccesskey(found.value.row)) : found;
    },
    updateAccesskey: ({ caller, params, body }) =>
      change('access key', async (draft) => {
        const found = await findOwned(deps, 'accesskey', params.id, caller.customer.id);
        return found.ok ? answer(publicAccesskey(updateAccesskey(draft, found.value, body))) : found;
      }),
    deleteAccesskey: ({ caller, params }) =>
      change('access key', async (draft) => {
        const found = await findOwned(deps, 'accesskey', params.id, caller.customer.id);
        if (!found.ok) return found;
        if (params.id === caller.accesskey.id) {
          return refuse('STATE_INVALID', { problem: 'a key cannot delete itself' });
        }
        return answer(publicAccesskey(deleteAccesskey(draft, found.value)));
      }),
  };
}
