import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { encodeText } from '../text.ts';
import {
  assertEmpty,
  createRig,
  established,
  incoming,
  media,
  peer,
  type RequestOptions,
  requestText,
  responseText,
  type Rig,
  sdp,
  statuses,
  tagOf,
  theEvent,
  theRequest,
  theResponse,
} from './rig.node.ts';

/** A further request of the phone in an established call. */
function inDialog(method: string, toTag: string, options: RequestOptions = {}): string {
  const cseq = options.cseq ?? 2;
  return requestText({ method, toTag, cseq, branch: `z9hG4bK-${method}-${cseq}`, body: '', ...options });
}

describe('the end of an established call', () => {
  test('the phone hangs up: 200, and the end with its cause', () => {
    const rig = createRig();
    const { tag } = established(rig);
    const sent = rig.receive(inDialog('BYE', tag, { headers: { Reason: 'Q.850;cause=16' } }));
    assert.deepEqual(statuses(sent), [200]);
    const { by, cause } = theEvent(rig.events, 'ended');
    assert.deepEqual([by, cause], ['remote', { kind: 'bye', q850: 16 }]);
  });

  test('a retransmitted BYE gets its 200 again, a new one 481', () => {
    const rig = createRig();
    const { tag } = established(rig);
    rig.receive(inDialog('BYE', tag));
    assert.deepEqual(statuses(rig.receive(inDialog('BYE', tag))), [200]);
    assert.deepEqual(statuses(rig.receive(inDialog('BYE', tag, { cseq: 3 }))), [481]);
    assertEmpty(rig);
  });

  test('we hang up: BYE with the reason, to the Contact of the phone', () => {
    const rig = createRig();
    const { call, tag } = established(rig);
    assert.deepEqual(rig.engine.hangup(call, rig.now, { q850: 16, text: 'Queue "closed"' }), { ok: true });
    const bye = theRequest(rig.drain(), 'BYE');
    assert.equal(bye.uri, 'sip:200@192.0.2.9:5060');
    assert.equal(bye.headers.get('Reason'), 'Q.850;cause=16;text="Queue \\"closed\\""');
    assert.equal(bye.headers.get('From'), `<sip:100@192.0.2.1>;tag=${tag}`);
    assert.equal(bye.headers.get('To'), '"Phone" <sip:200@192.0.2.9>;tag=phone');
    assert.equal(bye.headers.get('CSeq'), '1 BYE');
    assert.deepEqual(theEvent(rig.events, 'ended').cause, { kind: 'bye' });
  });

  test('our BYE is repeated until its response, and then nothing is left', () => {
    const rig = createRig();
    const { call } = established(rig);
    rig.engine.hangup(call, rig.now);
    const bye = theRequest(rig.drain(), 'BYE');
    assert.deepEqual(statuses(rig.pass(1500)), ['BYE', 'BYE']);
    assert.equal(rig.engine.sizes().dialogs, 1);
    rig.receive(responseText(bye, 200));
    assert.equal(rig.engine.sizes().dialogs, 0);
    assert.deepEqual(statuses(rig.pass(40_000)), []);
    assertEmpty(rig);
  });

  test('a BYE nobody answers is given up, without a second end', () => {
    const rig = createRig();
    const { call } = established(rig);
    rig.engine.hangup(call, rig.now);
    rig.pass(32_000);
    theEvent(rig.takeEvents(), 'ended');
    assertEmpty(rig);
  });

  test('hanging up before the ACK: the end at once, the BYE after the ACK (RFC 3261 section 15)', () => {
    const rig = createRig();
    const call = incoming(rig);
    rig.engine.answer(call, media, rig.now);
    const tag = tagOf(theResponse(rig.drain(), 200).headers.get('To'));
    rig.engine.hangup(call, rig.now);
    assert.deepEqual(statuses(rig.drain()), []);
    theEvent(rig.events, 'ended');
    assert.deepEqual(rig.engine.hangup(call, rig.now), { ok: false, reason: 'wrongState' });
    theRequest(rig.receive(inDialog('ACK', tag, { cseq: 1 })), 'BYE');
    assertEmpty(rig);
  });

  test('two BYEs that cross are both answered 200', () => {
    const rig = createRig();
    const { call, tag } = established(rig);
    rig.engine.hangup(call, rig.now);
    rig.drain();
    assert.deepEqual(statuses(rig.receive(inDialog('BYE', tag))), [200]);
    theEvent(rig.events, 'ended');
    assertEmpty(rig);
  });

  test('while our BYE waits, anything else in the dialog gets 481', () => {
    const rig = createRig();
    const { call, tag } = established(rig);
    rig.engine.hangup(call, rig.now);
    rig.drain();
    let cseq = 2;
    for (const method of ['INVITE', 'UPDATE', 'INFO', 'OPTIONS']) {
      cseq += 1;
      assert.deepEqual(statuses(rig.receive(inDialog(method, tag, { cseq }))), [481]);
    }
  });
});

