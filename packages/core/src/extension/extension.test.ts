import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Instant } from '@parley/contract';
import { Draft } from '../draft.ts';
import type { Chance } from '../ports/chance.ts';
import type { Monotonic } from '../ports/moment.ts';
import {
  createExtension,
  deleteExtension,
  extensionKey,
  type HashPassword,
  publicExtension,
  updateExtension,
} from './extension.ts';

const customerId = 'c0000000-0000-4000-8000-000000000000';
const never = '9999-01-01 00:00:00.000000';
const chance: Chance = {
  id: () => 'e0000000-0000-4000-8000-000000000001',
  token: (bytes) => 'ab'.repeat(bytes),
  fraction: () => 0.5,
};
const hashPasswordFor =
  (realm: string): HashPassword =>
  (username, password) => ({
    realm,
    sha256: `s(${username},${password})`,
    md5: `m(${username},${password})`,
  });
const hashPassword = hashPasswordFor('example.org');
const draftAt = (seconds: number): Draft =>
  new Draft({ mono: 0 as Monotonic, wall: (seconds * 1_000_000) as Instant }, chance);
const made = () =>
  createExtension(draftAt(0), { chance, hashPassword }, customerId, {
    extension: '1001',
    password: 'secret',
  });

describe('an extension', () => {
  it('is made with a user name of its own digits, in the domain of its customer', () => {
    const draft = draftAt(0);
    const row = createExtension(draft, { chance, hashPassword }, customerId, {
      extension: '1001',
      password: 'secret',
      name: 'Desk',
    });
    assert.deepEqual(row, {
      id: chance.id(),
      name: 'Desk',
      detail: '',
      domain_id: customerId,
      extension: '1001',
      tm_create: '1970-01-01 00:00:00.000000',
      tm_update: never,
      tm_delete: never,
      customer_id: customerId,
      domain_name: `${customerId}.example.org`,
      username: '1001',
      password_hashes: { realm: 'example.org', sha256: 's(1001,secret)', md5: 'm(1001,secret)' },
    });
    assert.deepEqual(draft.puts, [{ kind: 'extension', row }]);
    assert.deepEqual(draft.preconditions, [{ kind: 'extension', id: row.id, version: 0 }]);
    assert.deepEqual(draft.events, [], 'extensions are announced to nobody');
  });

  it('is shown without what is kept of its password', () => {
    const { password_hashes: hashes, ...shown } = made();
    assert.ok(hashes);
    assert.deepEqual(publicExtension(made()), shown);
  });

  it('changes only in what is said, on the condition that nobody else changed it', () => {
    const row = made();
    const draft = draftAt(5);
    const changed = updateExtension(draft, hashPassword, { row, version: 4 }, { name: 'Front desk' });
    assert.deepEqual(changed, { ...row, name: 'Front desk', tm_update: '1970-01-01 00:00:05.000000' });
    assert.deepEqual(draft.preconditions, [{ kind: 'extension', id: row.id, version: 4 }]);
  });

  it('gets a new password in the realm of today', () => {
    const row = made();
    const details = { password: 'changed' };
    const changed = updateExtension(draftAt(5), hashPasswordFor('new.example'), { row, version: 1 }, details);
    assert.deepEqual(changed.password_hashes, {
      realm: 'new.example',
      sha256: 's(1001,changed)',
      md5: 'm(1001,changed)',
    });
    assert.equal(changed.domain_name, `${customerId}.new.example`);
  });

  it('stays as a row when it is deleted', () => {
    const row = made();
    const end = '1970-01-01 00:00:05.000000';
    const deleted = deleteExtension(draftAt(5), { row, version: 1 });
    assert.deepEqual(deleted, { ...row, tm_update: end, tm_delete: end });
  });

  it('is told apart from that of another customer', () => {
    assert.notEqual(extensionKey(customerId, '1001'), extensionKey('another', '1001'));
  });
});
