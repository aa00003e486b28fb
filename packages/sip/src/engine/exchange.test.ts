import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { CallId } from './output.ts';
import {
  createRig,
  dial,
  established,
  peer,
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

/** What a telephone exchange does with one engine: the caller and the called are two calls of it. */
const calledPath = { ...peer, remote: { address: '192.0.2.30', port: 5060 } };

/** A caller, put through to a called phone. */
function putThrough() {
  const rig = createRig();
  const { call: caller, tag } = established(rig);
  const { call: called, invite } = dial({ path: calledPath }, rig);
  rig.receive(responseText(invite, 200, { body: sdp() }), calledPath);
  rig.takeEvents();
  return { rig, caller, tag, called, invite };
}

function sipfragOf(rig: Rig, transferor: CallId, status: number): string {
  assert.ok(rig.engine.transferProgress(transferor, status, rig.now).ok);
  return new TextDecoder().decode(theRequest(rig.drain(), 'NOTIFY').body);
}

describe('a telephone exchange', () => {
  test('passes a hold on: what the caller asks for is asked of the called', () => {
    const { rig, caller, called, tag } = putThrough();
    const hold = {
      toTag: tag,
      cseq: 2,
      branch: 'z9hG4bK-hold',
      body: sdp({ direction: 'sendonly', version: 2 }),
    };
    rig.receive(requestText(hold));
    const held = theEvent(rig.takeEvents(), 'mediaChanged');
    assert.deepEqual([held.call, held.by, held.media.direction], [caller, 'remote', 'recvonly']);
    assert.ok(rig.engine.hold(called, rig.now).ok);
    const reinvite = theRequest(rig.drain(), 'INVITE');
    const answer = { body: sdp({ direction: 'recvonly', version: 2 }) };
    assert.deepEqual(statuses(rig.receive(responseText(reinvite, 200, answer), calledPath)), ['ACK']);
    assert.equal(theEvent(rig.events, 'mediaChanged').call, called);
  });

  test('an old phone holds with the address 0.0.0.0', () => {
    const { rig, caller, tag } = putThrough();
    const body = sdp({ version: 2 }).replace('c=IN IP4 192.0.2.9', 'c=IN IP4 0.0.0.0');
    rig.receive(requestText({ toTag: tag, cseq: 2, branch: 'z9hG4bK-hold', body }));
    const held = theEvent(rig.events, 'mediaChanged');
    assert.deepEqual([held.call, held.media.direction], [caller, 'recvonly']);
  });

  test('a blind transfer by the called: the target is called, how that goes is told, and the called is let go', () => {
    const { rig, called, invite } = putThrough();
    const ours = tagOf(invite.headers.get('From'));
    const refer = requestText({
      method: 'REFER',
      callId: invite.headers.get('Call-ID') ?? '',
      fromTag: 'callee',
      toTag: ours,
      branch: 'z9hG4bK-refer',
      headers: { 'Refer-To': '<sip:400@192.0.2.1>' },
    });
    rig.receive(refer, calledPath);
    const { call, target } = theEvent(rig.takeEvents(), 'transferRequested');
    assert.deepEqual([call, target.user], [called, '400']);
    rig.engine.acceptTransfer(called, rig.now);
    theResponse(rig.drain(), 202);
    const { call: next, invite: nextInvite } = dial({ requestUri: target.uri }, rig);
    rig.receive(responseText(nextInvite, 180));
    assert.equal(theEvent(rig.takeEvents(), 'progress').call, next);
    assert.equal(sipfragOf(rig, called, 180), 'SIP/2.0 180 Ringing\r\n');
    rig.receive(responseText(nextInvite, 200, { body: sdp() }));
    assert.equal(theEvent(rig.takeEvents(), 'answered').call, next);
    assert.equal(sipfragOf(rig, called, 200), 'SIP/2.0 200 OK\r\n');
    rig.engine.hangup(called, rig.now);
    theRequest(rig.drain(), 'BYE');
    assert.equal(rig.engine.sizes().calls, 2);
  });

  test('a call that rings is picked up elsewhere by an INVITE with Replaces', () => {
    const rig = createRig();
    const { call: ringing, invite } = dial({}, rig);
    rig.receive(responseText(invite, 180));
    rig.takeEvents();
    const dialog = `${invite.headers.get('Call-ID')};to-tag=${tagOf(invite.headers.get('From'))};from-tag=callee`;
    rig.receive(requestText({ headers: { Replaces: `${dialog};early-only` } }));
    const pickup = theEvent(rig.takeEvents(), 'incomingCall');
    assert.equal(pickup.replaces, ringing);
    rig.engine.answer(pickup.call, { address: '192.0.2.1', port: 11_000 }, rig.now);
    rig.engine.hangup(ringing, rig.now, { q850: 26 });
    assert.deepEqual(statuses(rig.drain()), [200, 'CANCEL']);
  });
});
