import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Monotonic, PasswordHashes, TrunkRow } from '@parley/core';
import { encodeText, parseMessage, type Path, type SipRequest } from '@parley/sip';
import type { CallerIdentity } from '../registrar/registrar-directory.ts';
import { TrunkGate, type TrunkGateDeps } from './trunk-gate.ts';

const never = '9999-01-01 00:00:00.000000';
const at = (address: string): Path => ({
  transport: 'UDP',
  local: { address: '198.51.100.1', port: 5060 },
  remote: { address, port: 5060 },
});

function trunk(id: string, change: Partial<TrunkRow> = {}): TrunkRow {
  const hashes: PasswordHashes = { realm: 'r', sha256: `s-${id}`, md5: `m-${id}` };
  const row = { id, customer_id: id, name: '', detail: '', domain_name: `${id}.example`, username: 'pbx' };
  const stamps = { tm_create: `2026-01-01 00:00:00.00000${id.length}`, tm_update: never, tm_delete: never };
  return { ...row, auth_types: ['ip'], allowed_ips: [], password_hashes: hashes, ...stamps, ...change };
}

function invite({ host = '198.51.100.1', proof = '' } = {}): SipRequest {
  const lines = [`INVITE sip:100@${host} SIP/2.0`, 'Via: SIP/2.0/UDP a;branch=z9hG4bK1', 'CSeq: 1 INVITE'];
  const more = [
    'From: <sip:me@there.example>;tag=1',
    `To: <sip:100@${host}>`,
    'Call-ID: 1',
    'Max-Forwards: 9',
  ];
  const last = ['Content-Length: 0', ...(proof === '' ? [] : [`X-Proof: ${proof}`]), '', ''];
  const parsed = parseMessage(encodeText([...lines, ...more, ...last].join('\r\n')));
  assert.ok(parsed.ok && parsed.value.kind === 'request');
  return parsed.value;
}

const carrier = '203.0.113.99';

/** A registrar that takes the header X-Proof (`user hash`, or `user stale`) for credentials. */
function setUp(...trunks: readonly TrunkRow[]) {
  const world = { now: 0, registrar: { kind: 'stranger' } as CallerIdentity };
  const proofOf = (request: SipRequest): readonly string[] =>
    (request.headers.get('X-Proof') ?? '').split(' ');
  const registrar: TrunkGateDeps['registrar'] = {
    whoIs: async () => world.registrar,
    credentialsIn: (request) =>
      request.headers.get('X-Proof') === undefined ? undefined : proofOf(request)[0],
    proves: (request, { hashes }) => {
      const [, hash] = proofOf(request);
      if (hash === 'stale') return 'stale';
      return hash === hashes?.md5 ? 'yes' : 'wrongCredentials';
    },
    asksForProof: (_request, _path, stale) => ({
      kind: 'refused',
      status: 407,
      headers: stale ? [['X-Stale', 'true']] : [],
    }),
  };
  const accountsAt = (address: string) =>
    address === carrier ? [{ customerId: 'c', username: 'bakery' }] : [];
  const gate = new TrunkGate({ registrar, accountsAt, now: () => world.now as Monotonic });
  for (const each of trunks) gate.changed(each);
  const who = async (address: string, given: Parameters<typeof invite>[0] = {}): Promise<string> => {
    const caller = await gate.whoIs(invite(given), at(address));
    if (caller.kind === 'trunk') return caller.trunk.id;
    return caller.kind === 'refused' ? `${caller.status}` : caller.kind;
  };
  return { gate, who, world };
}

