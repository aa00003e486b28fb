import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { decodeText } from '../text.ts';
import type { OutgoingCall } from './outgoing-call.ts';
import {
  assertEmpty,
  dial,
  peer,
  requestText,
  responseText,
  sdp,
  statuses,
  tagOf,
  theEvent,
  theRequest,
} from './rig.node.ts';

function accepted(options: Partial<OutgoingCall> = {}) {
  const world = dial(options);
  world.rig.receive(responseText(world.invite, 200, { body: sdp() }));
  theEvent(world.rig.takeEvents(), 'answered');
  return world;
}

describe('making a call', () => {
  test('sends an INVITE with an offer, to the path it was told', () => {
    const { rig, invite } = dial({ headers: [['Privacy', 'id']] });
    const { headers } = invite;
    assert.equal(invite.uri, 'sip:300@example.org');
    assert.match(headers.get('From') ?? '', /^"Support" <sip:100@192\.0\.2\.1>;tag=[0-9a-f]{16}$/);
    assert.equal(headers.get('To'), '<sip:300@example.org>');
    assert.match(
      headers.get('Via') ?? '',
      /^SIP\/2\.0\/UDP 192\.0\.2\.1:5060;branch=z9hG4bK[0-9a-f]{16};rport$/,
    );
    assert.equal(headers.get('Max-Forwards'), '70');
    assert.equal(headers.get('CSeq'), '1 INVITE');
    assert.equal(headers.get('Contact'), '<sip:192.0.2.1:5060>');
    assert.equal(headers.get('Privacy'), 'id');
    assert.match(decodeText(invite.body), /c=IN IP4 192\.0\.2\.1\r\n[^]*m=audio 10000 RTP\/AVP 0 8 101/);
    assert.equal(rig.sent[0]?.path, peer);
  });

  test('a sips target gets a sips Contact (RFC 3261 section 8.1.1.8)', () => {
    const path = { ...peer, transport: 'TLS' } as const;
    const { invite } = dial({ requestUri: 'sips:300@example.org', path });
    assert.equal(invite.headers.get('Contact'), '<sips:192.0.2.1:5060>');
  });

  test('each way of transport has its Contact', () => {
    const params = { TCP: 'tcp', TLS: 'tls', WS: 'ws', WSS: 'ws' } as const;
    for (const transport of ['TCP', 'TLS', 'WS', 'WSS'] as const) {
      const { invite } = dial({ path: { ...peer, transport } });
      assert.equal(invite.headers.get('Contact'), `<sip:192.0.2.1:5060;transport=${params[transport]}>`);
    }
  });

  test('reports what is heard, with early media where there is some', () => {
    const { rig, call, invite } = dial();
    rig.receive(responseText(invite, 100));
    assert.deepEqual(rig.events, []);
    rig.receive(responseText(invite, 180));
    assert.deepEqual(rig.takeEvents(), [{ kind: 'progress', call, status: 180, hasSdp: false }]);
    rig.receive(responseText(invite, 183, { body: sdp({ port: 4002 }) }));
    assert.equal(theEvent(rig.takeEvents(), 'progress').media?.remote.port, 4002);
  });

  test('a 200 is acknowledged to its Contact and reported with the media', () => {
    const { rig, call, invite } = dial();
    const sent = rig.receive(responseText(invite, 200, { body: sdp({ codecs: '8' }) }));
    const ack = theRequest(sent, 'ACK');
    assert.equal(ack.uri, 'sip:300@192.0.2.9:5060');
    assert.equal(ack.headers.get('CSeq'), '1 ACK');
    assert.notEqual(ack.headers.get('Via'), invite.headers.get('Via'));
    const event = theEvent(rig.events, 'answered');
    assert.equal(event.call, call);
    assert.deepEqual(
      [event.media?.codec, event.media?.remote],
      ['PCMA', { address: '192.0.2.9', port: 4000 }],
    );
  });

  test('the ACK follows the recorded route', () => {
    const { rig, invite } = dial();
    const routes = ['<sip:198.51.100.2;lr>', '<sip:198.51.100.1:5070;lr>'];
    const sent = rig.receive(responseText(invite, 200, { body: sdp(), headers: { 'Record-Route': routes } }));
    assert.deepEqual(theRequest(sent, 'ACK').headers.all('Route'), routes.toReversed());
    assert.deepEqual(sent[0]?.path.remote, { address: '198.51.100.1', port: 5070 });
  });

  test('a repeated 200 gets the same ACK again and is not reported again', () => {
    const { rig, invite } = dial();
    const answer = responseText(invite, 200, { body: sdp() });
    const first = rig.receive(answer);
    rig.takeEvents();
    rig.pass(500);
    const again = rig.receive(answer);
    assert.deepEqual(
      again.map(({ text }) => text),
      first.map(({ text }) => text),
    );
    assert.deepEqual(rig.events, []);
  });

  test('a 200 without description takes the one announced before in a 183 of the same phone', () => {
    const { rig, invite } = dial();
    rig.receive(responseText(invite, 183, { toTag: 'a', body: sdp({ port: 4002 }) }));
    rig.receive(responseText(invite, 183, { toTag: 'b', body: sdp({ port: 4004 }) }));
    rig.takeEvents();
    rig.receive(responseText(invite, 200, { toTag: 'a' }));
    assert.equal(theEvent(rig.events, 'answered').media?.remote.port, 4002);
  });

  test('a 200 without any usable answer is acknowledged and hung up', () => {
    for (const body of ['', 'hello', sdp({ codecs: '9' })]) {
      const { rig, invite } = dial();
      assert.deepEqual(statuses(rig.receive(responseText(invite, 200, { body }))), ['ACK', 'BYE']);
      const { by, cause } = theEvent(rig.events, 'ended');
      assert.deepEqual([by, cause], ['local', { kind: 'protocol' }]);
      assertEmpty(rig);
    }
  });

  test('the phone hangs up, we hang up', () => {
    const { rig, invite } = accepted();
    const ids = {
      callId: invite.headers.get('Call-ID') ?? '',
      fromTag: 'callee',
      toTag: tagOf(invite.headers.get('From')),
    };
    assert.deepEqual(statuses(rig.receive(requestText({ method: 'BYE', ...ids }))), [200]);
    assert.equal(theEvent(rig.events, 'ended').by, 'remote');
    assertEmpty(rig);
    const other = accepted();
    other.rig.engine.hangup(other.call, 0);
    const bye = theRequest(other.rig.drain(), 'BYE');
    assert.equal(bye.headers.get('CSeq'), '2 BYE');
    assertEmpty(other.rig);
  });
});

