import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Instant } from '@parley/contract';
import { Draft } from '../draft.ts';
import type { Chance } from '../ports/chance.ts';
import type { Monotonic } from '../ports/moment.ts';
import { createCustomer, deleteCustomer, rotateWebhookSecret, updateCustomer } from './customer.ts';
import { administratorPermissionId, firstCustomer } from './first-customer.ts';

/** Every id and every token differs from the one before. */
function countingChance(): Chance {
  let count = 0;
  return {
    id: () => `d0000000-0000-4000-8000-${String((count += 1)).padStart(12, '0')}`,
    token: (bytes) => String((count += 1)).padStart(bytes * 2, '0'),
    fraction: () => 0.5,
  };
}
const draftAt = (seconds: number, chance: Chance): Draft =>
  new Draft({ mono: 0 as Monotonic, wall: (seconds * 1_000_000) as Instant }, chance);
const hash = (text: string): string => `hash of ${text}`;

describe('a customer', () => {
  it('is made with a signing secret of its own', () => {
    const chance = countingChance();
    const first = createCustomer(draftAt(0, chance), chance, { name: 'One' });
    const second = createCustomer(draftAt(0, chance), chance, { name: 'Two' });
    assert.match(first.webhook_secret, /^whsec_[A-Za-z0-9+/]{43}=$/);
    assert.notEqual(first.webhook_secret, second.webhook_secret);
    assert.deepEqual([first.webhook_uri, first.webhook_method, first.permission_ids], ['', '', []]);
    assert.equal(first.music_on_hold_uri, '');
  });

  it('changes only in what is said and keeps its secret', () => {
    const chance = countingChance();
    const row = createCustomer(draftAt(0, chance), chance, { name: 'One', webhook_uri: 'http://a/' });
    const draft = draftAt(5, chance);
    const customer = updateCustomer(draft, { row, version: 2 }, { webhook_uri: '', webhook_method: 'PUT' });
    const tm_update = '1970-01-01 00:00:05.000000';
    assert.deepEqual(customer, { ...row, webhook_uri: '', webhook_method: 'PUT', tm_update });
    assert.deepEqual(draft.preconditions, [{ kind: 'customer', id: row.id, version: 2 }]);
  });

  it('gets other music, and keeps it through other changes', () => {
    const chance = countingChance();
    const row = createCustomer(draftAt(0, chance), chance, {});
    const music_on_hold_uri = 'http://a/waltz.wav';
    const changed = updateCustomer(draftAt(5, chance), { row, version: 1 }, { music_on_hold_uri });
    assert.equal(changed.music_on_hold_uri, music_on_hold_uri);
    const named = updateCustomer(draftAt(6, chance), { row: changed, version: 2 }, { name: 'Two' });
    assert.equal(named.music_on_hold_uri, music_on_hold_uri);
  });

  it('gets another secret when it asks for one', () => {
    const chance = countingChance();
    const row = createCustomer(draftAt(0, chance), chance, {});
    const { webhook_secret, ...rest } = rotateWebhookSecret(draftAt(5, chance), chance, { row, version: 1 });
    assert.notEqual(webhook_secret, row.webhook_secret);
    const { webhook_secret: _, ...before } = row;
    assert.deepEqual(rest, { ...before, tm_update: '1970-01-01 00:00:05.000000' });
  });

  it('stays as a row when it is deleted', () => {
    const chance = countingChance();
    const row = createCustomer(draftAt(0, chance), chance, {});
    const end = '1970-01-01 00:00:05.000000';
    assert.deepEqual(deleteCustomer(draftAt(5, chance), { row, version: 1 }), {
      ...row,
      tm_update: end,
      tm_delete: end,
    });
  });
});

describe('the first customer', () => {
  it('administers the installation and has one key that never expires', () => {
    const chance = countingChance();
    const draft = draftAt(0, chance);
    const { customer, accesskey } = firstCustomer(draft, { chance, hash });
    assert.deepEqual(customer.permission_ids, [administratorPermissionId]);
    assert.equal(accesskey.row.customer_id, customer.id);
    assert.equal(accesskey.row.tm_expire, '9999-01-01 00:00:00.000000');
    assert.match(accesskey.token, /^parley_[0-9a-f]{64}$/);
    assert.deepEqual(
      draft.puts.map((put) => put.kind),
      ['customer', 'accesskey'],
    );
  });

  it("has the operator's key when one is set", () => {
    const chance = countingChance();
    const { accesskey } = firstCustomer(draftAt(0, chance), { chance, hash }, 'my own long key');
    assert.equal(accesskey.token, 'my own long key');
    assert.equal(accesskey.row.token_hash, 'hash of my own long key');
  });
});
