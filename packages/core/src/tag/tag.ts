import { notYet, type Tag } from '@parley/contract';
import type { Draft } from '../draft.ts';
import type { Chance } from '../ports/chance.ts';
import type { Stored } from '../ports/store.ts';

/** What a client may say about a tag; a key that is absent keeps what stands. */
export interface TagDetails {
  readonly name?: string;
  readonly detail?: string;
}

export function createTag(draft: Draft, chance: Chance, customerId: string, details: TagDetails): Tag {
  const tag: Tag = {
    id: chance.id(),
    name: details.name ?? '',
    detail: details.detail ?? '',
    tm_create: draft.stamp,
    tm_update: notYet,
    tm_delete: notYet,
    customer_id: customerId,
  };
  draft.require('tag', tag.id, 0);
  draft.put('tag', tag);
  return tag;
}

export function updateTag(draft: Draft, stored: Stored<'tag'>, details: TagDetails): Tag {
  return replace(draft, stored, {
    ...stored.row,
    name: details.name ?? stored.row.name,
    detail: details.detail ?? stored.row.detail,
    tm_update: draft.stamp,
  });
}

/** Removal is soft: the row stays, with the time of its end. */
export function deleteTag(draft: Draft, stored: Stored<'tag'>): Tag {
  const now = draft.stamp;
  return replace(draft, stored, { ...stored.row, tm_update: now, tm_delete: now });
}

function replace(draft: Draft, stored: Stored<'tag'>, tag: Tag): Tag {
  draft.require('tag', tag.id, stored.version);
  draft.put('tag', tag);
  return tag;
}
