import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { SipRequest } from '../message.ts';
import { decodeText } from '../text.ts';
import {
  assertEmpty,
  createRig,
  dial,
  established,
  incoming,
  type RequestOptions,
  requestText,
  responseText,
  type Rig,
  statuses,
  tagOf,
  theEvent,
  theRequest,
  theResponse,
} from './rig.node.ts';

const target = '<sip:300@192.0.2.1>';

function refer(toTag: string, headers: RequestOptions['headers'] = {}, cseq = 2): string {
  const all = { 'Refer-To': target, ...headers };
  return requestText({ method: 'REFER', toTag, cseq, branch: `z9hG4bK-refer${cseq}`, headers: all });
}

/** A call whose phone has asked to be transferred. */
function asked(headers: RequestOptions['headers'] = {}) {
  const rig = createRig();
  const { call, tag } = established(rig);
  assert.deepEqual(rig.receive(refer(tag, headers)), []);
  return { rig, call, tag, request: theEvent(rig.takeEvents(), 'transferRequested') };
}

function said(notify: SipRequest): string[] {
  const { headers, body } = notify;
  return [headers.get('Event') ?? '', headers.get('Subscription-State') ?? '', decodeText(body)];
}

function progress(
  rig: Rig,
  call: Parameters<Rig['engine']['transferProgress']>[0],
  status: number,
): SipRequest {
  assert.deepEqual(rig.engine.transferProgress(call, status, rig.now), { ok: true });
  return theRequest(rig.drain(), 'NOTIFY');
}

