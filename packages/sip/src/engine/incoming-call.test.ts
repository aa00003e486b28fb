import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { decodeText } from '../text.ts';
import {
  assertEmpty,
  createRig,
  established,
  incoming,
  media,
  peer,
  requestText,
  type Sent,
  sdp,
  statuses,
  tagOf,
  theEvent,
  theRequest,
  theResponse,
} from './rig.node.ts';

const ack = (tag: string) => requestText({ method: 'ACK', branch: 'z9hG4bK-ack', toTag: tag });
const local = { address: '192.0.2.1', port: 10_000 };

function tagOf200(sent: readonly Sent[]): string {
  return tagOf(theResponse(sent, 200).headers.get('To'));
}

describe('an INVITE comes in', () => {
  test('it is answered 100 at once and reported with its parties', () => {
    const rig = createRig();
    const sent = rig.receive(requestText());
    assert.deepEqual(statuses(sent), [100]);
    assert.equal(tagOf(theResponse(sent, 100).headers.get('To')), '');
    const event = theEvent(rig.events, 'incomingCall');
    assert.equal(event.hasOffer, true);
    assert.deepEqual([event.requestUri.user, event.requestUri.host], ['100', '192.0.2.1']);
    const { displayName, uri, user, host } = event.from;
    assert.deepEqual([displayName, uri, user, host], ['Phone', 'sip:200@192.0.2.9', '200', '192.0.2.9']);
    assert.deepEqual([event.to.displayName, event.to.user], [undefined, '100']);
    assert.equal(event.path, peer);
  });

  test('its retransmission gets the latest response again and is not reported again', () => {
    const rig = createRig();
    const call = incoming(rig);
    assert.deepEqual(statuses(rig.receive(requestText())), [100]);
    rig.engine.ring(call, rig.now);
    rig.drain();
    assert.deepEqual(statuses(rig.receive(requestText())), [180]);
    assert.deepEqual(rig.events, []);
  });

  test('a 100 echoes the Timestamp (RFC 3261 section 8.2.6.1)', () => {
    const sent = createRig().receive(requestText({ headers: { Timestamp: '54' } }));
    assert.equal(theResponse(sent, 100).headers.get('Timestamp'), '54');
  });

  test('ringing makes an early dialog: tag, Contact and Record-Route (section 12.1.1)', () => {
    const rig = createRig();
    const routes = ['<sip:p1.example.org;lr>', '<sip:p2.example.org;lr>'];
    const call = incoming(rig, { headers: { 'Record-Route': routes } });
    assert.deepEqual(rig.engine.ring(call, rig.now), { ok: true });
    const { headers } = theResponse(rig.drain(), 180);
    assert.equal(tagOf(headers.get('To')).length, 16);
    assert.equal(headers.get('Contact'), '<sip:192.0.2.1:5060>');
    assert.deepEqual(headers.all('Record-Route'), routes);
  });

  test('ringing is repeated each minute', () => {
    const rig = createRig();
    rig.engine.ring(incoming(rig), rig.now);
    rig.drain();
    assert.deepEqual(statuses(rig.pass(130_000)), [180, 180]);
  });
});

describe('the answer', () => {
  test('brings our description and what was agreed on; the ACK confirms it', () => {
    const rig = createRig();
    const call = incoming(rig);
    const result = rig.engine.answer(call, local, rig.now);
    assert.ok(result.ok);
    assert.deepEqual(result.media?.remote, { address: '192.0.2.9', port: 4000 });
    assert.equal(result.media?.codec, 'PCMU');
    const sent = rig.drain();
    const { headers, body } = theResponse(sent, 200);
    assert.equal(headers.get('Content-Type'), 'application/sdp');
    assert.match(decodeText(body), /m=audio 10000 RTP\/AVP 0 101/);
    rig.receive(ack(tagOf200(sent)));
    assert.deepEqual(theEvent(rig.events, 'acknowledged').media, result.media);
  });

  test('is repeated until the ACK, also over TCP, and not after it (section 13.3.1.4)', () => {
    for (const path of [peer, { ...peer, transport: 'TCP', connection: 'c1' } as const]) {
      const rig = createRig();
      rig.receive(requestText(), path);
      rig.engine.answer(theEvent(rig.takeEvents(), 'incomingCall').call, local, rig.now);
      const tag = tagOf200(rig.drain());
      assert.deepEqual(statuses(rig.pass(8000)), [200, 200, 200, 200]);
      rig.receive(ack(tag), path);
      assert.deepEqual(statuses(rig.pass(20_000)), []);
    }
  });

  test('a repeated ACK changes nothing', () => {
    const rig = createRig();
    const { tag } = established(rig);
    assert.deepEqual(rig.receive(ack(tag)), []);
    assert.deepEqual(rig.events, []);
  });

  test('an ACK with the branch of the INVITE, as some send it, counts too', () => {
    const rig = createRig();
    rig.engine.answer(incoming(rig), local, rig.now);
    rig.receive(requestText({ method: 'ACK', toTag: tagOf200(rig.drain()) }));
    theEvent(rig.events, 'acknowledged');
  });

  test('without any ACK the call ends after 64*T1 with a BYE', () => {
    const rig = createRig();
    rig.engine.answer(incoming(rig), local, rig.now);
    rig.drain();
    theRequest(rig.pass(32_000), 'BYE');
    const { by, cause } = theEvent(rig.events, 'ended');
    assert.deepEqual([by, cause], ['local', { kind: 'ackTimeout' }]);
    assertEmpty(rig);
  });

  test('a retransmitted INVITE after the answer is absorbed (RFC 6026)', () => {
    const rig = createRig();
    rig.engine.answer(incoming(rig), local, rig.now);
    rig.drain();
    assert.deepEqual(rig.receive(requestText()), []);
    assert.deepEqual(rig.events, []);
  });

  test('early media: 183 with our answer, and the same answer in the 200', () => {
    const rig = createRig();
    const call = incoming(rig);
    const early = rig.engine.progress183(call, local, rig.now);
    assert.ok(early.ok && early.media !== undefined);
    const announced = theResponse(rig.drain(), 183);
    const final = rig.engine.answer(call, { address: '192.0.2.1', port: 11_111 }, rig.now);
    assert.deepEqual(final, early);
    assert.deepEqual(theResponse(rig.drain(), 200).body, announced.body);
  });

  test('early media is not possible without an offer', () => {
    const rig = createRig();
    const result = rig.engine.progress183(incoming(rig, { body: '' }), local, rig.now);
    assert.deepEqual(result, { ok: false, reason: 'wrongState' });
  });
});

