import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { deleteExtension, updateExtension, Draft } from '@parley/core';
import { createPasswordHash } from '@parley/server';
import { Headers } from '@parley/sip';
import { simDigestHash } from '../simulation/sim-digest.ts';
import { domain, RegistrarRig, type RegistrarRigOptions, RigPhone, tcp, udp } from './registrar-rig.ts';

async function setUp(options: RegistrarRigOptions = {}) {
  const rig = new RegistrarRig(undefined, options);
  const customerId = await rig.addCustomer();
  const extension = await rig.addExtension(customerId, '1001', 'secret');
  const phone = (
    path = udp('203.0.113.7'),
    more: { readonly userAgent?: string; readonly host?: string } = {},
  ) => new RigPhone(rig, { path, user: '1001', password: 'secret', ...more });
  const uris = (): string[] => rig.registrar.contactsOf(customerId, '1001').map(({ uri }) => uri);
  return { rig, customerId, extension, phone, uris };
}

describe('a phone that registers', () => {
  it('is challenged at no cost, proves itself with SHA-256, and can be called', async () => {
    const { rig, phone, uris, customerId } = await setUp();
    const device = phone();
    const challenge = await rig.exchange(udp('203.0.113.7'), device.text('REGISTER', 'sip:x', []));
    assert.equal(challenge?.status, 401);
    assert.deepEqual(
      challenge.headers.all('WWW-Authenticate').map((value) => /algorithm=([^,]*)/.exec(value)?.[1]),
      ['SHA-256', 'MD5'],
    );
    assert.equal(rig.sip.sizes().serverTransactions, 0);
    const accept = await device.register({ expires: 120 });
    assert.equal(accept?.status, 200);
    assert.equal(accept.headers.get('Contact'), '<sip:1001@203.0.113.7:5060>;expires=120');
    assert.deepEqual(uris(), ['sip:1001@203.0.113.7:5060']);
    assert.deepEqual(rig.registrar.contactsOf(customerId, '1002'), []);
    assert.deepEqual(rig.registrar.contactsOf('another', '1001'), []);
    assert.deepEqual(rig.registrar.sizes(), { contacts: 1, extensions: 1, failingSources: 0 });
  });

  it('that gives up at the sight of SHA-256 is asked in MD5 alone', async () => {
    const { phone, rig } = await setUp();
    const device = phone(udp('203.0.113.7'), { userAgent: 'baresip v1.0.0 (x86_64/linux)' });
    const challenge = await rig.exchange(udp('203.0.113.7'), device.text('REGISTER', 'sip:x', []));
    assert.equal(challenge?.headers.all('WWW-Authenticate').length, 1);
    assert.match(challenge.headers.get('WWW-Authenticate') ?? '', /algorithm=MD5/);
    assert.equal((await device.register())?.status, 200);
  });

  it('is answered only when its registration is durable', async () => {
    const { rig, phone } = await setUp();
    let release: () => void = () => undefined;
    rig.beforeCommit = () => new Promise((resolve) => (release = resolve));
    const device = phone();
    assert.equal((await device.register())?.status, undefined, 'no answer while the store is busy');
    rig.beforeCommit = async () => undefined;
    release();
    assert.equal((await device.register())?.status, 200);
  });

  it('refreshes with the nonce it has, and leaves', async () => {
    const { rig, phone, uris } = await setUp();
    const device = phone();
    await device.register();
    rig.advance(60_000);
    rig.counted.length = 0;
    assert.equal((await device.register())?.status, 200);
    assert.deepEqual(rig.counted, ['refreshed']);
    const gone = await device.register({ contacts: ['*'], expires: 0 });
    assert.equal(gone?.status, 200);
    assert.deepEqual(uris(), []);
    assert.deepEqual(rig.registrar.sizes().contacts, 0);
  });

  it('is asked again when a request of its own comes late or twice: its credentials are used up', async () => {
    const { rig, phone, uris } = await setUp();
    const device = phone();
    await device.register();
    const late = device.text('REGISTER', 'sip:198.51.100.1', [`Contact: ${device.contact};expires=0`]);
    await device.register();
    const answer = await rig.exchange(udp('203.0.113.7'), late);
    assert.equal(answer?.status, 401);
    assert.match(answer.headers.get('WWW-Authenticate') ?? '', /stale=true/);
    assert.equal(uris().length, 1);
  });

  it('of another customer has the same digits and another domain', async () => {
    const { rig, customerId, phone } = await setUp();
    const other = await rig.addCustomer();
    await rig.addExtension(other, '1001', 'other-secret');
    const theirs = new RigPhone(rig, {
      path: udp('203.0.113.99'),
      user: '1001',
      password: 'other-secret',
      host: `${other}.${domain}`,
    });
    assert.equal((await theirs.register())?.status, 200);
    assert.equal((await phone(udp('203.0.113.7'), { host: domain }).register())?.status, 200);
    const at = (customer: string) =>
      rig.registrar.contactsOf(customer, '1001').map(({ path }) => path.remote.address);
    assert.deepEqual(at(other), ['203.0.113.99']);
    assert.deepEqual(at(customerId), ['203.0.113.7']);
    assert.equal(rig.registrar.customerOf(`${other.toUpperCase()}.${domain}`), other);
  });

  it('stays reachable through its NAT: the source of the REGISTER is its route', async () => {
    const { rig, phone, customerId } = await setUp();
    await phone(udp('203.0.113.7', 40_212)).register({ contacts: ['<sip:1001@192.168.1.20:5060>'] });
    const [contact] = rig.registrar.contactsOf(customerId, '1001');
    assert.equal(contact?.uri, 'sip:1001@192.168.1.20:5060');
    assert.deepEqual(contact.path.remote, { address: '203.0.113.7', port: 40_212 });
  });

  it('is shown to the API', async () => {
    const { rig, phone, extension } = await setUp();
    await phone(udp('203.0.113.7'), { userAgent: 'Desk 3000' }).register({ expires: 60 });
    const [shown] = rig.registrar.registrationsOf(extension.id);
    assert.partialDeepStrictEqual(shown, {
      extension_id: extension.id,
      contact: 'sip:1001@203.0.113.7:5060',
      transport: 'UDP',
      address: '203.0.113.7:5060',
      priority: 1,
      user_agent: 'Desk 3000',
    });
    assert.deepEqual(rig.registrar.registrationsOf('nobody'), []);
  });
});