describe('REFER inside of a call (RFC 3515)', () => {
  test('is told with its target', () => {
    const { call, request } = asked({ 'Referred-By': '"Boss" <sip:200@192.0.2.9>;cid="x@y"' });
    const { target: to, referredBy, replaces } = request;
    assert.deepEqual(
      [request.call, to.uri, to.user, to.host],
      [call, 'sip:300@192.0.2.1', '300', '192.0.2.1'],
    );
    assert.deepEqual([referredBy?.displayName, referredBy?.user], ['Boss', '200']);
    assert.equal(replaces, undefined);
  });

  test('accepted: 202 and NOTIFY after NOTIFY, the last of which ends the subscription', () => {
    const { rig, call } = asked();
    assert.deepEqual(rig.engine.acceptTransfer(call, rig.now), { ok: true });
    const sent = rig.drain();
    assert.deepEqual(statuses(sent), [202, 'NOTIFY']);
    assert.equal(theResponse(sent, 202).headers.get('Contact'), '<sip:192.0.2.1:5060>');
    const trying = theRequest(sent, 'NOTIFY');
    assert.equal(trying.headers.get('Content-Type'), 'message/sipfrag;version=2.0');
    assert.deepEqual(said(trying), ['refer', 'active;expires=300', 'SIP/2.0 100 Trying\r\n']);
    rig.pass(2500);
    const ringing = ['refer', 'active;expires=298', 'SIP/2.0 180 Ringing\r\n'];
    assert.deepEqual(said(progress(rig, call, 180)), ringing);
    const last = ['refer', 'terminated;reason=noresource', 'SIP/2.0 200 OK\r\n'];
    assert.deepEqual(said(progress(rig, call, 200)), last);
    assert.deepEqual(rig.engine.transferProgress(call, 200, rig.now), { ok: false, reason: 'wrongState' });
  });

  test('a target that is busy is told the same way, and the call lives on', () => {
    const { rig, call } = asked();
    rig.engine.acceptTransfer(call, rig.now);
    rig.drain();
    assert.equal(said(progress(rig, call, 486))[2], 'SIP/2.0 486 Busy Here\r\n');
    assert.equal(rig.engine.sizes().calls, 1);
    assert.deepEqual(rig.events, []);
  });

  test('rejected: the status, and no NOTIFY', () => {
    const { rig, call } = asked();
    assert.deepEqual(rig.engine.rejectTransfer(call, 200, rig.now), { ok: false, reason: 'wrongState' });
    assert.deepEqual(rig.engine.rejectTransfer(call, 603, rig.now), { ok: true });
    assert.deepEqual(statuses(rig.drain()), [603]);
    assert.deepEqual(rig.engine.acceptTransfer(call, rig.now), { ok: false, reason: 'wrongState' });
  });

  test('undecided after 20 s: 480', () => {
    const { rig } = asked();
    assert.deepEqual(statuses(rig.pass(20_000)), [480]);
    assert.equal(rig.engine.sizes().calls, 1);
  });

  test('a second one meanwhile gets 491; one afterwards has an id', () => {
    const { rig, call, tag } = asked();
    assert.deepEqual(statuses(rig.receive(refer(tag, {}, 3))), [491]);
    rig.engine.rejectTransfer(call, 603, rig.now);
    rig.drain();
    rig.receive(refer(tag, {}, 4));
    rig.engine.acceptTransfer(call, rig.now);
    assert.equal(theRequest(rig.drain(), 'NOTIFY').headers.get('Event'), 'refer;id=4');
  });

  test('a NOTIFY that is refused or stays unanswered ends the subscription, not the call', () => {
    const { rig, call } = asked();
    rig.engine.acceptTransfer(call, rig.now);
    rig.receive(responseText(theRequest(rig.drain(), 'NOTIFY'), 481));
    assert.deepEqual(rig.engine.transferProgress(call, 200, rig.now), { ok: false, reason: 'wrongState' });
    assert.equal(rig.engine.sizes().calls, 1);
    const other = asked();
    other.rig.engine.acceptTransfer(other.call, other.rig.now);
    other.rig.pass(32_000);
    const late = other.rig.engine.transferProgress(other.call, 200, other.rig.now);
    assert.deepEqual([late.ok, other.rig.engine.sizes().calls], [false, 1]);
  });

  test('a subscription nobody ends runs out', () => {
    const { rig, call } = asked();
    rig.engine.acceptTransfer(call, rig.now);
    rig.receive(responseText(theRequest(rig.drain(), 'NOTIFY'), 200));
    rig.receive(responseText(progress(rig, call, 183), 200));
    const end = theRequest(rig.pass(300_000), 'NOTIFY');
    assert.deepEqual(said(end).slice(1), ['terminated;reason=timeout', 'SIP/2.0 183 Session Progress\r\n']);
  });

  test('Refer-Sub: false is agreed to, and nothing is notified (RFC 4488)', () => {
    const { rig, call } = asked({ 'Refer-Sub': 'false', Require: 'norefersub' });
    rig.engine.acceptTransfer(call, rig.now);
    const sent = rig.drain();
    assert.deepEqual(statuses(sent), [202]);
    assert.equal(theResponse(sent, 202).headers.get('Refer-Sub'), 'false');
    assert.deepEqual(rig.engine.transferProgress(call, 180, rig.now), { ok: true });
    assert.deepEqual(rig.engine.transferProgress(call, 200, rig.now), { ok: true });
    assert.deepEqual(rig.engine.transferProgress(call, 200, rig.now), { ok: false, reason: 'wrongState' });
    assert.deepEqual(rig.drain(), []);
  });

  test('the phone hangs up before we decide: 487 to the REFER', () => {
    const { rig, tag } = asked();
    const bye = requestText({ method: 'BYE', toTag: tag, cseq: 3, branch: 'z9hG4bK-bye' });
    assert.deepEqual(statuses(rig.receive(bye)), [200, 487]);
    assertEmpty(rig);
  });

  test('the phone hangs up meanwhile: nothing more is notified, nothing is left', () => {
    const { rig, call, tag } = asked();
    rig.engine.acceptTransfer(call, rig.now);
    rig.receive(requestText({ method: 'BYE', toTag: tag, cseq: 3, branch: 'z9hG4bK-bye' }));
    assert.deepEqual(rig.engine.transferProgress(call, 200, rig.now), { ok: false, reason: 'unknownCall' });
    assertEmpty(rig);
  });

  test('what cannot be called is refused', () => {
    const wrong: readonly (readonly [string, number])[] = [
      ['nonsense', 400],
      ['<mailto:a@b>', 416],
      ['<sip:300@192.0.2.1;method=SUBSCRIBE>', 501],
    ];
    for (const [to, status] of wrong) {
      const rig = createRig();
      const { tag } = established(rig);
      assert.deepEqual(statuses(rig.receive(refer(tag, { 'Refer-To': to }))), [status], to);
      assert.deepEqual(rig.events, []);
    }
    const rig = createRig();
    const { tag } = established(rig);
    const bare = requestText({ method: 'REFER', toTag: tag, cseq: 2, branch: 'z9hG4bK-r' });
    assert.deepEqual(statuses(rig.receive(bare)), [400]);
  });

  test('before the answer it is too early, and outside of a call we serve none', () => {
    const rig = createRig();
    rig.engine.ring(incoming(rig), rig.now);
    const tag = tagOf(theResponse(rig.drain(), 180).headers.get('To'));
    assert.deepEqual(statuses(rig.receive(refer(tag))), [500]);
    const outside = requestText({ method: 'REFER', headers: { 'Refer-To': target } });
    assert.deepEqual(statuses(createRig().receive(outside)), [403]);
  });
});

