import { createTag, deleteTag, updateTag } from '@parley/core';
import type { HandlerContext, Handlers } from '../handler.ts';
import { answer } from '../outcome.ts';
import { listPage } from '../page.ts';
import { findOwned } from '../presence.ts';

type TagHandlers = Pick<Handlers, 'listTags' | 'createTag' | 'getTag' | 'updateTag' | 'deleteTag'>;

export function createTagHandlers({ deps, change }: HandlerContext): TagHandlers {
  return {
    listTags: ({ caller, query }) => listPage(deps, 'tag', caller.customer.id, query),
    createTag: ({ caller, body }) =>
      change('tag', async (draft) => answer(createTag(draft, deps.chance, caller.customer.id, body))),
    async getTag({ caller, params }) {
      const found = await findOwned(deps, 'tag', params.id, caller.customer.id);
      return found.ok ? answer(found.value.row) : found;
    },
    updateTag: ({ caller, params, body }) =>
      change('tag', async (draft) => {
        const found = await findOwned(deps, 'tag', params.id, caller.customer.id);
        return found.ok ? answer(updateTag(draft, found.value, body)) : found;
      }),
    deleteTag: ({ caller, params }) =>
      change('tag', async (draft) => {
        const found = await findOwned(deps, 'tag', params.id, caller.customer.id);
        return found.ok ? answer(deleteTag(draft, found.value)) : found;
      }),
  };
}
