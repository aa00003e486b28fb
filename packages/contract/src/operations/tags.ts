import { Type, type Static } from 'typebox';
import { Tag } from '../resources/tag.ts';
import { DetailInput, LabelInput, NameInput } from './inputs.ts';
import { IdParams, jsonReply, listOf, PageQuery, type Operation } from './operation.ts';

export const TagCreate = Type.Object(
  { name: NameInput, detail: Type.Optional(DetailInput) },
  { additionalProperties: false },
);
export type TagCreate = Static<typeof TagCreate>;

export const TagList = listOf(Tag);
export type TagList = Static<typeof TagList>;

export const tagOperations = {
  listTags: {
    method: 'GET',
    path: '/v1.0/tags',
    tag: 'tags',
    summary: 'List tags',
    description: 'Newest first.',
    auth: 'key',
    query: PageQuery,
    reply: jsonReply(TagList),
    errors: [],
  },
  createTag: {
    method: 'POST',
    path: '/v1.0/tags',
    tag: 'tags',
    summary: 'Make a tag',
    description: 'Tags are told apart by id; two may have the same name.',
    auth: 'key',
    body: TagCreate,
    reply: jsonReply(Tag),
    errors: [],
  },
  getTag: {
    method: 'GET',
    path: '/v1.0/tags/{id}',
    tag: 'tags',
    summary: 'Read a tag',
    description: 'By its id.',
    auth: 'key',
    params: IdParams,
    reply: jsonReply(Tag),
    errors: ['TAG_NOT_FOUND'],
  },
  updateTag: {
    method: 'PUT',
    path: '/v1.0/tags/{id}',
    tag: 'tags',
    summary: 'Rename a tag',
    description: 'Sets the keys that are sent and leaves the others.',
    auth: 'key',
    params: IdParams,
    body: LabelInput,
    reply: jsonReply(Tag),
    errors: ['TAG_NOT_FOUND', 'CONFLICT'],
  },
  deleteTag: {
    method: 'DELETE',
    path: '/v1.0/tags/{id}',
    tag: 'tags',
    summary: 'Delete a tag',
    description:
      'It is gone from lists and reads, and from the agents who have it; its id is never used again. Queues keep asking for it, so that none is opened to everybody by a deletion.',
    auth: 'key',
    params: IdParams,
    reply: jsonReply(Tag),
    errors: ['TAG_NOT_FOUND', 'CONFLICT'],
  },
} as const satisfies Record<string, Operation>;
