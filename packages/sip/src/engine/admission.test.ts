import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { SipResponse } from '../message.ts';
import {
  assertEmpty,
  createRig,
  established,
  incoming,
  media,
  peer,
  type RequestOptions,
  requestText,
  type Rig,
  sdp,
  statuses,
  tagOf,
  theEvent,
  theResponse,
} from './rig.node.ts';

/** Sends a request that must be refused with that status and leave nothing. */
function refused(status: number, options: RequestOptions, rig = createRig()): SipResponse {
  const sent = rig.receive(requestText(options));
  assert.deepEqual(statuses(sent), [status]);
  assert.deepEqual(rig.events, []);
  const { outputs, ...tables } = rig.engine.sizes();
  assert.equal(outputs, 0);
  for (const [name, size] of Object.entries(tables)) assert.equal(size, 0, `${name} keeps ${size}`);
  return theResponse(sent, status);
}

describe('an INVITE is refused, without a trace, for', () => {
  test('Max-Forwards 0: 483', () => {
    refused(483, { headers: { 'Max-Forwards': '0' } });
  });

  test('an extension we do not have: 420 and what is unsupported (RFC 3261 section 8.2.2.3)', () => {
    const { headers } = refused(420, { headers: { Require: '100rel, timer, precondition' } });
    assert.deepEqual(headers.all('Unsupported'), ['100rel', 'precondition']);
  });

  test('a body that is no SDP: 415 and what we accept (section 8.2.3)', () => {
    const { headers } = refused(415, { headers: { 'Content-Type': 'application/isup' } });
    assert.equal(headers.get('Accept'), 'application/sdp');
  });

  test('an encoded body: 415 and the encoding we accept', () => {
    const { headers } = refused(415, { headers: { 'Content-Encoding': 'gzip' } });
    assert.equal(headers.get('Accept-Encoding'), 'identity');
  });

  test('no codec in common, before anybody hears of the call: 488', () => {
    const { headers } = refused(488, { body: sdp({ codecs: '9 101' }) });
    assert.match(headers.get('Warning') ?? '', /^304 /);
  });

  test('an unreadable description: 400', () => {
    refused(400, { body: 'v=0\r\nnonsense' });
  });

  test('no Contact, or one where no request can be sent: 400 (section 8.1.1.8)', () => {
    refused(400, { without: ['Contact'] });
    for (const contact of ['*', '<sip:200@192.0.2.9:port>', '<tel:+15551234>', '<http://example.org>']) {
      refused(400, { headers: { Contact: contact } });
    }
  });

  test('a To tag we never gave: 481', () => {
    refused(481, { toTag: 'unknown' });
  });

  test('a source the owner does not admit: silence', () => {
    const rig = createRig({
      admit: (path, method) => method !== 'INVITE' || path.remote.address !== '192.0.2.9',
    });
    assert.deepEqual(rig.receive(requestText()), []);
    assert.equal(theEvent(rig.events, 'dropped').reason, 'notAdmitted');
    assert.deepEqual(statuses(rig.receive(requestText({ method: 'OPTIONS' }))), [200]);
  });

  test('a source the owner does not admit: silence also where we would answer 481 or 400', () => {
    const rig = createRig({ admit: () => false });
    rig.receive(requestText({ method: 'BYE', toTag: 'unknown' }));
    rig.receive(requestText({ method: 'CANCEL' }));
    rig.receive(requestText({ without: ['From'] }));
    assert.deepEqual(rig.sent, []);
    assert.deepEqual(
      rig.events.map((event) => event.kind),
      ['dropped', 'dropped', 'dropped'],
    );
  });
});

