import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Instant } from '@parley/contract';
import { Draft } from '../draft.ts';
import type { Chance } from '../ports/chance.ts';
import type { Monotonic } from '../ports/moment.ts';
import {
  createAccesskey,
  deleteAccesskey,
  isAccesskeyAlive,
  publicAccesskey,
  updateAccesskey,
} from './accesskey.ts';

const customerId = 'c0000000-0000-4000-8000-000000000000';
const chance: Chance = {
  id: () => 'e0000000-0000-4000-8000-000000000001',
  token: (bytes) => '0123456789abcdef'.repeat(bytes / 8),
  fraction: () => 0.5,
};
const deps = { chance, hash: (text: string): string => `hash of ${text}` };
const at = (seconds: number): Instant => (seconds * 1_000_000) as Instant;
const draftAt = (seconds: number): Draft => new Draft({ mono: 0 as Monotonic, wall: at(seconds) }, chance);

describe('an access key', () => {
  it('shows its token once and keeps the hash alone', () => {
    const draft = draftAt(0);
    const { row, token } = createAccesskey(draft, deps, customerId, { name: 'CI' });
    assert.equal(token, `parley_${'0123456789abcdef'.repeat(4)}`);
    assert.equal(row.token_prefix, 'parley_01234567');
    assert.equal(row.token_hash, `hash of ${token}`);
    assert.ok(!JSON.stringify(draft.puts).replace(row.token_hash, '').includes(token));
    assert.ok(!('token_hash' in publicAccesskey(row)));
  });

  it('shows little of a token that somebody chose short', () => {
    const { row } = createAccesskey(draftAt(0), deps, customerId, {}, 'secret');
    assert.equal(row.token_prefix, 'se');
  });

  it('is alive until its time has come', () => {
    const { row } = createAccesskey(draftAt(100), deps, customerId, { expire: 60 });
    assert.equal(row.tm_expire, '1970-01-01 00:02:40.000000');
    assert.equal(isAccesskeyAlive(row, at(159)), true);
    assert.equal(isAccesskeyAlive(row, at(160)), false);
  });

  it('lives for ever when no time is set, and is dead once deleted', () => {
    const { row } = createAccesskey(draftAt(0), deps, customerId, { expire: 0 });
    assert.equal(isAccesskeyAlive(row, at(4_000_000_000)), true);
    const deleted = deleteAccesskey(draftAt(5), { row, version: 1 });
    assert.equal(isAccesskeyAlive(deleted, at(5)), false);
  });

  it('can be renamed, not prolonged', () => {
    const { row } = createAccesskey(draftAt(0), deps, customerId, { name: 'CI', expire: 60 });
    const draft = draftAt(5);
    const renamed = updateAccesskey(draft, { row, version: 4 }, { detail: 'for the build' });
    assert.deepEqual(renamed, { ...row, detail: 'for the build', tm_update: '1970-01-01 00:00:05.000000' });
    assert.deepEqual(draft.preconditions, [{ kind: 'accesskey', id: row.id, version: 4 }]);
  });
});
