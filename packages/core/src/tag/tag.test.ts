import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Instant } from '@parley/contract';
import { Draft } from '../draft.ts';
import type { Chance } from '../ports/chance.ts';
import type { Monotonic } from '../ports/moment.ts';
import { createTag, deleteTag, updateTag } from './tag.ts';

const customerId = 'c0000000-0000-4000-8000-000000000000';
const created = '2026-01-02 03:04:05.000006';
const never = '9999-01-01 00:00:00.000000';
const chance: Chance = {
  id: () => 'a0000000-0000-4000-8000-000000000001',
  token: (bytes) => 'ab'.repeat(bytes),
  fraction: () => 0.5,
};

function draftAt(wall: string): Draft {
  const instant = (Date.parse(wall) * 1000 + 6) as Instant;
  return new Draft({ mono: 0 as Monotonic, wall: instant }, chance);
}

describe('a tag', () => {
  it('is made with what was said, and the rest empty', () => {
    const draft = draftAt('2026-01-02T03:04:05Z');
    const tag = createTag(draft, chance, customerId, { name: 'German' });
    assert.deepEqual(tag, {
      id: chance.id(),
      name: 'German',
      detail: '',
      tm_create: created,
      tm_update: never,
      tm_delete: never,
      customer_id: customerId,
    });
    assert.deepEqual(draft.puts, [{ kind: 'tag', row: tag }]);
    assert.deepEqual(draft.preconditions, [{ kind: 'tag', id: tag.id, version: 0 }]);
    assert.deepEqual(draft.events, [], 'tags are announced to nobody');
  });

  it('changes only in what is said, on the condition that nobody else changed it', () => {
    const row = createTag(draftAt('2026-01-02T03:04:05Z'), chance, customerId, {
      name: 'German',
      detail: 'x',
    });
    const draft = draftAt('2026-01-02T03:04:09Z');
    const tag = updateTag(draft, { row, version: 7 }, { detail: '' });
    assert.deepEqual(tag, { ...row, detail: '', tm_update: '2026-01-02 03:04:09.000006' });
    assert.deepEqual(draft.preconditions, [{ kind: 'tag', id: row.id, version: 7 }]);
  });

  it('stays as a row when it is deleted', () => {
    const row = createTag(draftAt('2026-01-02T03:04:05Z'), chance, customerId, { name: 'German' });
    const draft = draftAt('2026-01-02T03:04:09Z');
    const tag = deleteTag(draft, { row, version: 1 });
    const end = '2026-01-02 03:04:09.000006';
    assert.deepEqual(tag, { ...row, tm_update: end, tm_delete: end });
    assert.deepEqual(draft.puts, [{ kind: 'tag', row: tag }]);
  });
});
