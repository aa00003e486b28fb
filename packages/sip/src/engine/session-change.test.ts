import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { decodeText } from '../text.ts';
import {
  assertEmpty,
  createRig,
  established,
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

function change(method: string, toTag: string, options: RequestOptions = {}): string {
  const cseq = options.cseq ?? 2;
  return requestText({ method, toTag, cseq, branch: `z9hG4bK-${method}-${cseq}`, ...options });
}

function ackOf(toTag: string, cseq: number, body = ''): string {
  return change('ACK', toTag, { cseq, body });
}

/** Answered, but the ACK is still on its way. */
function unacknowledged(rig: Rig, options: RequestOptions = {}): string {
  rig.engine.answer(incoming(rig, options), media, rig.now);
  return tagOf(theResponse(rig.drain(), 200).headers.get('To'));
}

/** An outgoing call that rings; `tag` is ours, the phone's is `callee`. */
function ringing(rig: Rig) {
  rig.engine.call(
    {
      requestUri: 'sip:300@192.0.2.9',
      from: { uri: 'sip:100@192.0.2.1' },
      to: { uri: 'sip:300@192.0.2.9' },
      path: {
        transport: 'UDP',
        local: { address: '192.0.2.1', port: 5060 },
        remote: { address: '192.0.2.9', port: 5060 },
      },
      local: media,
      timeoutMs: 30_000,
    },
    rig.now,
  );
  const invite = theRequest(rig.drain(), 'INVITE');
  rig.receive(responseText(invite, 180));
  rig.takeEvents();
  const callId = invite.headers.get('Call-ID') ?? '';
  return { invite, toTag: tagOf(invite.headers.get('From')), ids: { callId, fromTag: 'callee' } };
}

for (const method of ['INVITE', 'UPDATE']) {
  describe(`a session changed by ${method === 'INVITE' ? 're-INVITE' : 'UPDATE'}`, () => {
    test('is answered at once and reported', () => {
      const rig = createRig();
      const { call, tag } = established(rig);
      const sent = rig.receive(change(method, tag, { body: sdp({ codecs: '8', port: 4444, version: 2 }) }));
      const accept = theResponse(sent, 200);
      assert.match(decodeText(accept.body), /m=audio 10000 RTP\/AVP 8/);
      assert.equal(accept.headers.get('Contact'), '<sip:192.0.2.1:5060>');
      const event = theEvent(rig.events, 'mediaChanged');
      assert.equal(event.call, call);
      assert.deepEqual([event.media.codec, event.media.remote.port], ['PCMA', 4444]);
    });

    test('can put us on hold and take us back', () => {
      const rig = createRig();
      const { tag } = established(rig);
      const held = rig.receive(change(method, tag, { body: sdp({ direction: 'sendonly', version: 2 }) }));
      assert.match(decodeText(theResponse(held, 200).body), /a=recvonly/);
      assert.equal(theEvent(rig.takeEvents(), 'mediaChanged').media.direction, 'recvonly');
      rig.receive(ackOf(tag, 2));
      const back = rig.receive(change(method, tag, { cseq: 3, body: sdp({ version: 3 }) }));
      assert.match(decodeText(theResponse(back, 200).body), /a=sendrecv/);
      assert.equal(theEvent(rig.takeEvents(), 'mediaChanged').media.direction, 'sendrecv');
    });

    test('to something we cannot do is refused with 488, and the session stays', () => {
      const rig = createRig();
      const { call, tag } = established(rig);
      assert.deepEqual(statuses(rig.receive(change(method, tag, { body: sdp({ codecs: '9' }) }))), [488]);
      assert.deepEqual(rig.events, []);
      assert.deepEqual(rig.engine.hangup(call, rig.now), { ok: true });
    });

    test('by something unreadable is refused with 400, by another type with 415', () => {
      const rig = createRig();
      const { tag } = established(rig);
      assert.deepEqual(statuses(rig.receive(change(method, tag, { body: 'hello' }))), [400]);
      const headers = { 'Content-Type': 'text/plain' };
      const refused = rig.receive(change(method, tag, { cseq: 3, body: 'hello', headers }));
      assert.equal(theResponse(refused, 415).headers.get('Accept'), 'application/sdp');
    });

    test('moves the remote target (section 12.2.2)', () => {
      const rig = createRig();
      const { call, tag } = established(rig);
      rig.receive(change(method, tag, { body: sdp(), headers: { Contact: '<sip:200@192.0.2.88:5099>' } }));
      rig.engine.hangup(call, rig.now);
      const sent = rig.drain();
      assert.equal(theRequest(sent, 'BYE').uri, 'sip:200@192.0.2.88:5099');
      assert.deepEqual(sent.at(-1)?.path.remote, { address: '192.0.2.88', port: 5099 });
    });

    test('while we have not answered the first INVITE: 500 with Retry-After up to 10 s', () => {
      const rig = createRig();
      rig.engine.ring(incoming(rig), rig.now);
      const tag = tagOf(theResponse(rig.drain(), 180).headers.get('To'));
      const refused = theResponse(rig.receive(change(method, tag, { body: sdp() })), 500);
      const seconds = Number(refused.headers.get('Retry-After'));
      assert.ok(seconds >= 0 && seconds <= 10);
    });

    test('while our own INVITE is unanswered: 491', () => {
      const rig = createRig();
      const { toTag, ids } = ringing(rig);
      assert.deepEqual(statuses(rig.receive(change(method, toTag, { ...ids, body: sdp() }))), [491]);
    });

    test('while our offer in a 200 waits for its answer: 491', () => {
      const rig = createRig();
      const tag = unacknowledged(rig, { body: '' });
      assert.deepEqual(statuses(rig.receive(change(method, tag, { body: sdp() }))), [491]);
    });
  });
}

describe('re-INVITE', () => {
  test('its 200 is repeated until the ACK', () => {
    const rig = createRig();
    const { tag } = established(rig);
    rig.receive(change('INVITE', tag));
    assert.deepEqual(statuses(rig.pass(1500)), [200, 200]);
    rig.receive(ackOf(tag, 2));
    assert.deepEqual(statuses(rig.pass(20_000)), []);
    assert.equal(rig.engine.sizes().calls, 1);
  });

  test('without ACK after 64*T1 the call ends with a BYE (section 14.2)', () => {
    const rig = createRig();
    const { tag } = established(rig);
    rig.receive(change('INVITE', tag));
    theRequest(rig.pass(32_000), 'BYE');
    assert.deepEqual(theEvent(rig.events, 'ended').cause, { kind: 'ackTimeout' });
    assertEmpty(rig);
  });

  test('without offer gets ours, and the answer in the ACK counts', () => {
    const rig = createRig();
    const { tag } = established(rig);
    const sent = rig.receive(change('INVITE', tag, { body: '' }));
    assert.match(decodeText(theResponse(sent, 200).body), /m=audio 10000 RTP\/AVP 0 8 101/);
    assert.deepEqual(rig.takeEvents(), []);
    rig.receive(ackOf(tag, 2, sdp({ port: 4600, version: 2 })));
    assert.equal(theEvent(rig.takeEvents(), 'mediaChanged').media.remote.port, 4600);
  });

  test('without offer, and an ACK without answer: what held before holds', () => {
    const rig = createRig();
    const { tag } = established(rig);
    rig.receive(change('INVITE', tag, { body: '' }));
    rig.receive(ackOf(tag, 2));
    assert.deepEqual(rig.events, []);
    theResponse(rig.receive(change('INVITE', tag, { cseq: 3, body: sdp({ port: 4700, version: 2 }) })), 200);
    assert.equal(theEvent(rig.events, 'mediaChanged').media.remote.port, 4700);
  });

  test('coming before the ACK of our answer stands for that ACK, which was lost or overtaken', () => {
    const rig = createRig();
    const tag = unacknowledged(rig);
    const sent = rig.receive(change('INVITE', tag, { body: sdp({ port: 4800, version: 2 }) }));
    theResponse(sent, 200);
    assert.deepEqual(
      rig.events.map(({ kind }) => kind),
      ['acknowledged', 'mediaChanged'],
    );
  });

  test('its CANCEL is confirmed and comes too late', () => {
    const rig = createRig();
    const { tag } = established(rig);
    rig.receive(change('INVITE', tag));
    const cancel = requestText({ method: 'CANCEL', branch: 'z9hG4bK-INVITE-2', cseq: 2, toTag: tag });
    assert.deepEqual(statuses(rig.receive(cancel)), [200]);
    assert.equal(rig.engine.sizes().calls, 1);
  });

  test('a retransmitted one is absorbed', () => {
    const rig = createRig();
    const { tag } = established(rig);
    rig.receive(change('INVITE', tag));
    assert.deepEqual(rig.receive(change('INVITE', tag)), []);
  });
});

describe('UPDATE', () => {
  test('without offer refreshes the target, also before the answer', () => {
    const rig = createRig();
    rig.engine.ring(incoming(rig), rig.now);
    const tag = tagOf(theResponse(rig.drain(), 180).headers.get('To'));
    assert.deepEqual(statuses(rig.receive(change('UPDATE', tag, { body: '' }))), [200]);
    assert.deepEqual(rig.events, []);
  });

  test('between our answer and its ACK may already change the session', () => {
    const rig = createRig();
    const tag = unacknowledged(rig);
    theResponse(rig.receive(change('UPDATE', tag, { body: sdp({ port: 4900, version: 2 }) })), 200);
    theEvent(rig.events, 'mediaChanged');
  });
});