describe('an INVITE is taken in spite of', () => {
  const taken = (options: RequestOptions): void => void incoming(createRig(), options);

  test('a body that may be overlooked: handling=optional (section 20.11)', () => {
    const headers = { 'Content-Type': 'text/plain', 'Content-Disposition': 'render;handling=optional' };
    taken({ headers, body: 'hello' });
  });

  test('a missing Content-Type, which phones leave out', () => {
    taken({ headers: { 'Content-Type': [] } });
  });

  test('Supported: 100rel, which we then do not use', () => {
    const rig = createRig();
    rig.engine.ring(incoming(rig, { headers: { Supported: '100rel, timer' } }), 0);
    const ringing = theResponse(rig.drain(), 180);
    assert.equal(ringing.headers.get('Require'), undefined);
    assert.equal(ringing.headers.get('RSeq'), undefined);
  });

  test('a missing Max-Forwards and From tag, as RFC 2543 peers leave them out', () => {
    taken({ without: ['Max-Forwards'], headers: { From: '<sip:200@192.0.2.9>' } });
  });

  test('a Require without any word in it', () => {
    taken({ headers: { Require: '' } });
  });
});

describe('the same request over two ways (section 8.2.2.2)', () => {
  test('is a merged one: 482', () => {
    const rig = createRig();
    incoming(rig);
    assert.deepEqual(statuses(rig.receive(requestText({ branch: 'z9hG4bK-other' }))), [482]);
    assert.deepEqual(rig.events, []);
  });

  test('is another one with another CSeq, as after a challenge', () => {
    const rig = createRig();
    incoming(rig);
    incoming(rig, { branch: 'z9hG4bK-other', cseq: 2 });
  });

  test('may come again when the first is forgotten', () => {
    const rig = createRig();
    rig.engine.reject(incoming(rig), 486, undefined, rig.now);
    assertEmpty(rig);
    incoming(rig, { branch: 'z9hG4bK-other' });
  });
});

describe('responses made without state (section 8.2.7)', () => {
  test('have the same tag for the same request, another for another', () => {
    const rig = createRig();
    const text = requestText({ headers: { 'Max-Forwards': '0' } });
    const [first, again] = [rig.receive(text)[0], rig.receive(text)[0]];
    assert.equal(first?.text, again?.text);
    const other = rig.receive(requestText({ branch: 'z9hG4bK-2', headers: { 'Max-Forwards': '0' } }));
    assert.notEqual(tagOf(first?.message.headers.get('To')), tagOf(other[0]?.message.headers.get('To')));
    assert.equal(tagOf(first?.message.headers.get('To')).length, 16);
  });

  test('their ACK is dropped', () => {
    const rig = createRig();
    const refusal = rig.receive(requestText({ headers: { 'Max-Forwards': '0' } }))[0];
    const toTag = tagOf(refusal?.message.headers.get('To'));
    assert.deepEqual(rig.receive(requestText({ method: 'ACK', toTag })), []);
    assert.equal(theEvent(rig.events, 'dropped').reason, 'unmatchedAck');
  });
});

describe('unreadable input', () => {
  test('is dropped and counted', () => {
    const rig = createRig();
    assert.deepEqual(rig.receive('hello'), []);
    assert.deepEqual(rig.receive('\r\n'), []);
    assert.deepEqual(
      rig.events.map((event) => event.kind === 'dropped' && event.reason),
      ['notSip', 'empty'],
    );
  });

  test('that can be answered gets its 4xx, with what could be read, and is counted', () => {
    const rig = createRig();
    const via = 'SIP/2.0/UDP 10.0.0.7:5060;branch=z9hG4bK-1;rport';
    const sent = rig.receive(requestText({ via, headers: { 'Max-Forwards': 'many' } }));
    const { headers } = theResponse(sent, 400);
    assert.equal(headers.get('Via'), `${via}=5060;received=192.0.2.9`);
    assert.equal(headers.get('CSeq'), '1 INVITE');
    assert.equal(tagOf(headers.get('To')).length, 16);
    assert.equal(theEvent(rig.events, 'dropped').reason, 'malformedHeader');
  });

  test('an unsupported URI scheme gets 416', () => {
    assert.deepEqual(statuses(createRig().receive(requestText({ uri: 'http://example.org' }))), [416]);
  });

  test('a response to nothing is dropped and counted', () => {
    const rig = createRig();
    rig.receive(requestText().replace(/^INVITE [^\r]*/, 'SIP/2.0 200 OK'));
    assert.deepEqual(rig.sent, []);
    assert.equal(theEvent(rig.events, 'dropped').reason, 'unmatchedResponse');
  });
});

