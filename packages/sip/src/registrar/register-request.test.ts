import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { phonePath, readRegister, refusalOf, udpFrom } from './testing.node.ts';

const tcp = { ...phonePath, transport: 'TCP', connection: 'tcp-1' } as const;

function routeOf(contact: string, path = udpFrom('203.0.113.7', 40_212)) {
  const { contacts } = readRegister({ contacts: [contact] }, path);
  assert.ok(contacts !== 'all');
  return contacts[0]?.path;
}

describe('a REGISTER', () => {
  test('is read with what each contact asks for; its own expiry counts before the general one', () => {
    const { aor, callId, cseq, contacts } = readRegister({
      contacts: ['<sip:a@203.0.113.7>;q=0.7;expires=120', '<sip:b@203.0.113.7>'],
      expires: '600',
      callId: 'x',
      cseq: 7,
    });
    assert.deepEqual([aor.user, aor.host, callId, cseq], ['1001', 'example.org', 'x', 7]);
    assert.ok(contacts !== 'all');
    assert.deepEqual(
      contacts.map(({ uri, q, expires }) => ({ uri, q, expires })),
      [
        { uri: 'sip:a@203.0.113.7', q: 0.7, expires: 120 },
        { uri: 'sip:b@203.0.113.7', q: 1, expires: 600 },
      ],
    );
  });

  test('that says nothing of time, or nothing that can be read, leaves it to the registrar (section 20.19)', () => {
    for (const expires of [undefined, 'soon', '-1', '1.5']) {
      const { contacts } = readRegister(expires === undefined ? {} : { expires });
      assert.ok(contacts !== 'all');
      assert.equal(contacts[0]?.expires, undefined, expires);
    }
    const { contacts } = readRegister({ expires: '99999999999999999999' });
    assert.ok(contacts !== 'all' && (contacts[0]?.expires ?? 0) > 1e9);
  });

  test('without a contact asks, and one with * and Expires: 0 ends all', () => {
    assert.deepEqual(readRegister({ contacts: [] }).contacts, []);
    assert.equal(readRegister({ contacts: ['*'], expires: '0' }).contacts, 'all');
  });

  test('with * and no expiry of 0 is refused', () => {
    assert.equal(refusalOf({ contacts: ['*'] }).status, 400);
    assert.equal(refusalOf({ contacts: ['*'], expires: '60' }).status, 400);
  });

  test('is refused for a contact that cannot be called', () => {
    for (const contact of ['<tel:+15550100>', '<mailto:a@b>', `<sip:${'a'.repeat(1100)}@203.0.113.7>`]) {
      assert.equal(refusalOf({ contacts: [contact] }).status, 400, contact);
    }
  });

  test('is refused when it is about nobody who could be here', () => {
    assert.equal(refusalOf({ to: '<tel:+15550100>' }).status, 400);
  });

  test('that requires an extension we do not have gets 420 with its name', () => {
    const refusal = refusalOf({ more: ['Require: path, gruu'] });
    assert.equal(refusal.status, 420);
    assert.deepEqual(refusal.headers, [
      ['Unsupported', 'path'],
      ['Unsupported', 'gruu'],
    ]);
  });

  test('keeps the name of the phone within bounds', () => {
    assert.equal(readRegister({ more: [`User-Agent: ${'x'.repeat(500)}`] }).userAgent.length, 128);
  });
});

describe('the route to a contact', () => {
  const source = { address: '203.0.113.7', port: 40_212 };

  test('is its address where that can be meant as written', () => {
    assert.deepEqual(routeOf('<sip:a@203.0.113.7:5080>')?.remote, { address: '203.0.113.7', port: 5080 });
    assert.deepEqual(routeOf('<sip:a@203.0.113.7>')?.remote, { address: '203.0.113.7', port: 5060 });
    assert.deepEqual(routeOf('<sip:a@198.51.100.77>')?.remote, { address: '198.51.100.77', port: 5060 });
    const overTcp = routeOf('<sip:a@203.0.113.7:5080;transport=tcp>');
    assert.equal(overTcp?.transport, 'TCP');
    assert.equal(overTcp?.connection, undefined);
  });

  test('is the source for a private address behind a NAT, a name, and an address nobody can send to', () => {
    const contacts = [
      '<sip:a@192.168.1.20:5060>',
      '<sip:a@10.0.0.1>',
      '<sip:a@phone.invalid>',
      '<sip:a@0.0.0.0>',
      '<sip:a@224.0.1.75>',
      '<sip:a@127.0.0.1>',
      '<sip:a@203.0.113.7;transport=ws>',
    ];
    for (const contact of contacts) assert.deepEqual(routeOf(contact)?.remote, source, contact);
  });

  test('is the source for a phone of our own network that names an address outside', () => {
    const path = udpFrom('192.168.1.20', 5062);
    assert.deepEqual(routeOf('<sip:a@203.0.113.7:1024>', path), path);
    assert.deepEqual(routeOf('<sip:a@192.168.1.20:5070>', path)?.remote, {
      address: '192.168.1.20',
      port: 5070,
    });
  });

  test('over a connection is the connection, whatever is written', () => {
    assert.deepEqual(routeOf('<sip:a@203.0.113.7:5060;transport=tcp>', tcp), tcp);
  });
});