describe('a registration ends', () => {
  it('when its time is over, in memory at once and in the store', async () => {
    const { rig, phone, uris, extension } = await setUp();
    await phone().register({ expires: 60 });
    rig.advance(59_999);
    assert.equal(uris().length, 1);
    rig.advance(1);
    assert.deepEqual(uris(), []);
    rig.advance(1);
    await rig.settled();
    assert.deepEqual(rig.registrar.sizes().contacts, 0);
    assert.deepEqual((await rig.store.get('registration', extension.id))?.row.contacts, []);
    assert.equal(rig.registrar.wakeAt(), undefined);
  });

  it('with its connection, and only what hangs on that one', async () => {
    const { rig, phone, uris } = await setUp();
    await phone(tcp('203.0.113.7', 'tcp-1')).register();
    await phone(tcp('203.0.113.8', 'tcp-2')).register();
    rig.registrar.disconnected(tcp('203.0.113.7', 'tcp-1'));
    assert.deepEqual(uris(), ['sip:1001@203.0.113.8:40000']);
    rig.registrar.disconnected(udp('203.0.113.8'));
    assert.equal(uris().length, 1, 'a datagram that could not be sent ends nothing');
  });

  it('before it begins when the connection closes while the password is checked', async () => {
    const { rig, phone, uris } = await setUp();
    const path = tcp('203.0.113.7', 'tcp-1');
    const device = phone(path);
    const registering = device.register();
    await new Promise((resolve) => setImmediate(resolve));
    rig.registrar.disconnected(path);
    await registering;
    rig.registrar.disconnected(path);
    assert.deepEqual(uris(), []);
  });

  it('when the extension is deleted or gets another password', async () => {
    for (const end of ['delete', 'password', 'rename'] as const) {
      const { rig, phone, uris, extension } = await setUp();
      await phone().register();
      const draft = new Draft(rig.clock.now(), rig.chance);
      const stored = { row: extension, version: 1 };
      const hashPassword = createPasswordHash(simDigestHash, domain);
      if (end === 'delete') deleteExtension(draft, stored);
      else
        updateExtension(
          draft,
          hashPassword,
          stored,
          end === 'rename' ? { name: 'x' } : { password: 'changed' },
        );
      await rig.commit(draft.puts);
      assert.equal(uris().length, end === 'rename' ? 1 : 0, end);
      if (end !== 'rename') assert.equal((await phone().register())?.status, 403);
    }
  });
});

