import { limits } from '@parley/contract';
import { createTag, deleteTag, dropTag, type Stored, updateTag } from '@parley/core';
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
        if (!found.ok) return found;
        dropTag(draft, await agentsWith(deps.store, caller.customer.id, params.id), params.id);
        return answer(deleteTag(draft, found.value));
      }),
  };
}

/**
 * The agents who have a tag. They are found by going through all of the customer; a deletion is rare enough. Who is given
 * the tag at the same moment may keep an id that is good for nothing any more.
 */
async function agentsWith(
  store: HandlerContext['deps']['store'],
  customerId: string,
  tagId: string,
): Promise<readonly Stored<'agent'>[]> {
  const agents: Stored<'agent'>[] = [];
  let after: string | undefined;
  do {
    const page = await store.list('agent', { customerId, limit: limits.pageSize, after });
    if (page === 'badToken') throw new Error('the store refused its own page token');
    for (const { id, tag_ids: tagIds } of page.rows) {
      const stored = tagIds.includes(tagId) ? await store.get('agent', id) : undefined;
      if (stored !== undefined) agents.push(stored);
    }
    after = page.next;
  } while (after !== undefined);
  return agents;
}
