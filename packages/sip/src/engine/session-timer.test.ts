import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { SipRequest } from '../message.ts';
import { decodeText } from '../text.ts';
import {
  assertEmpty,
  createRig,
  dial,
  incoming,
  media,
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

type HeaderValues = NonNullable<RequestOptions['headers']>;

/** A call of a phone that asks for these headers, answered; our 200 to it. */
function answered(headers: HeaderValues, rig = createRig()) {
  const call = incoming(rig, { headers });
  rig.engine.answer(call, media, rig.now);
  const accept = theResponse(rig.drain(), 200);
  const tag = tagOf(accept.headers.get('To'));
  rig.receive(requestText({ method: 'ACK', branch: 'z9hG4bK-ack', toTag: tag }));
  rig.takeEvents();
  return { rig, call, tag, accept };
}

/** A call of ours that asked for 1800 s, answered with these headers. */
function made(headers: HeaderValues) {
  const { rig, call, invite } = dial({}, createRig({ sessionExpiresS: 1800 }));
  rig.receive(responseText(invite, 200, { body: sdp(), headers }));
  rig.takeEvents();
  return { rig, call, invite };
}

function endOf(rig: Rig): unknown {
  return theEvent(rig.takeEvents(), 'ended').cause;
}

describe('a call that came in with a session timer (RFC 4028 section 9)', () => {
  test('the client that knows it refreshes, and is told so', () => {
    const { accept } = answered({ 'Session-Expires': '90', 'Min-SE': '90', Supported: 'timer' });
    assert.equal(accept.headers.get('Session-Expires'), '90;refresher=uac');
    assert.equal(accept.headers.get('Require'), 'timer');
  });

  test('it ends with BYE a little before the interval when nobody refreshed (section 10)', () => {
    const { rig } = answered({ 'Session-Expires': '90;refresher=uac', Supported: 'timer' });
    assert.deepEqual(rig.pass(59_999), []);
    theRequest(rig.pass(1), 'BYE');
    assert.deepEqual(endOf(rig), { kind: 'timeout' });
    assertEmpty(rig);
  });

  test('each refresh of the peer begins it anew, be it UPDATE or re-INVITE', () => {
    const headers = { 'Session-Expires': '90;refresher=uac', Supported: 'timer' };
    const { rig, tag } = answered(headers);
    rig.pass(45_000);
    const update = requestText({ method: 'UPDATE', toTag: tag, cseq: 2, branch: 'z9hG4bK-2', headers });
    assert.equal(theResponse(rig.receive(update), 200).headers.get('Session-Expires'), '90;refresher=uac');
    rig.pass(45_000);
    rig.receive(requestText({ toTag: tag, cseq: 3, branch: 'z9hG4bK-3', headers }));
    rig.receive(requestText({ method: 'ACK', toTag: tag, cseq: 3, branch: 'z9hG4bK-a3' }));
    assert.deepEqual(rig.pass(59_999), []);
    theRequest(rig.pass(1), 'BYE');
    assert.deepEqual(endOf(rig), { kind: 'timeout' });
  });

  test('a refresh without a timer ends the timer, not the call', () => {
    const { rig, tag } = answered({ 'Session-Expires': '90;refresher=uac', Supported: 'timer' });
    rig.receive(requestText({ method: 'UPDATE', toTag: tag, cseq: 2, branch: 'z9hG4bK-2' }));
    rig.pass(400_000);
    assert.equal(rig.engine.sizes().calls, 1);
  });

  test('where a proxy asked for a client that knows nothing of it, the work is ours', () => {
    const { accept } = answered({ 'Session-Expires': '120;refresher=uac' });
    assert.equal(accept.headers.get('Session-Expires'), '120;refresher=uas');
    assert.equal(accept.headers.has('Require'), false);
  });

  test('too short an interval gets 422, or no timer where the client knows nothing of it', () => {
    const short = { 'Session-Expires': '60' };
    const refused = createRig().receive(requestText({ headers: { ...short, Supported: 'timer' } }));
    assert.equal(theResponse(refused, 422).headers.get('Min-SE'), '90');
    assert.equal(answered(short).accept.headers.has('Session-Expires'), false);
  });

  test('a peer that does not take UPDATE after all gets a re-INVITE at once', () => {
    const { rig } = answered({ 'Session-Expires': '120;refresher=uas', Supported: 'timer', Allow: 'UPDATE' });
    theRequest(rig.receive(responseText(theRequest(rig.pass(60_000), 'UPDATE'), 405)), 'INVITE');
  });

  test('what cannot be read gets 400', () => {
    const sent = createRig().receive(requestText({ headers: { 'Session-Expires': 'soon' } }));
    assert.deepEqual(statuses(sent), [400]);
  });

  test('we refresh where we are asked to: by UPDATE at the half, if the peer takes that', () => {
    const headers = { 'Session-Expires': '120;refresher=uas', Supported: 'timer', Allow: 'INVITE, UPDATE' };
    const { rig } = answered(headers);
    const update = theRequest(rig.pass(60_000), 'UPDATE');
    assert.equal(update.headers.get('Session-Expires'), '120;refresher=uac');
    assert.equal(update.body.length, 0);
    rig.receive(responseText(update, 200, { headers: { 'Session-Expires': '120;refresher=uac' } }));
    theRequest(rig.pass(60_000), 'UPDATE');
    assert.deepEqual(rig.events, []);
  });

  test('else by a re-INVITE that changes nothing, of which nothing is told', () => {
    const { rig } = answered({ 'Session-Expires': '120;refresher=uas', Supported: 'timer' });
    const again = theRequest(rig.pass(60_000), 'INVITE');
    const headers = { 'Session-Expires': '120;refresher=uac' };
    rig.receive(responseText(again, 200, { body: sdp(), headers }));
    const third = theRequest(rig.pass(60_000), 'INVITE');
    assert.equal(decodeText(third.body), decodeText(again.body));
    assert.deepEqual(rig.events, []);
  });

  test('a refresh that is refused is tried again, and then the session ends', () => {
    const { rig } = answered({ 'Session-Expires': '300;refresher=uas', Supported: 'timer', Allow: 'UPDATE' });
    rig.receive(responseText(theRequest(rig.pass(150_000), 'UPDATE'), 500));
    rig.receive(responseText(theRequest(rig.pass(40_000), 'UPDATE'), 500));
    rig.receive(responseText(theRequest(rig.pass(40_000), 'UPDATE'), 500));
    theRequest(rig.pass(38_000), 'BYE');
    assert.deepEqual(endOf(rig), { kind: 'timeout' });
  });

  test('a refresh nobody answers, or to which nothing is known of the call, ends it', () => {
    const headers = { 'Session-Expires': '120;refresher=uas', Supported: 'timer', Allow: 'UPDATE' };
    const gone = answered(headers);
    gone.rig.receive(responseText(theRequest(gone.rig.pass(60_000), 'UPDATE'), 481));
    assert.deepEqual(endOf(gone.rig), { kind: 'protocol', status: 481 });
    const silent = answered(headers);
    silent.rig.pass(88_000);
    assert.deepEqual(endOf(silent.rig), { kind: 'timeout' });
    assertEmpty(silent.rig);
  });
});

describe('a call we make with a session timer (section 7)', () => {
  test('asks for it, if the owner wants one', () => {
    const { invite } = made({});
    assert.equal(invite.headers.get('Session-Expires'), '1800');
    assert.equal(invite.headers.get('Min-SE'), '90');
    assert.equal(dial().invite.headers.has('Session-Expires'), false);
    assert.throws(() => createRig({ sessionExpiresS: 60 }), /at least 90/);
  });

  test('without one in the 200 there is none', () => {
    const { rig } = made({});
    rig.pass(4_000_000);
    assert.equal(rig.engine.sizes().calls, 1);
  });

  test('we refresh as uac, the peer as uas', () => {
    const ours = made({ 'Session-Expires': '1800;refresher=uac', Allow: 'UPDATE' });
    theRequest(ours.rig.pass(900_000), 'UPDATE');
    const theirs = made({ 'Session-Expires': '1800;refresher=uas', Allow: 'UPDATE' });
    assert.deepEqual(theirs.rig.pass(1_767_999), []);
    theRequest(theirs.rig.pass(1), 'BYE');
  });

  test('422: comes again with the interval that is wanted, once more at the most each time', () => {
    const { rig, invite } = dial({}, createRig({ sessionExpiresS: 90 }));
    const refusal = { headers: { 'Min-SE': '3600' } };
    const again = theRequest(rig.receive(responseText(invite, 422, refusal)), 'INVITE');
    assert.equal(again.headers.get('Session-Expires'), '3600');
    assert.equal(again.headers.get('CSeq'), '2 INVITE');
    rig.receive(responseText(again, 422, refusal));
    assert.deepEqual(endOf(rig), { kind: 'rejected', status: 422 });
  });

  test('a 422 to a refresh raises the interval, once', () => {
    const { rig } = made({ 'Session-Expires': '120;refresher=uac', Allow: 'UPDATE' });
    const tooShort = (to: SipRequest, least: string) =>
      rig.receive(responseText(to, 422, { headers: { 'Min-SE': least } }));
    const again = theRequest(tooShort(theRequest(rig.pass(60_000), 'UPDATE'), '600'), 'UPDATE');
    assert.equal(again.headers.get('Session-Expires'), '600;refresher=uac');
    assert.deepEqual(tooShort(again, '601'), []);
  });

  test('a hold of ours carries the timer and refreshes it', () => {
    const { rig, call } = made({ 'Session-Expires': '120;refresher=uac' });
    rig.pass(50_000);
    rig.engine.hold(call, rig.now);
    const hold = theRequest(rig.drain(), 'INVITE');
    assert.equal(hold.headers.get('Session-Expires'), '120;refresher=uac');
    const headers = { 'Session-Expires': '120;refresher=uac' };
    rig.receive(responseText(hold, 200, { body: sdp({ direction: 'recvonly', version: 2 }), headers }));
    assert.deepEqual(statuses(rig.pass(59_999)), []);
    theRequest(rig.pass(1), 'INVITE');
  });

  test('its end stops the timer', () => {
    const { rig, call } = made({ 'Session-Expires': '120;refresher=uac' });
    rig.engine.hangup(call, rig.now);
    rig.receive(responseText(theRequest(rig.drain(), 'BYE'), 200));
    assertEmpty(rig);
  });
});