describe('which dialog a request belongs to (RFC 3261 section 12.2.2)', () => {
  test('an unknown To tag, From tag or Call-ID gets 481', () => {
    const rig = createRig();
    const { tag } = established(rig);
    assert.deepEqual(statuses(rig.receive(inDialog('BYE', 'unknown'))), [481]);
    assert.deepEqual(statuses(rig.receive(inDialog('BYE', tag, { fromTag: 'x', cseq: 3 }))), [481]);
    assert.deepEqual(statuses(rig.receive(inDialog('BYE', tag, { callId: 'x', cseq: 4 }))), [481]);
    assert.deepEqual(rig.events, []);
  });

  test('an ACK to nothing is dropped and counted', () => {
    const rig = createRig();
    assert.deepEqual(rig.receive(inDialog('ACK', 'unknown')), []);
    assert.equal(theEvent(rig.events, 'dropped').reason, 'unmatchedAck');
  });

  test('a lower or equal CSeq gets 500 and does nothing', () => {
    const rig = createRig();
    const { tag } = established(rig, {});
    rig.receive(inDialog('INFO', tag, { cseq: 10 }));
    rig.takeEvents();
    assert.deepEqual(statuses(rig.receive(inDialog('BYE', tag, { cseq: 9 }))), [500]);
    assert.deepEqual(statuses(rig.receive(inDialog('BYE', tag, { cseq: 10 }))), [500]);
    assert.deepEqual(rig.events, []);
  });

  test('Require with anything gets 420, also in a dialog', () => {
    const rig = createRig();
    const { tag } = established(rig);
    const refused = rig.receive(inDialog('INFO', tag, { headers: { Require: '100rel' } }));
    assert.equal(theResponse(refused, 420).headers.get('Unsupported'), '100rel');
  });

  test('OPTIONS tells what we can do; other methods get 405 or 501', () => {
    const rig = createRig();
    const { tag } = established(rig);
    assert.deepEqual(statuses(rig.receive(inDialog('OPTIONS', tag, { cseq: 2 }))), [200]);
    assert.deepEqual(statuses(rig.receive(inDialog('PRACK', tag, { cseq: 3 }))), [405]);
    assert.deepEqual(statuses(rig.receive(inDialog('PUBLISH', tag, { cseq: 4 }))), [405]);
    assert.deepEqual(statuses(rig.receive(inDialog('JUMP', tag, { cseq: 5 }))), [501]);
  });
});