describe('where responses go (RFC 3581)', () => {
  const nat = { ...peer, remote: { address: '198.51.100.20', port: 33_000 } };

  test('with rport: to the source, and Via says what it was', () => {
    const rig = createRig();
    const via = 'SIP/2.0/UDP 10.0.0.7:5060;branch=z9hG4bK-1;rport';
    const sent = rig.receive(requestText({ via }), nat);
    assert.deepEqual(sent[0]?.path, nat);
    const expected = 'SIP/2.0/UDP 10.0.0.7:5060;branch=z9hG4bK-1;rport=33000;received=198.51.100.20';
    assert.equal(sent[0]?.message.headers.get('Via'), expected);
  });

  test('without rport: to the source address, at the sent-by port', () => {
    const via = 'SIP/2.0/UDP 10.0.0.7:5070;branch=z9hG4bK-1';
    const sent = createRig().receive(requestText({ via }), nat);
    assert.deepEqual(sent[0]?.path.remote, { address: '198.51.100.20', port: 5070 });
    assert.match(sent[0]?.message.headers.get('Via') ?? '', /;received=198\.51\.100\.20$/);
  });

  test('all Via values come back, ours changed, the others as they were', () => {
    const vias = ['SIP/2.0/UDP 192.0.2.9;branch=z9hG4bK-1;rport', 'SIP/2.0/TCP 10.1.1.1;branch=z9hG4bK-0'];
    const sent = createRig().receive(requestText({ headers: { Via: vias } }));
    assert.equal(sent[0]?.message.headers.all('Via')[1], vias[1]);
  });

  test('the ACK and BYE of a caller behind a NAT go back through it', () => {
    const rig = createRig();
    const options = {
      via: 'SIP/2.0/UDP 10.0.0.7:5060;branch=z9hG4bK-1;rport',
      headers: { Contact: '<sip:200@10.0.0.7:5060>' },
    };
    rig.receive(requestText(options), nat);
    const { call } = theEvent(rig.takeEvents(), 'incomingCall');
    rig.engine.answer(call, media, rig.now);
    const toTag = tagOf(theResponse(rig.drain(), 200).headers.get('To'));
    rig.receive(requestText({ ...options, method: 'ACK', toTag }), nat);
    rig.engine.hangup(call, rig.now);
    const bye = rig.drain()[0];
    assert.deepEqual(bye?.path, nat);
    assert.match(bye?.text ?? '', /^BYE sip:200@10\.0\.0\.7:5060 /);
  });
});

