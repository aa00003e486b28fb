import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type TrunkRow, trunksAt } from '@parley/core';
import * as fc from 'fast-check';
import { TrunkIndex } from './trunk-index.ts';

const never = '9999-01-01 00:00:00.000000';

function trunk(id: string, change: Partial<TrunkRow> = {}): TrunkRow {
  const row = { id, customer_id: 'c', name: '', detail: '', domain_name: `${id}.example`, username: 'pbx' };
  const stamps = { tm_create: '2026-01-01 00:00:00.000000', tm_update: never, tm_delete: never };
  return { ...row, auth_types: ['ip'], allowed_ips: ['192.0.2.7'], ...stamps, ...change };
}

function indexOf(...trunks: readonly TrunkRow[]): TrunkIndex {
  const index = new TrunkIndex();
  for (const each of trunks) index.set(each);
  return index;
}

describe('the index of trunks', () => {
  it('finds the same trunks for an address as a look at each of them, in the same order', () => {
    const blocks = ['192.0.2.7', '192.0.2.0/24', '192.0.2.4/30', '192.0.0.0/9', '198.51.100.0/25'];
    const six = ['10.0.0.0/8', '2001:db8::/32', '2001:db8::7', '2001:db8:40::/47', '::ffff:192.0.2.8'];
    const block = fc.constantFrom(...blocks, ...six);
    const address = fc.oneof(
      fc.ipV4(),
      fc.ipV6(),
      fc.constantFrom(
        '192.0.2.7',
        '192.0.2.5',
        '192.127.0.1',
        '192.128.0.1',
        '198.51.100.128',
        '::ffff:192.0.2.7',
      ),
      fc.constantFrom('2001:db8::7', '2001:db8:41::1', '2001:db8:42::1', 'nonsense', ''),
    );
    const trunks = fc
      .array(fc.array(block, { minLength: 1, maxLength: 3 }), { maxLength: 6 })
      .map((all) => all.map((allowed_ips, index) => trunk(`t${index}`, { allowed_ips })));
    fc.assert(
      fc.property(trunks, address, (all, from) => {
        const ids = (found: readonly TrunkRow[]): string[] => found.map(({ id }) => id);
        assert.deepEqual(ids(indexOf(...all).atAddress(from)), ids(trunksAt(all, from)));
      }),
    );
  });

  it('forgets what is deleted or changed', () => {
    const index = indexOf(trunk('a'), trunk('b', { allowed_ips: ['192.0.2.8'] }));
    index.set(trunk('a', { tm_delete: '2026-01-02 00:00:00.000000' }));
    index.set(trunk('b', { allowed_ips: ['192.0.2.9'], domain_name: 'new.example' }));
    assert.deepEqual(index.atAddress('192.0.2.7'), []);
    assert.deepEqual(index.atAddress('192.0.2.8'), []);
    assert.equal(index.atAddress('192.0.2.9').length, 1);
    assert.equal(index.byDomain('b.example'), undefined);
    assert.equal(index.byDomain('NEW.example')?.id, 'b');
    assert.equal(index.size, 1);
  });

  it('knows whether anybody may come with a password, and which trunks a user name opens from there', () => {
    const both = trunk('both', { auth_types: ['basic', 'ip'] });
    const open = trunk('open', { auth_types: ['basic'], allowed_ips: [] });
    assert.equal(indexOf(both).isOpen, false);
    assert.equal(indexOf(both, open).isOpen, true);
    const ids = (address: string): string[] =>
      indexOf(both, open)
        .forUser('pbx', address)
        .map(({ id }) => id);
    assert.deepEqual(ids('192.0.2.7'), ['both', 'open']);
    assert.deepEqual(ids('192.0.2.9'), ['open']);
    assert.deepEqual(indexOf(both, open).forUser('other', '192.0.2.7'), []);
  });
});