describe('an INVITE without offer (delayed offer)', () => {
  function answered() {
    const rig = createRig();
    rig.receive(requestText({ body: '' }));
    const event = theEvent(rig.takeEvents(), 'incomingCall');
    assert.equal(event.hasOffer, false);
    assert.deepEqual(rig.engine.answer(event.call, local, rig.now), { ok: true, media: undefined });
    const sent = rig.drain();
    assert.match(decodeText(theResponse(sent, 200).body), /m=audio 10000 RTP\/AVP 0 8 101/);
    return { rig, tag: tagOf200(sent) };
  }

  test('the 200 offers, the ACK answers, and then there is media', () => {
    const { rig, tag } = answered();
    const headers = { 'Content-Type': 'application/sdp' };
    rig.receive(requestText({ method: 'ACK', toTag: tag, body: sdp({ codecs: '8' }), headers }));
    assert.equal(theEvent(rig.events, 'acknowledged').media?.codec, 'PCMA');
  });

  test('an ACK without answer, or with one that fits nothing, ends the call', () => {
    for (const body of ['', sdp({ codecs: '9' })]) {
      const { rig, tag } = answered();
      const sent = rig.receive(requestText({ method: 'ACK', toTag: tag, body }));
      theRequest(sent, 'BYE');
      assert.deepEqual(theEvent(rig.events, 'ended').cause, { kind: 'protocol' });
    }
  });
});

describe('the caller gives up', () => {
  const cancelText = (options: Parameters<typeof requestText>[0] = {}) =>
    requestText({ method: 'CANCEL', without: ['Contact'], ...options });

  test('CANCEL: 200 for it, 487 for the INVITE, both with the same tag, and the end', () => {
    const rig = createRig();
    rig.engine.ring(incoming(rig), rig.now);
    const tag = tagOf(theResponse(rig.drain(), 180).headers.get('To'));
    const sent = rig.receive(cancelText({ headers: { Reason: 'SIP;cause=200, Q.850;cause=26;text="x"' } }));
    assert.deepEqual(statuses(sent), [200, 487]);
    assert.equal(theResponse(sent, 200).headers.get('CSeq'), '1 CANCEL');
    assert.equal(theResponse(sent, 487).headers.get('CSeq'), '1 INVITE');
    for (const { message } of sent) assert.equal(tagOf(message.headers.get('To')), tag);
    const { by, cause } = theEvent(rig.events, 'ended');
    assert.deepEqual([by, cause], ['remote', { kind: 'cancel', q850: 26 }]);
    assertEmpty(rig);
  });

  test('a retransmitted CANCEL gets its 200 again and nothing else', () => {
    const rig = createRig();
    incoming(rig);
    rig.receive(cancelText());
    rig.takeEvents();
    assert.deepEqual(statuses(rig.receive(cancelText())), [200]);
    assert.deepEqual(rig.events, []);
  });

  test('a CANCEL after the answer is confirmed and changes nothing (section 9.2)', () => {
    const rig = createRig();
    rig.engine.answer(incoming(rig), local, rig.now);
    rig.drain();
    assert.deepEqual(statuses(rig.receive(cancelText())), [200]);
    assert.deepEqual(rig.events, []);
  });

  test('a CANCEL for nothing gets 481 (section 9.2)', () => {
    assert.deepEqual(statuses(createRig().receive(cancelText())), [481]);
  });

  test('a BYE in the early dialog ends it too: 200 and 487 (section 15.1.2)', () => {
    const rig = createRig();
    rig.engine.ring(incoming(rig), rig.now);
    const tag = tagOf(theResponse(rig.drain(), 180).headers.get('To'));
    const sent = rig.receive(requestText({ method: 'BYE', branch: 'z9hG4bK-2', cseq: 2, toTag: tag }));
    assert.deepEqual(statuses(sent), [200, 487]);
    assert.equal(theEvent(rig.events, 'ended').cause.kind, 'bye');
    assertEmpty(rig);
  });

  test('an INVITE with Expires is given up by us when its time is over (section 13.3.1)', () => {
    const rig = createRig();
    incoming(rig, { headers: { Expires: '30' } });
    assert.deepEqual(statuses(rig.pass(29_999)), []);
    theResponse(rig.pass(1), 487);
    assert.deepEqual(theEvent(rig.events, 'ended').cause, { kind: 'timeout', status: 487 });
  });

  test('a call that nobody decides about ends by itself', () => {
    const rig = createRig({ limits: { unansweredMs: 90_000 } });
    incoming(rig);
    theResponse(rig.pass(90_000), 487);
    assert.deepEqual(theEvent(rig.events, 'ended').cause, { kind: 'timeout', status: 487 });
    assertEmpty(rig);
  });
});