describe('limits', () => {
  function fill(rig: Rig, calls: number): void {
    for (let index = 0; index < calls; index += 1) {
      incoming(rig, { callId: `fill${index}`, branch: `z9hG4bK-fill${index}` });
    }
  }

  test('beyond maxDialogs an INVITE gets 503 with Retry-After, and so do OPTIONS', () => {
    const rig = createRig({ limits: { maxDialogs: 2 } });
    fill(rig, 2);
    const { headers } = theResponse(rig.receive(requestText()), 503);
    const seconds = Number(headers.get('Retry-After'));
    assert.ok(seconds >= 2 && seconds < 10);
    assert.deepEqual(statuses(rig.receive(requestText({ method: 'OPTIONS' }))), [503]);
    assert.equal(rig.engine.sizes().calls, 2);
  });

  test('beyond maxDialogs a call of ours ends at once with 503', () => {
    const rig = createRig({ limits: { maxDialogs: 1 } });
    fill(rig, 1);
    const from = { uri: 'sip:100@192.0.2.1' };
    const to = { uri: 'sip:300@192.0.2.9' };
    const call = rig.engine.call(
      { requestUri: to.uri, from, to, path: peer, local: media, timeoutMs: 1000 },
      rig.now,
    );
    assert.deepEqual(rig.drain(), []);
    const event = theEvent(rig.events, 'ended');
    assert.equal(event.call, call);
    assert.deepEqual([event.by, event.cause], ['local', { kind: 'rejected', status: 503 }]);
  });

  test('new calls leave a quarter of the transactions to the calls there are', () => {
    const rig = createRig({ limits: { maxTransactions: 8 } });
    const { tag } = established(rig, { callId: 'live' });
    fill(rig, 5);
    assert.deepEqual(statuses(rig.receive(requestText({ branch: 'z9hG4bK-x', callId: 'x' }))), [503]);
    const bye = requestText({ method: 'BYE', callId: 'live', toTag: tag, cseq: 2, branch: 'z9hG4bK-bye' });
    assert.deepEqual(statuses(rig.receive(bye)), [200]);
    assert.equal(rig.engine.sizes().serverTransactions, 7);
  });

  test('one source cannot take all places', () => {
    const rig = createRig({ limits: { maxInvitesPerSource: 3 } });
    fill(rig, 3);
    assert.deepEqual(statuses(rig.receive(requestText({ callId: 'x', branch: 'z9hG4bK-x' }))), [503]);
    const elsewhere = { ...peer, remote: { address: '192.0.2.10', port: 5060 } };
    const other = requestText({ callId: 'y', branch: 'z9hG4bK-y' });
    assert.deepEqual(statuses(rig.receive(other, elsewhere)), [100]);
  });

  test('what strangers send and we refuse takes no memory', () => {
    const rig = createRig();
    for (let index = 0; index < 150; index += 1) {
      const ids = { callId: `c${index}`, branch: `z9hG4bK-${index}`, fromTag: `t${index}` };
      for (const method of ['OPTIONS', 'REGISTER', 'BYE', 'CANCEL', 'NOSUCH']) {
        rig.receive(requestText({ method, ...ids }));
      }
      rig.receive(requestText({ ...ids, body: sdp({ codecs: '9' }) }));
    }
    for (const [name, size] of Object.entries(rig.engine.sizes())) assert.equal(size, 0, name);
  });

  test('when nobody fetches the outputs, further input is dropped and counted', () => {
    const rig = createRig({ limits: { maxPendingOutputs: 3 } });
    const bytes = new TextEncoder().encode(requestText({ method: 'OPTIONS' }));
    for (let index = 0; index < 10; index += 1) rig.engine.receive(bytes, peer, 0);
    assert.equal(rig.engine.sizes().outputs, 3);
    assert.equal(rig.engine.discarded(), 7);
    assert.equal(rig.drain().length, 3);
    assert.deepEqual(statuses(rig.receive(requestText({ method: 'OPTIONS' }))), [200]);
  });

  test('when nobody fetches the outputs, time waits too, and nothing is lost', () => {
    const rig = createRig({ limits: { maxPendingOutputs: 1 } });
    rig.engine.ring(incoming(rig), 0);
    rig.engine.wake(60_000);
    assert.equal(rig.engine.sizes().outputs, 1);
    rig.drain();
    rig.engine.wake(60_000);
    assert.deepEqual(statuses(rig.drain()), [180]);
  });

  test('a configuration with which it could not work is refused', () => {
    assert.throws(() => createRig({ limits: { maxDialogs: 0 } }), /maxDialogs/);
    assert.throws(() => createRig({ timers: { t1Ms: 0 } }), /t1Ms/);
    assert.throws(() => createRig({ codecs: [] }), /codecs/);
  });
});