describe('where our requests go', () => {
  function byeOf(rig: Rig, options: RequestOptions) {
    const { call } = established(rig, options);
    rig.engine.hangup(call, rig.now);
    const sent = rig.drain();
    return { bye: theRequest(sent, 'BYE'), path: sent.at(-1)?.path };
  }

  test('through the recorded route, to its first hop', () => {
    const routes = ['<sip:198.51.100.1;lr>', '<sip:198.51.100.2:5080;lr>'];
    const { bye, path } = byeOf(createRig(), { headers: { 'Record-Route': routes } });
    assert.equal(bye.uri, 'sip:200@192.0.2.9:5060');
    assert.deepEqual(bye.headers.all('Route'), routes);
    assert.deepEqual(path?.remote, { address: '198.51.100.1', port: 5060 });
  });

  test('through a strict router', () => {
    const routes = ['<sip:198.51.100.1>', '<sip:198.51.100.2;lr>'];
    const { bye } = byeOf(createRig(), { headers: { 'Record-Route': routes } });
    assert.equal(bye.uri, 'sip:198.51.100.1');
    assert.deepEqual(bye.headers.all('Route'), ['<sip:198.51.100.2;lr>', '<sip:200@192.0.2.9:5060>']);
  });

  test('over the connection on which the peer was last heard, as after a reload of a browser phone', () => {
    const first = { ...peer, transport: 'WSS', connection: 'w1' } as const;
    const second = { ...first, connection: 'w2' };
    const rig = createRig();
    const contact = { Contact: '<sip:k2j3@x9y8.invalid;transport=ws>' };
    rig.receive(requestText({ headers: contact }), first);
    const { call } = theEvent(rig.takeEvents(), 'incomingCall');
    rig.engine.answer(call, media, rig.now);
    const tag = tagOf(theResponse(rig.drain(), 200).headers.get('To'));
    rig.receive(requestText({ method: 'ACK', branch: 'z9hG4bK-ack', toTag: tag, body: '' }), first);
    rig.engine.transportFailed(first, rig.now);
    rig.receive(inDialog('INVITE', tag, { body: sdp({ version: 2 }), headers: contact }), second);
    rig.receive(inDialog('ACK', tag), second);
    rig.engine.hangup(call, rig.now);
    assert.deepEqual(rig.drain()[0]?.path, second);
  });

  test('to the Contact address, when it is another than the source', () => {
    const { path } = byeOf(createRig(), { headers: { Contact: '<sip:200@192.0.2.77:5070>' } });
    assert.deepEqual(path?.remote, { address: '192.0.2.77', port: 5070 });
  });
});

describe('INFO', () => {
  test('from the phone is confirmed and passed on', () => {
    const rig = createRig();
    const { call, tag } = established(rig);
    const body = 'Signal=5\r\nDuration=160\r\n';
    const headers = { 'Content-Type': 'application/dtmf-relay' };
    assert.deepEqual(statuses(rig.receive(inDialog('INFO', tag, { body, headers }))), [200]);
    const event = theEvent(rig.events, 'info');
    assert.equal(event.call, call);
    assert.equal(event.contentType, 'application/dtmf-relay');
    assert.deepEqual(event.body, encodeText(body));
  });

  test('with a package we did not ask for gets 469 (RFC 6086 section 4.2.2)', () => {
    const rig = createRig();
    const { tag } = established(rig);
    const sent = rig.receive(inDialog('INFO', tag, { headers: { 'Info-Package': 'conference' } }));
    assert.deepEqual(statuses(sent), [469]);
    assert.deepEqual(rig.events, []);
  });

  function sendInfo(rig: Rig) {
    const { call } = established(rig);
    rig.engine.info(call, 'application/dtmf-relay', encodeText('Signal=1'), rig.now);
    return theRequest(rig.drain(), 'INFO');
  }

  test('from us carries its body, and a refusal does not end the call', () => {
    const rig = createRig();
    const info = sendInfo(rig);
    assert.equal(info.headers.get('Content-Type'), 'application/dtmf-relay');
    assert.deepEqual(info.body, encodeText('Signal=1'));
    rig.receive(responseText(info, 415));
    assert.deepEqual(rig.events, []);
  });

  test('answered 481: the phone has lost the call (RFC 3261 section 12.2.1.2)', () => {
    const rig = createRig();
    theRequest(rig.receive(responseText(sendInfo(rig), 481)), 'BYE');
    assert.deepEqual(theEvent(rig.events, 'ended').cause, { kind: 'protocol', status: 481 });
    assertEmpty(rig);
  });

  test('without any response: the phone is gone', () => {
    const rig = createRig();
    sendInfo(rig);
    theRequest(rig.pass(32_000), 'BYE');
    const { by, cause } = theEvent(rig.events, 'ended');
    assert.deepEqual([by, cause], ['remote', { kind: 'timeout', status: 408 }]);
  });
});

test('a refresh by re-INVITE with the same description is answered and no news', () => {
  const rig = createRig();
  const { tag } = established(rig);
  const sent = rig.receive(inDialog('INVITE', tag, { body: sdp() }));
  theResponse(sent, 200);
  rig.receive(inDialog('ACK', tag));
  assert.deepEqual(rig.events, []);
});
