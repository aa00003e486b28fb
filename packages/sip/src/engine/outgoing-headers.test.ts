import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { isExtraHeader } from './extra-headers.ts';
import { createRig, dial, peer, responseText, sdp, statuses, theEvent, theRequest } from './rig.node.ts';

describe('what the owner gives an outgoing call', () => {
  test('the Request-URI is one thing and the next hop another', () => {
    const path = {
      ...peer,
      transport: 'TCP',
      remote: { address: '198.51.100.7', port: 5080 },
      connection: 'c7',
    } as const;
    const { rig, invite } = dial({ requestUri: 'sip:+4930123@carrier.example', path });
    assert.equal(invite.uri, 'sip:+4930123@carrier.example');
    assert.equal(rig.sent[0]?.path, path);
  });

  test('codecs are offered as wanted, in that order', () => {
    const { rig } = dial({ codecs: [{ name: 'PCMA', payloadType: 8 }] });
    assert.match(rig.sent[0]?.text ?? '', /\r\nm=audio \d+ RTP\/AVP 8\r\n/);
  });

  test('headers stand as given, and a line break in one cannot make another', () => {
    const { rig } = dial({
      headers: [
        ['P-Asserted-Identity', '<sip:+4930@192.0.2.1>'],
        ['Alert-Info', '<urn:alert:source:internal>'],
        ['X-Order', '12\r\nEvil: yes'],
      ],
    });
    const text = rig.sent[0]?.text ?? '';
    assert.match(text, /\r\nP-Asserted-Identity: <sip:\+4930@192\.0\.2\.1>\r\n/);
    assert.match(text, /\r\nAlert-Info: <urn:alert:source:internal>\r\n/);
    assert.match(text, /\r\nX-Order: 12 Evil: yes\r\n/);
  });

  test('a display name cannot make another header either', () => {
    const { rig } = dial({
      from: { displayName: 'A "B"\r\nEvil: yes', uri: 'sip:100@pbx.example' },
    });
    assert.match(rig.sent[0]?.text ?? '', /\r\nFrom: "A \\"B\\" Evil: yes" <sip:100@pbx\.example>;tag=/);
  });

  test('a header name that is none, or one of ours, is a bug of the owner and starts nothing', () => {
    for (const name of ['Evil: yes\r\nX', '', 'Via', 'v', 'call-id', 'Content-Length', 'CSeq']) {
      assert.equal(isExtraHeader(name), false, name);
      const rig = createRig();
      assert.throws(() => dial({ headers: [[name, 'x']] }, rig), /is no header to add/);
      assert.equal(rig.engine.sizes().calls, 0);
    }
    for (const name of ['Privacy', 'X-Order', 'Route', 'Diversion']) assert.ok(isExtraHeader(name), name);
  });

  test('says which extensions we have', () => {
    assert.deepEqual(dial().invite.headers.all('Supported'), ['replaces', 'norefersub', 'timer']);
  });
});

describe('what is heard of an outgoing call', () => {
  test('an answer with several codecs: the first of ours in their order is sent, all may arrive', () => {
    const { rig, invite } = dial();
    rig.receive(responseText(invite, 200, { body: sdp({ codecs: '9 8 0 101' }) }));
    const { media } = theEvent(rig.events, 'answered');
    assert.deepEqual([media?.codec, media?.telephoneEventPayloadType], ['PCMA', 101]);
    assert.deepEqual(media?.receives.map(({ name }) => name).toSorted(), ['PCMA', 'PCMU', 'telephone-event']);
  });

  test('a description that cannot be used is told as one, without media', () => {
    const { rig, invite } = dial();
    rig.receive(responseText(invite, 183, { body: 'v=nonsense' }));
    const { hasSdp, media } = theEvent(rig.events, 'progress');
    assert.deepEqual([hasSdp, media], [true, undefined]);
  });

  test('each fork tells its early media, and the one that answers without a description keeps its own', () => {
    const { rig, invite } = dial();
    for (const [toTag, port] of [
      ['a', 4100],
      ['b', 4200],
    ] as const) {
      rig.receive(responseText(invite, 183, { toTag, body: sdp({ port }) }));
      assert.equal(theEvent(rig.takeEvents(), 'progress').media?.remote.port, port);
    }
    rig.receive(responseText(invite, 200, { toTag: 'b' }));
    assert.equal(theEvent(rig.takeEvents(), 'answered').media?.remote.port, 4200);
    assert.deepEqual(statuses(rig.receive(responseText(invite, 200, { toTag: 'a' }))), ['ACK', 'BYE']);
  });

  test('a proxy and the called party may each ask for credentials, a third challenge is a refusal', () => {
    const { rig, invite } = dial({ credentials: { username: 'u', password: 'p' } });
    const ask = (realm: string, nonce: string) => `Digest realm="${realm}", nonce="${nonce}", qop="auth"`;
    const proxy = { 'Proxy-Authenticate': ask('proxy', 'n1') };
    const second = theRequest(rig.receive(responseText(invite, 407, { headers: proxy })), 'INVITE');
    const party = { 'WWW-Authenticate': ask('party', 'n2') };
    const third = theRequest(rig.receive(responseText(second, 401, { headers: party })), 'INVITE');
    assert.ok(third.headers.has('Authorization') && third.headers.has('Proxy-Authorization'));
    assert.equal(third.headers.get('CSeq'), '3 INVITE');
    rig.receive(responseText(third, 407, { headers: { 'Proxy-Authenticate': ask('other', 'n3') } }));
    assert.deepEqual(theEvent(rig.events, 'ended').cause, { kind: 'rejected', status: 407 });
  });
});