describe('that an extension has phones', () => {
  it('is told when the first has been answered, and that it has none as soon as the last is gone', async () => {
    const { rig, phone } = await setUp();
    let release: () => void = () => undefined;
    rig.beforeCommit = () => new Promise((resolve) => (release = resolve));
    const first = phone(tcp('203.0.113.7', 'tcp-1'));
    await first.register();
    assert.deepEqual(rig.told, [], 'not before it is durable');
    rig.beforeCommit = async () => undefined;
    release();
    await rig.settled();
    await phone(tcp('203.0.113.8', 'tcp-2')).register();
    assert.deepEqual(rig.told, ['1001 has phones']);
    rig.registrar.disconnected(tcp('203.0.113.7', 'tcp-1'));
    assert.equal(rig.told.length, 1);
    rig.registrar.disconnected(tcp('203.0.113.8', 'tcp-2'));
    assert.deepEqual(rig.told, ['1001 has phones', '1001 has none']);
  });

  it('is told when their time is over, and of those that are there after a restart', async () => {
    const { rig, phone } = await setUp();
    await phone().register({ expires: 600 });
    const next = rig.restart();
    await next.registrar.start();
    assert.deepEqual(next.told, ['1001 has phones']);
    next.advance(600_001);
    assert.deepEqual(next.told, ['1001 has phones', '1001 has none']);
  });
});

describe('after a restart', () => {
  it('phones are called as before, for as long as they were told and no longer', async () => {
    const { rig, phone, customerId } = await setUp();
    await phone().register({ expires: 600, contacts: ['<sip:1001@192.168.1.20>;q=0.5'] });
    const before = rig.registrar.contactsOf(customerId, '1001');
    rig.advance(100_000);
    const next = rig.restart();
    await next.registrar.start();
    const [contact] = next.registrar.contactsOf(customerId, '1001');
    assert.partialDeepStrictEqual(contact, { uri: before[0]?.uri, path: before[0]?.path, q: 0.5 });
    next.advance(499_998);
    assert.equal(next.registrar.contactsOf(customerId, '1001').length, 1);
    next.advance(2);
    assert.equal(next.registrar.contactsOf(customerId, '1001').length, 0);
  });

  it('phones whose connection died with the process are gone, as are those whose time is over', async () => {
    const { rig, phone, customerId, extension } = await setUp();
    await phone(tcp('203.0.113.7', 'tcp-1')).register();
    await phone().register({ expires: 60 });
    rig.advance(60_000);
    const next = rig.restart();
    await next.registrar.start();
    assert.deepEqual(next.registrar.contactsOf(customerId, '1001'), []);
    assert.deepEqual((await next.store.get('registration', extension.id))?.row.contacts, []);
  });
});

describe('whoever fails to log in', () => {
  const wrong = (rig: RegistrarRig, user: string, path = udp('203.0.113.66')) =>
    new RigPhone(rig, { path, user, password: 'guess' }).register();

  it('is told the same for an unknown extension as for a wrong password', async () => {
    const { rig } = await setUp();
    const [known, unknown] = [await wrong(rig, '1001'), await wrong(rig, '4711')];
    assert.equal(known?.status, 403);
    const shape = (response: typeof known) =>
      [...(response?.headers ?? [])].map(({ name }) => name).join() + response?.reason;
    assert.equal(unknown?.status, 403);
    assert.equal(shape(unknown), shape(known));
  });

  it('is told nothing any more after some failures, until time has passed; others are', async () => {
    const limits = { burst: 3, forgiveMs: 1000, sources: 10 };
    const { rig, phone } = await setUp({ attemptLimits: limits });
    await phone(udp('203.0.113.66', 7777)).register();
    for (let n = 0; n < 3; n += 1) assert.equal((await wrong(rig, '1001'))?.status, 403);
    assert.equal(await wrong(rig, '1001'), undefined);
    assert.equal(await phone(udp('203.0.113.66')).register(), undefined, 'nor for the right password');
    assert.equal((await phone(udp('203.0.113.67')).register())?.status, 200);
    const registered = udp('203.0.113.66', 7777);
    assert.equal((await phone(registered).register())?.status, 200, 'a phone that is in stays in');
    rig.advance(1000);
    assert.equal((await wrong(rig, '1001'))?.status, 403);
    assert.equal(await wrong(rig, '1001'), undefined);
  });

  it('cannot register one extension with the password of another', async () => {
    const { rig, customerId } = await setUp();
    await rig.addExtension(customerId, '1002', 'other');
    const thief = new RigPhone(rig, { path: udp('203.0.113.7'), user: '1002', password: 'other' });
    assert.equal((await thief.register())?.status, 200);
    const text = thief.text('REGISTER', 'sip:198.51.100.1', ['Contact: <sip:1001@203.0.113.7>']);
    const stolen = text.replace(/To: .*/, 'To: <sip:1001@198.51.100.1>');
    assert.equal((await rig.exchange(udp('203.0.113.7'), stolen))?.status, 403);
  });

  it('leaves no secret in the log', async () => {
    const { rig, phone } = await setUp();
    await wrong(rig, '1001');
    await phone().register();
    const { sha256, md5 } = createPasswordHash(simDigestHash, domain)('1001', 'secret');
    for (const secret of ['secret', 'guess', sha256, md5]) assert.ok(!rig.logged.join().includes(secret));
  });
});