describe('an attended transfer (RFC 5589)', () => {
  test('names the dialog, and our call when it is one of ours', () => {
    const rig = createRig();
    const { call, tag } = established(rig);
    const consulted = established(rig, { callId: 'call-2', fromTag: 'second', branch: 'z9hG4bK-second' });
    const dialog = `call-2%3Bto-tag%3D${consulted.tag}%3Bfrom-tag%3Dsecond`;
    rig.receive(refer(tag, { 'Refer-To': `<sip:400@192.0.2.1;x=y?Replaces=${dialog}>` }));
    const request = theEvent(rig.events, 'transferRequested');
    assert.deepEqual([request.call, request.target.uri], [call, 'sip:400@192.0.2.1;x=y']);
    assert.deepEqual(request.replaces, {
      callId: 'call-2',
      toTag: consulted.tag,
      fromTag: 'second',
      earlyOnly: false,
      call: consulted.call,
    });
  });

  test('a dialog of others is told as it is', () => {
    const { request } = asked({
      'Refer-To': '<sip:400@198.51.100.4?Replaces=x%40y%3Bto-tag%3D1%3Bfrom-tag%3D2%3Bearly-only>',
    });
    assert.deepEqual(request.replaces, { callId: 'x@y', toTag: '1', fromTag: '2', earlyOnly: true });
  });
});

describe('INVITE with Replaces (RFC 3891)', () => {
  function replacing(replaces: string, branch = 'z9hG4bK-new'): string {
    const headers = { Replaces: replaces, Require: 'replaces' };
    return requestText({ callId: 'new', fromTag: 'new', branch, headers });
  }

  test('names the call it is to take the place of', () => {
    const rig = createRig();
    const { call, tag } = established(rig);
    rig.receive(replacing(`call-1@192.0.2.9;to-tag=${tag};from-tag=phone`));
    const offered = theEvent(rig.events, 'incomingCall');
    assert.equal(offered.replaces, call);
    assert.notEqual(offered.call, call);
  });

  test('a call without the header replaces nothing', () => {
    const rig = createRig();
    rig.receive(requestText());
    assert.equal('replaces' in theEvent(rig.events, 'incomingCall'), false);
  });

  test('a call of ours that rings may be replaced, also early-only', () => {
    const { rig, call, invite } = dial();
    rig.receive(responseText(invite, 180));
    rig.takeEvents();
    const ids = `to-tag=${tagOf(invite.headers.get('From'))};from-tag=callee`;
    rig.receive(replacing(`${invite.headers.get('Call-ID')};${ids};early-only`));
    assert.equal(theEvent(rig.events, 'incomingCall').replaces, call);
  });

  test('unknown dialogs and wrong tags get 481, what cannot be read 400', () => {
    const rig = createRig();
    const { tag } = established(rig);
    const wrong: readonly (readonly [string, number])[] = [
      [`other;to-tag=${tag};from-tag=phone`, 481],
      [`call-1@192.0.2.9;to-tag=${tag};from-tag=other`, 481],
      ['call-1@192.0.2.9;to-tag=phone', 400],
    ];
    for (const [value, status] of wrong) assert.deepEqual(statuses(rig.receive(replacing(value))), [status]);
    assert.deepEqual(rig.events, []);
  });

  test('a call that came in and is not answered cannot be replaced: 481', () => {
    const rig = createRig();
    rig.engine.ring(incoming(rig), rig.now);
    const tag = tagOf(theResponse(rig.drain(), 180).headers.get('To'));
    assert.deepEqual(
      statuses(rig.receive(replacing(`call-1@192.0.2.9;to-tag=${tag};from-tag=phone`))),
      [481],
    );
  });

  test('an answered call with early-only gets 486, one that is just over 603', () => {
    const rig = createRig();
    const { call, tag } = established(rig);
    const dialog = `call-1@192.0.2.9;to-tag=${tag};from-tag=phone`;
    assert.deepEqual(statuses(rig.receive(replacing(`${dialog};early-only`))), [486]);
    rig.engine.hangup(call, rig.now);
    rig.drain();
    assert.deepEqual(statuses(rig.receive(replacing(dialog, 'z9hG4bK-late'))), [603]);
  });

  test('the replacing call is answered, the replaced one hung up', () => {
    const rig = createRig();
    const { call, tag } = established(rig);
    rig.receive(replacing(`call-1@192.0.2.9;to-tag=${tag};from-tag=phone`));
    const offered = theEvent(rig.takeEvents(), 'incomingCall');
    assert.ok(rig.engine.answer(offered.call, { address: '192.0.2.1', port: 11_000 }, rig.now).ok);
    rig.engine.hangup(call, rig.now);
    assert.deepEqual(statuses(rig.drain()), [200, 'BYE']);
  });
});
