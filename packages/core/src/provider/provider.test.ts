import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Instant } from '@parley/contract';
import { Draft } from '../draft.ts';
import type { Chance } from '../ports/chance.ts';
import type { Monotonic } from '../ports/moment.ts';
import {
  createProvider,
  deleteProvider,
  holdProvider,
  mayDial,
  type ProviderDecision,
  type ProviderDetails,
  publicProvider,
  updateProvider,
} from './provider.ts';

const customerId = 'c0000000-0000-4000-8000-000000000000';
const never = '9999-01-01 00:00:00.000000';
const chance: Chance = {
  id: () => 'e0000000-0000-4000-8000-000000000001',
  token: (bytes) => 'ab'.repeat(bytes),
  fraction: () => 0.5,
};
const draftAt = (seconds: number): Draft =>
  new Draft({ mono: 0 as Monotonic, wall: (seconds * 1_000_000) as Instant }, chance);
const create = (details: ProviderDetails = {}, draft = draftAt(0)): ProviderDecision =>
  createProvider(draft, chance, customerId, { hostname: 'sip.carrier.example', ...details });
const made = (details: ProviderDetails = {}) => {
  const decision = create(details);
  assert.ok(decision.ok);
  return decision.row;
};
const pathsOf = (decision: ProviderDecision): readonly string[] =>
  decision.ok ? [] : decision.problems.map(({ path }) => path);

const account = { username: 'bakery', password: 'secret' };

describe('a provider', () => {
  it('is made with what was said, nothing may be dialled through it, and nothing is known of its health', () => {
    const draft = draftAt(0);
    const decision = create({}, draft);
    const row = {
      id: chance.id(),
      type: 'sip',
      hostname: 'sip.carrier.example',
      tech_prefix: '',
      tech_postfix: '',
      tech_headers: {},
      name: '',
      detail: '',
      codecs: '',
      port: 0,
      transport: 'udp',
      username: '',
      register: false,
      calls_per_second: 0,
      max_calls: 0,
      allowed_prefixes: [],
      any_caller_id: false,
      tm_create: '1970-01-01 00:00:00.000000',
      tm_update: never,
      tm_delete: never,
      health_status: 'unknown',
      health_checked_at: never,
      customer_id: customerId,
      password: '',
    };
    assert.deepEqual(decision, { ok: true, row });
    assert.deepEqual(draft.puts, [{ kind: 'provider', row }]);
    assert.deepEqual(draft.preconditions, [{ kind: 'provider', id: row.id, version: 0 }]);
    assert.deepEqual(draft.events, [], 'providers are announced to nobody');
  });

  it('is shown without its password', () => {
    const row = made(account);
    assert.equal(row.password, 'secret');
    const { password: _, ...shown } = row;
    assert.deepEqual(publicProvider(row), shown);
  });

  it('has a user name and a password, or neither; to register it needs both', () => {
    assert.deepEqual(pathsOf(create({ username: 'bakery' })), ['password']);
    assert.deepEqual(pathsOf(create({ password: 'secret' })), ['username']);
    assert.deepEqual(pathsOf(create({ register: true })), ['username']);
    assert.deepEqual(pathsOf(create({ ...account, register: true })), []);
  });

  it('is at a host name or an address', () => {
    for (const hostname of [
      'sip.carrier.example',
      'carrier',
      '192.0.2.7',
      '[2001:db8::7]',
      '1und1.example',
    ]) {
      assert.deepEqual(pathsOf(create({ hostname })), [], hostname);
    }
    for (const hostname of ['192.0.2.256', '192.0.2', '12345', '[192.0.2.7]', '[2001:db8:7]']) {
      assert.deepEqual(pathsOf(create({ hostname })), ['hostname'], hostname);
    }
  });

  it('adds headers of its own, but none that SIP sets, and none twice', () => {
    assert.deepEqual(pathsOf(create({ tech_headers: { 'X-Account': '1', 'P-Charging-Vector': 'x' } })), []);
    for (const name of ['Via', 'from', 'CALL-ID', 'v', 'Proxy-Authorization', 'P-Asserted-Identity']) {
      assert.deepEqual(pathsOf(create({ tech_headers: { [name]: 'x' } })), [`tech_headers.${name}`], name);
    }
    assert.deepEqual(pathsOf(create({ tech_headers: { 'X-A': '1', 'x-a': '2' } })), ['tech_headers.x-a']);
  });

  it('is offered no codec twice', () => {
    assert.deepEqual(pathsOf(create({ codecs: 'PCMA,PCMU' })), []);
    assert.deepEqual(pathsOf(create({ codecs: 'PCMA,PCMA' })), ['codecs']);
  });

  it('changes only in what is said, on the condition that nobody else changed it', () => {
    const row = { ...made(account), health_status: 'healthy' as const };
    const draft = draftAt(5);
    const changed = updateProvider(draft, { row, version: 4 }, { max_calls: 30 });
    assert.deepEqual(changed, {
      ok: true,
      row: { ...row, max_calls: 30, tm_update: '1970-01-01 00:00:05.000000' },
    });
    assert.deepEqual(draft.preconditions, [{ kind: 'provider', id: row.id, version: 4 }]);
  });

  it('keeps its password with another user name, and loses it with none', () => {
    const stored = { row: made(account), version: 1 };
    const renamed = updateProvider(draftAt(5), stored, { username: 'baker' });
    assert.ok(renamed.ok);
    assert.equal(renamed.row.password, 'secret');
    const without = updateProvider(draftAt(5), stored, { username: '' });
    assert.ok(without.ok);
    assert.equal(without.row.password, '');
  });

  it('of which the host changes has to be found well again', () => {
    const row = {
      ...made(),
      health_status: 'healthy' as const,
      health_checked_at: '2026-01-01 00:00:00.000000',
    };
    for (const details of [{ hostname: 'other.example' }, { port: 5070 }]) {
      const changed = updateProvider(draftAt(5), { row, version: 1 }, details);
      assert.ok(changed.ok);
      assert.deepEqual([changed.row.health_status, changed.row.health_checked_at], ['unknown', never]);
    }
  });

  it('stays as a row when it is deleted, but not its password', () => {
    const row = made(account);
    const end = '1970-01-01 00:00:05.000000';
    const deleted = deleteProvider(draftAt(5), { row, version: 1 });
    assert.deepEqual(deleted, { ...row, password: '', tm_update: end, tm_delete: end });
  });

  it('is held for a route: put as it is, on the condition that it is so', () => {
    const row = made();
    const draft = draftAt(0);
    holdProvider(draft, { row, version: 9 });
    assert.deepEqual(draft.puts, [{ kind: 'provider', row }]);
    assert.deepEqual(draft.preconditions, [{ kind: 'provider', id: row.id, version: 9 }]);
  });

  it('dials what begins as one of its prefixes, and nothing without any', () => {
    const row = made({ allowed_prefixes: ['+49', '112'] });
    for (const number of ['+4930123', '+49', '112']) assert.ok(mayDial(row, number), number);
    for (const number of ['+43123', '4930123', '11']) assert.ok(!mayDial(row, number), number);
    assert.ok(!mayDial(made(), '+4930123'));
    assert.ok(mayDial(made({ allowed_prefixes: ['all'] }), '+1900555'));
  });
});
