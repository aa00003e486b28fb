import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Instant } from '@parley/contract';
import { Draft } from '../draft.ts';
import type { HashPassword } from '../extension/extension.ts';
import type { Chance } from '../ports/chance.ts';
import type { Monotonic } from '../ports/moment.ts';
import {
  allowsAddress,
  createTrunk,
  deleteTrunk,
  publicTrunk,
  type TrunkDecision,
  type TrunkDetails,
  trunksAt,
  updateTrunk,
} from './trunk.ts';

const customerId = 'c0000000-0000-4000-8000-000000000000';
const never = '9999-01-01 00:00:00.000000';
const chance: Chance = {
  id: () => 'e0000000-0000-4000-8000-000000000001',
  token: (bytes) => 'ab'.repeat(bytes),
  fraction: () => 0.5,
};
const hashPassword: HashPassword = (username, password) => ({
  realm: 'example.org',
  sha256: `s(${username},${password})`,
  md5: `m(${username},${password})`,
});
const draftAt = (seconds: number): Draft =>
  new Draft({ mono: 0 as Monotonic, wall: (seconds * 1_000_000) as Instant }, chance);
const create = (details: TrunkDetails = {}, draft = draftAt(0)): TrunkDecision =>
  createTrunk(draft, { chance, hashPassword }, customerId, {
    domain_name: 'Office',
    auth_types: ['ip'],
    allowed_ips: ['192.0.2.7'],
    ...details,
  });
const made = (details: TrunkDetails = {}) => {
  const decision = create(details);
  assert.ok(decision.ok);
  return decision.row;
};
const pathsOf = (decision: TrunkDecision): readonly string[] =>
  decision.ok ? [] : decision.problems.map(({ path }) => path);

const basic = { auth_types: ['basic'], username: 'pbx', password: 'secret' } as const;

describe('a trunk', () => {
  it('is made with its domain in lower case and the hashes of its password', () => {
    const draft = draftAt(0);
    const decision = create({ ...basic, name: 'PBX' }, draft);
    const row = {
      id: chance.id(),
      customer_id: customerId,
      name: 'PBX',
      detail: '',
      domain_name: 'office',
      auth_types: ['basic'],
      username: 'pbx',
      allowed_ips: ['192.0.2.7'],
      password_hashes: { realm: 'example.org', sha256: 's(pbx,secret)', md5: 'm(pbx,secret)' },
      tm_create: '1970-01-01 00:00:00.000000',
      tm_update: never,
      tm_delete: never,
    };
    assert.deepEqual(decision, { ok: true, row });
    assert.deepEqual(draft.puts, [{ kind: 'trunk', row }]);
    assert.deepEqual(draft.preconditions, [{ kind: 'trunk', id: row.id, version: 0 }]);
    assert.deepEqual(draft.events, [], 'trunks are announced to nobody');
  });

  it('is shown, and kept, without its password', () => {
    const row = made(basic);
    const { password_hashes: hashes, ...shown } = row;
    assert.ok(hashes);
    assert.deepEqual(publicTrunk(row), shown);
    assert.ok(!('password' in row));
  });

  it('needs what its ways to show who it is need', () => {
    assert.deepEqual(pathsOf(create({ allowed_ips: [] })), ['allowed_ips']);
    assert.deepEqual(pathsOf(create({ auth_types: ['basic'] })), ['username']);
    assert.deepEqual(pathsOf(create({ auth_types: ['basic'], username: 'pbx' })), ['password']);
    assert.deepEqual(pathsOf(create({ auth_types: ['basic', 'ip'], allowed_ips: [] })), [
      'allowed_ips',
      'username',
    ]);
    assert.deepEqual(pathsOf(create({ allowed_ips: ['192.0.2.7', 'office', '0.0.0.0/0'] })), [
      'allowed_ips[1]',
      'allowed_ips[2]',
    ]);
  });

  it('that is refused leaves nothing on the draft', () => {
    const draft = draftAt(0);
    assert.ok(!create({ allowed_ips: [] }, draft).ok);
    assert.deepEqual([draft.puts, draft.preconditions], [[], []]);
  });

  it('changes only in what is said, on the condition that nobody else changed it', () => {
    const row = made(basic);
    const draft = draftAt(5);
    const changed = updateTrunk(draft, hashPassword, { row, version: 4 }, { domain_name: 'NEW.example' });
    const tm_update = '1970-01-01 00:00:05.000000';
    assert.deepEqual(changed, { ok: true, row: { ...row, domain_name: 'new.example', tm_update } });
    assert.deepEqual(draft.preconditions, [{ kind: 'trunk', id: row.id, version: 4 }]);
  });

  it('with another user name needs the password again, because the hashes are of both', () => {
    const stored = { row: made(basic), version: 1 };
    const alone = updateTrunk(draftAt(5), hashPassword, stored, { username: 'pbx2' });
    assert.deepEqual(pathsOf(alone), ['password']);
    const both = updateTrunk(draftAt(5), hashPassword, stored, { username: 'pbx2', password: 'other' });
    assert.ok(both.ok);
    assert.equal(both.row.password_hashes?.md5, 'm(pbx2,other)');
  });

  it('forgets the hashes of a user name that it no longer has', () => {
    const stored = { row: made({ ...basic, auth_types: ['basic', 'ip'] }), version: 1 };
    const changed = updateTrunk(draftAt(5), hashPassword, stored, { auth_types: ['ip'], username: '' });
    assert.ok(changed.ok);
    assert.ok(!('password_hashes' in changed.row));
  });

  it('stays as a row when it is deleted', () => {
    const row = made();
    const end = '1970-01-01 00:00:05.000000';
    assert.deepEqual(deleteTrunk(draftAt(5), { row, version: 1 }), {
      ...row,
      tm_update: end,
      tm_delete: end,
    });
  });
});

describe('who calls over a trunk', () => {
  const office = made({ domain_name: 'office', allowed_ips: ['192.0.2.0/24', '2001:db8::/32'] });
  const cellar = made({ domain_name: 'cellar', allowed_ips: ['192.0.2.7'] });
  const login = made({ ...basic, domain_name: 'login', allowed_ips: [] });
  const namesAt = (address: string): readonly string[] =>
    trunksAt([office, login, cellar], address).map(({ domain_name: name }) => name);

  it('is found by address, the one with the smallest block first', () => {
    assert.deepEqual(namesAt('192.0.2.7'), ['cellar', 'office']);
    assert.deepEqual(namesAt('192.0.2.8'), ['office']);
    assert.deepEqual(namesAt('::ffff:192.0.2.7'), ['cellar', 'office']);
    assert.deepEqual(namesAt('2001:db8::9'), ['office']);
    assert.deepEqual(namesAt('198.51.100.1'), []);
    assert.deepEqual(namesAt('nonsense'), []);
  });

  it('may come from anywhere when the trunk does not look at addresses', () => {
    assert.ok(allowsAddress(login, '198.51.100.1'));
    assert.ok(allowsAddress(cellar, '192.0.2.7'));
    assert.ok(!allowsAddress(cellar, '192.0.2.8'));
    assert.ok(!allowsAddress(cellar, 'nonsense'));
  });
});