describe('the gate of trunks', () => {
  const pbx = trunk('pbx', { allowed_ips: ['192.0.2.0/24'] });
  const cellar = trunk('cellar', { auth_types: ['basic'] });
  const vault = trunk('vault', { auth_types: ['basic', 'ip'], allowed_ips: ['203.0.113.7'] });

  it('knows a trunk by its address, and leaves everybody else to the registrar', async () => {
    const { gate, who } = setUp(pbx);
    assert.equal(await who('192.0.2.9'), 'pbx');
    assert.equal(await who('198.51.100.9'), 'stranger');
    assert.ok(gate.admits(at('192.0.2.9'), 'OPTIONS') && gate.admits(at('192.0.2.9'), 'INVITE'));
    assert.ok(!gate.admits(at('198.51.100.9'), 'INVITE'));
    assert.ok(!gate.admits(at('192.0.2.9'), 'REGISTER'), 'that is the registrar’s');
  });

  it('knows a provider that we are registered with by its address, without any trunk', async () => {
    const { gate, who } = setUp();
    assert.equal(await who(carrier), 'provider');
    assert.ok(gate.admits(at(carrier), 'INVITE') && !gate.admits(at(carrier), 'REGISTER'));
    assert.equal(await who('192.0.2.9'), 'stranger');
    assert.equal(await setUp(trunk('pbx', { allowed_ips: [carrier] })).who(carrier), 'pbx');
  });

  it('of trunks at one address takes the one that the call names, else the smallest block', async () => {
    const other = trunk('other', { allowed_ips: ['192.0.2.9'] });
    const { who } = setUp(pbx, other);
    assert.equal(await who('192.0.2.9'), 'other');
    assert.equal(await who('192.0.2.9', { host: 'pbx.example' }), 'pbx');
  });

  it('asks a call that names a trunk with a password for it, and lets in who has it', async () => {
    const { who } = setUp(cellar);
    assert.equal(await who('192.0.2.9', { host: 'cellar.example' }), '407');
    assert.equal(await who('192.0.2.9', { host: 'cellar.example', proof: 'pbx m-cellar' }), 'cellar');
    assert.equal(await who('192.0.2.9', { proof: 'pbx m-cellar' }), 'cellar');
    assert.equal(await who('192.0.2.9', { proof: 'pbx stale' }), '407');
  });

  it('leaves wrong passwords and other users to the registrar', async () => {
    const { who } = setUp(cellar);
    assert.equal(await who('192.0.2.9', { proof: 'pbx m-wrong' }), 'stranger');
    assert.equal(await who('192.0.2.9', { proof: '1001 m-cellar' }), 'stranger');
  });

  it('tells trunks with the same user name apart by their passwords', async () => {
    const { who } = setUp(cellar, trunk('attic', { auth_types: ['basic'] }));
    assert.equal(await who('192.0.2.9', { proof: 'pbx m-attic' }), 'attic');
    assert.equal(await who('192.0.2.9', { proof: 'pbx m-cellar' }), 'cellar');
    assert.equal(await who('192.0.2.9', { host: 'attic.example', proof: 'pbx m-cellar' }), 'stranger');
  });

  it('wants both of a trunk that has both: neither the address nor the password alone opens it', async () => {
    const { who } = setUp(vault);
    assert.equal(await who('203.0.113.7'), 'stranger');
    assert.equal(await who('203.0.113.7', { host: 'vault.example' }), '407');
    assert.equal(await who('203.0.113.7', { proof: 'pbx m-vault' }), 'vault');
    assert.equal(await who('203.0.113.8', { proof: 'pbx m-vault' }), 'stranger');
    assert.equal(await who('203.0.113.8', { host: 'vault.example' }), 'stranger');
  });

  it('answers an address it does not know only while it has not failed too often, and one that proved itself always', async () => {
    const { gate, who, world } = setUp(cellar);
    world.registrar = { kind: 'refused', status: 407, headers: [] };
    let answered = 0;
    for (; answered < 1000 && gate.admits(at('192.0.2.9'), 'INVITE'); answered += 1) await who('192.0.2.9');
    assert.equal(answered, 50);
    assert.ok(gate.admits(at('192.0.2.10'), 'INVITE'), 'others are');
    assert.ok(!gate.admits(at('192.0.2.10'), 'OPTIONS'));
    assert.equal(await who('192.0.2.9', { proof: 'pbx m-cellar' }), 'cellar');
    for (let call = 0; call < 100; call += 1) await who('192.0.2.9');
    assert.ok(gate.admits(at('192.0.2.9'), 'INVITE'));
    gate.changed({ ...cellar, tm_delete: '2026-02-01 00:00:00.000000' });
    assert.ok(!gate.admits(at('192.0.2.9'), 'INVITE'));
    world.now += 3_600_000;
    assert.ok(!gate.admits(at('192.0.2.9'), 'INVITE'), 'with no trunk that takes calls from anywhere');
  });
});