describe('a call that is not answered', () => {
  test('is refused: ACK, and the end with status and cause', () => {
    for (const status of [302, 404, 486, 503, 603]) {
      const { rig, invite } = dial();
      const headers = { Reason: 'Q.850;cause=17' };
      const ack = theRequest(rig.receive(responseText(invite, status, { headers })), 'ACK');
      assert.equal(ack.headers.get('Via'), invite.headers.get('Via'));
      const { by, cause } = theEvent(rig.events, 'ended');
      assert.deepEqual([by, cause], ['remote', { kind: 'rejected', status, q850: 17 }]);
      assertEmpty(rig);
    }
  });

  test('gets no response at all: timer B', () => {
    const { rig } = dial({ timeoutMs: 60_000 });
    assert.deepEqual(statuses(rig.pass(32_000)), Array(6).fill('INVITE'));
    assert.deepEqual(theEvent(rig.events, 'ended').cause, { kind: 'timeout', status: 408 });
    assertEmpty(rig);
  });

  test('is turned away from after the silence it may keep, and asked no more', () => {
    const { rig, call } = dial({ silentMs: 4_000 });
    assert.deepEqual(statuses(rig.pass(3_999)), Array(3).fill('INVITE'));
    assert.deepEqual(rig.takeEvents(), []);
    assert.deepEqual(rig.pass(1), []);
    const { cause, by } = theEvent(rig.takeEvents(), 'ended');
    assert.deepEqual([by, cause], ['local', { kind: 'timeout', status: 408 }]);
    assert.equal(rig.engine.hangup(call, rig.now).ok, false, 'it is over already');
    assert.deepEqual(rig.pass(60_000), [], 'and neither INVITE nor CANCEL follows');
    assert.deepEqual(rig.takeEvents(), []);
    assertEmpty(rig);
  });

  test('turned away from: a late 180 gets CANCEL, the 487 its ACK', () => {
    const { rig, invite } = dial({ silentMs: 4_000 });
    rig.pass(6_000);
    rig.takeEvents();
    assert.deepEqual(statuses(rig.receive(responseText(invite, 180))), ['CANCEL']);
    assert.deepEqual(statuses(rig.receive(responseText(invite, 487))), ['ACK']);
    assert.deepEqual(rig.takeEvents(), []);
    assertEmpty(rig);
  });

  test('turned away from: a late 200 gets ACK and BYE', () => {
    const { rig, invite } = dial({ silentMs: 4_000 });
    rig.pass(6_000);
    rig.takeEvents();
    assert.deepEqual(statuses(rig.receive(responseText(invite, 200, { body: sdp() }))), ['ACK', 'BYE']);
    assert.deepEqual(rig.takeEvents(), []);
    assertEmpty(rig);
  });

  test('is cancelled at its deadline', () => {
    const { rig, invite } = dial();
    rig.receive(responseText(invite, 180));
    rig.takeEvents();
    const cancel = theRequest(rig.pass(20_000), 'CANCEL');
    for (const name of ['Via', 'From', 'To', 'Call-ID']) {
      assert.equal(cancel.headers.get(name), invite.headers.get(name));
    }
    assert.deepEqual([cancel.uri, cancel.headers.get('CSeq')], [invite.uri, '1 CANCEL']);
    const { by, cause } = theEvent(rig.takeEvents(), 'ended');
    assert.deepEqual([by, cause], ['local', { kind: 'timeout' }]);
    rig.receive(responseText(cancel, 200));
    rig.receive(responseText(invite, 487));
    assert.deepEqual(rig.takeEvents(), []);
    assertEmpty(rig);
  });

  test('hung up: CANCEL with the reason, and the end at once', () => {
    const { rig, call, invite } = dial();
    rig.receive(responseText(invite, 100));
    rig.engine.hangup(call, rig.now, { q850: 26 });
    assert.equal(theRequest(rig.drain(), 'CANCEL').headers.get('Reason'), 'Q.850;cause=26');
    assert.deepEqual(theEvent(rig.events, 'ended').cause, { kind: 'cancel' });
    rig.receive(responseText(invite, 487));
    assertEmpty(rig);
  });

  test('hung up before anything was heard: the CANCEL waits for the first response (section 9.1)', () => {
    const { rig, call, invite } = dial();
    rig.engine.hangup(call, rig.now);
    assert.deepEqual(statuses(rig.drain()), []);
    theRequest(rig.receive(responseText(invite, 100)), 'CANCEL');
    rig.receive(responseText(invite, 487));
    theEvent(rig.events, 'ended');
    assertEmpty(rig);
  });

  test('the 200 crosses the CANCEL: ACK and BYE, one end', () => {
    const { rig, call, invite } = dial();
    rig.receive(responseText(invite, 180));
    rig.engine.hangup(call, rig.now);
    rig.drain();
    assert.deepEqual(statuses(rig.receive(responseText(invite, 200, { body: sdp() }))), ['ACK', 'BYE']);
    assert.deepEqual(
      rig.events.map(({ kind }) => kind),
      ['progress', 'ended'],
    );
    assertEmpty(rig);
  });

  test('hung up before anything was heard, and then a 200: ACK and BYE', () => {
    const { rig, call, invite } = dial();
    rig.engine.hangup(call, rig.now);
    rig.drain();
    assert.deepEqual(statuses(rig.receive(responseText(invite, 200, { body: sdp() }))), ['ACK', 'BYE']);
    theEvent(rig.events, 'ended');
    assertEmpty(rig);
  });

  test('no final response to a cancelled INVITE: given up after 64*T1', () => {
    const { rig, call, invite } = dial();
    rig.receive(responseText(invite, 180));
    rig.engine.hangup(call, rig.now);
    rig.pass(32_000);
    assert.equal(rig.engine.sizes().clientTransactions, 0);
    assertEmpty(rig);
  });
});