describe('an INVITE', () => {
  const uri = 'sip:100@198.51.100.1';

  it('over the connection that a phone has registered on is the phone’s', async () => {
    const { rig, phone, extension } = await setUp();
    const path = tcp('203.0.113.7', 'tcp-1');
    const device = phone(path);
    await device.register();
    const who = await rig.registrar.whoIs(device.invite(uri), path);
    assert.ok(who.kind === 'extension' && who.extension.id === extension.id);
    const elsewhere = tcp('203.0.113.7', 'tcp-2');
    assert.equal((await rig.registrar.whoIs(phone(elsewhere).invite(uri), elsewhere)).kind, 'refused');
  });

  it('by UDP has to prove it: addresses can be forged', async () => {
    const { rig, phone, extension } = await setUp();
    const path = udp('203.0.113.7');
    await phone(path).register();
    const caller = phone(path);
    const asked = await rig.registrar.whoIs(caller.invite(uri), path);
    assert.ok(asked.kind === 'refused' && asked.status === 407);
    assert.equal(asked.headers.length, 2);
    const { headers } = asked;
    const challenge = challengeOf(headers);
    const who = await rig.registrar.whoIs(caller.invite(uri, challenge), path);
    assert.ok(who.kind === 'extension' && who.extension.id === extension.id);
    const thief = new RigPhone(rig, { path, user: '1001', password: 'guess' });
    const refused = await rig.registrar.whoIs(thief.invite(uri, challenge), path);
    assert.ok(refused.kind === 'refused' && refused.status === 403);
  });

  it('from where addresses are believed is the phone’s at its place, and a stranger’s anywhere else', async () => {
    const { rig, phone } = await setUp({ trusts: (address) => address === '127.0.0.1' });
    const path = udp('127.0.0.1', 5070);
    const device = phone(path);
    await device.register();
    assert.equal((await rig.registrar.whoIs(phone(path).invite(uri), path)).kind, 'extension');
    const other = udp('127.0.0.1', 5099);
    assert.equal((await rig.registrar.whoIs(phone(other).invite(uri), other)).kind, 'stranger');
    rig.advance(3_600_000);
    assert.equal((await rig.registrar.whoIs(phone(path).invite(uri), path)).kind, 'stranger');
  });

  it('is looked at only where it is trusted or a phone has registered', async () => {
    const { rig, phone } = await setUp({ trusts: (address) => address === '10.0.0.1' });
    const admits = (address: string, method: string) => rig.registrar.admits(udp(address, 999), method);
    assert.ok(admits('10.0.0.1', 'INVITE'));
    assert.ok(!admits('203.0.113.7', 'INVITE'));
    assert.ok(!admits('203.0.113.7', 'OPTIONS'));
    assert.ok(admits('203.0.113.7', 'REGISTER'));
    await phone().register();
    assert.ok(admits('203.0.113.7', 'INVITE'));
    assert.ok(admits('203.0.113.7', 'OPTIONS'));
  });
});

/** A 407 with these headers, as the phone would see it. */
function challengeOf(headers: readonly (readonly [string, string])[]) {
  return {
    kind: 'response' as const,
    status: 407,
    reason: '',
    headers: new Headers(headers.map(([name, value]) => ({ name, value }))),
    body: new Uint8Array(0),
  };
}