describe('the owner refuses', () => {
  test('with the status, reason and headers it wants, repeated until the ACK (timer G)', () => {
    const rig = createRig();
    const call = incoming(rig);
    const headers = [['Retry-After', '7']] as const;
    assert.deepEqual(rig.engine.reject(call, 503, 'No agents', rig.now, headers), { ok: true });
    const sent = rig.drain();
    const refusal = theResponse(sent, 503);
    assert.deepEqual([refusal.reason, refusal.headers.get('Retry-After')], ['No agents', '7']);
    assert.deepEqual(statuses(rig.pass(1500)), [503, 503]);
    rig.receive(requestText({ method: 'ACK', toTag: tagOf(refusal.headers.get('To')) }));
    assert.deepEqual(statuses(rig.pass(20_000)), []);
    const { by, cause } = theEvent(rig.events, 'ended');
    assert.deepEqual([by, cause], ['local', { kind: 'rejected', status: 503 }]);
    assertEmpty(rig);
  });

  test('hanging up an unanswered call refuses it: 480, 486 when busy, 603 when rejected', () => {
    for (const [q850, status] of [
      [16, 480],
      [17, 486],
      [21, 603],
    ] as const) {
      const rig = createRig();
      rig.engine.hangup(incoming(rig), rig.now, { q850 });
      const refusal = theResponse(rig.drain(), status);
      assert.equal(refusal.headers.get('Reason'), `Q.850;cause=${q850}`);
      theEvent(rig.events, 'ended');
    }
  });

  test('a status that refuses nothing is not taken', () => {
    const rig = createRig();
    const call = incoming(rig);
    for (const status of [180, 200, 700]) {
      assert.deepEqual(rig.engine.reject(call, status, undefined, 0), { ok: false, reason: 'wrongState' });
    }
    assert.deepEqual(rig.drain(), []);
  });
});

describe('commands at the wrong time', () => {
  test('say so and do nothing', () => {
    const rig = createRig();
    const { call } = established(rig);
    const wrong = { ok: false, reason: 'wrongState' };
    assert.deepEqual(rig.engine.ring(call, 0), wrong);
    assert.deepEqual(rig.engine.answer(call, media, 0), wrong);
    assert.deepEqual(rig.engine.progress183(call, media, 0), wrong);
    assert.deepEqual(rig.engine.reject(call, 486, undefined, 0), wrong);
    assert.deepEqual(rig.drain(), []);
  });

  test('there is no INFO before the answer is acknowledged', () => {
    const rig = createRig();
    const call = incoming(rig);
    const wrong = { ok: false, reason: 'wrongState' };
    assert.deepEqual(rig.engine.info(call, 'text/plain', new Uint8Array(), 0), wrong);
    rig.engine.answer(call, media, 0);
    rig.drain();
    assert.deepEqual(rig.engine.info(call, 'text/plain', new Uint8Array(), 0), wrong);
    assert.deepEqual(rig.drain(), []);
  });

  test('do not know a call that has ended', () => {
    const rig = createRig();
    const { call } = established(rig);
    rig.engine.hangup(call, rig.now);
    rig.drain();
    const unknown = { ok: false, reason: 'unknownCall' };
    assert.deepEqual(rig.engine.hangup(call, 0), unknown);
    assert.deepEqual(rig.engine.ring(call, 0), unknown);
    assert.deepEqual(rig.engine.info(call, 'text/plain', new Uint8Array(), 0), unknown);
  });
});