describe('a forked INVITE (section 13.2.2.4)', () => {
  test('the first 2xx wins, others get ACK and BYE', () => {
    const { rig, invite } = dial();
    rig.receive(responseText(invite, 180, { toTag: 'a' }));
    rig.receive(responseText(invite, 180, { toTag: 'b' }));
    rig.receive(responseText(invite, 200, { toTag: 'b', body: sdp({ port: 4444 }) }));
    assert.equal(theEvent(rig.events, 'answered').media?.remote.port, 4444);
    const late = rig.receive(responseText(invite, 200, { toTag: 'a', body: sdp() }));
    assert.deepEqual(statuses(late), ['ACK', 'BYE']);
    for (const { message } of late) assert.equal(tagOf(message.headers.get('To')), 'a');
    assert.equal(rig.engine.sizes().calls, 1);
  });

  test('a losing 2xx repeated gets its ACK again, but no second BYE', () => {
    const { rig, invite } = accepted();
    const losing = responseText(invite, 200, { toTag: 'b', body: sdp() });
    rig.receive(losing);
    assert.deepEqual(statuses(rig.receive(losing)), ['ACK']);
  });

  test('a 2xx of another fork after the end of the call gets ACK and BYE', () => {
    const { rig, call, invite } = accepted();
    rig.engine.hangup(call, rig.now);
    rig.drain();
    const late = rig.receive(responseText(invite, 200, { toTag: 'b', body: sdp() }));
    assert.deepEqual(statuses(late), ['ACK', 'BYE']);
    assertEmpty(rig);
  });

  test('more forks than a sane network has are left alone', () => {
    const { rig, invite } = accepted();
    for (let fork = 0; fork < 40; fork += 1) {
      rig.receive(responseText(invite, 200, { toTag: `fork${fork}`, body: sdp() }));
    }
    const byes = rig.sent.filter(({ message }) => message.kind === 'request' && message.method === 'BYE');
    assert.equal(byes.length, 15);
  });
});

describe('transport failures', () => {
  test('the INVITE cannot be sent: the end, once', () => {
    const { rig } = dial();
    rig.engine.transportFailed(peer, rig.now);
    rig.engine.transportFailed(peer, rig.now);
    rig.drain();
    const { by, cause } = theEvent(rig.events, 'ended');
    assert.deepEqual([by, cause], ['remote', { kind: 'transport' }]);
    assertEmpty(rig);
  });

  test('an established call survives the loss of its connection', () => {
    const path = { ...peer, transport: 'WSS', connection: 'w1' } as const;
    const { rig, invite } = dial({ path });
    rig.receive(responseText(invite, 200, { body: sdp() }), path);
    rig.takeEvents();
    rig.engine.transportFailed(path, rig.now);
    rig.drain();
    assert.deepEqual(rig.events, []);
    assert.equal(rig.engine.sizes().calls, 1);
  });
});
