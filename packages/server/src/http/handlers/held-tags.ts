import { type Draft, requireTags, type Stored } from '@parley/core';
import type { HandlerContext } from '../handler.ts';
import { answer, type Outcome } from '../outcome.ts';
import { findOwned } from '../presence.ts';

/**
 * Makes sure that these tags are there, and still are when the draft is committed. Those in `standing` were there when
 * they were given; one that was deleted since may be sent back.
 */
export async function holdTags(
  deps: HandlerContext['deps'],
  draft: Draft,
  customerId: string,
  tagIds: readonly string[] | undefined,
  standing: readonly string[] = [],
): Promise<Outcome<null>> {
  const tags: Stored<'tag'>[] = [];
  for (const id of tagIds ?? []) {
    if (standing.includes(id)) continue;
    const found = await findOwned(deps, 'tag', id, customerId);
    if (!found.ok) return found;
    tags.push(found.value);
  }
  requireTags(draft, tags);
  return answer(null);
}
