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
  media,
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

/** A call the phone made, on hold as far as the re-INVITE being out. */
function holding(rig = createRig()) {
  const { call, tag } = established(rig);
  assert.deepEqual(rig.engine.hold(call, rig.now), { ok: true });
  return { rig, call, tag, reinvite: theRequest(rig.drain(), 'INVITE') };
}

/** A call we made. */
function made(options: Parameters<typeof dial>[0] = {}) {
  const { rig, call, invite } = dial(options);
  rig.receive(responseText(invite, 200, { body: sdp() }));
  rig.takeEvents();
  return { rig, call, invite };
}

function yes(to: SipRequest, direction: string, version = 2): string {
  return responseText(to, 200, { body: sdp({ direction, version }) });
}

function directionOf(request: SipRequest): string {
  return /a=(sendrecv|sendonly|recvonly|inactive)/.exec(decodeText(request.body))?.[1] ?? '';
}

function reinvites(rig: Rig, ms: number): SipRequest[] {
  return rig
    .pass(ms)
    .flatMap(({ message }) => (message.kind === 'request' && message.method === 'INVITE' ? [message] : []));
}

describe('hold and resume', () => {
  test('the hold is a re-INVITE with sendonly in the dialog there is', () => {
    const { rig, tag, reinvite } = holding();
    assert.equal(directionOf(reinvite), 'sendonly');
    assert.equal(reinvite.uri, 'sip:200@192.0.2.9:5060');
    assert.equal(tagOf(reinvite.headers.get('From')), tag);
    assert.equal(tagOf(reinvite.headers.get('To')), 'phone');
    assert.equal(reinvite.headers.get('CSeq'), '1 INVITE');
    assert.equal(reinvite.headers.get('Contact'), '<sip:192.0.2.1:5060>');
    assert.match(decodeText(reinvite.body), /o=- \d+ 2 IN IP4 192\.0\.2\.1/);
    assert.deepEqual(rig.events, []);
  });

  test('accepted it is acknowledged and told, and resumed the same way', () => {
    const { rig, call, reinvite } = holding();
    const ack = theRequest(rig.receive(yes(reinvite, 'recvonly')), 'ACK');
    assert.equal(ack.headers.get('CSeq'), '1 ACK');
    const held = theEvent(rig.takeEvents(), 'mediaChanged');
    assert.deepEqual([held.call, held.by, held.media.direction], [call, 'local', 'sendonly']);
    rig.engine.resume(call, rig.now);
    const resuming = theRequest(rig.drain(), 'INVITE');
    assert.equal(directionOf(resuming), 'sendrecv');
    assert.equal(resuming.headers.get('CSeq'), '2 INVITE');
    rig.receive(yes(resuming, 'sendrecv', 3));
    assert.equal(theEvent(rig.events, 'mediaChanged').media.direction, 'sendrecv');
  });

  test('a repeated 200 gets its ACK again and is told once', () => {
    const { rig, reinvite } = holding();
    const first = rig.receive(yes(reinvite, 'recvonly'));
    const again = rig.receive(yes(reinvite, 'recvonly'));
    assert.deepEqual(
      again.map(({ text }) => text),
      first.map(({ text }) => text),
    );
    theEvent(rig.events, 'mediaChanged');
  });

  test('may be inactive', () => {
    const rig = createRig();
    const { call } = established(rig);
    rig.engine.hold(call, rig.now, 'inactive');
    const reinvite = theRequest(rig.drain(), 'INVITE');
    rig.receive(yes(reinvite, 'inactive'));
    assert.equal(theEvent(rig.events, 'mediaChanged').media.direction, 'inactive');
  });

  test('the peer renewing the session does not end our hold', () => {
    const { rig, tag, reinvite } = holding();
    rig.receive(yes(reinvite, 'recvonly'));
    const theirs = { method: 'INVITE', toTag: tag, cseq: 2, branch: 'z9hG4bK-2', body: sdp({ version: 3 }) };
    assert.match(decodeText(theResponse(rig.receive(requestText(theirs)), 200).body), /a=sendonly/);
  });

  test('held by the peer too, and resumed by us, the call stays held', () => {
    const { rig, call, reinvite } = holding();
    rig.receive(yes(reinvite, 'inactive'));
    assert.equal(theEvent(rig.takeEvents(), 'mediaChanged').media.direction, 'inactive');
    rig.engine.resume(call, rig.now);
    rig.receive(yes(theRequest(rig.drain(), 'INVITE'), 'sendonly', 3));
    assert.equal(theEvent(rig.events, 'mediaChanged').media.direction, 'recvonly');
  });

  test('a new address, port and direction in one', () => {
    const rig = createRig();
    const { call } = established(rig);
    rig.engine.renegotiate(call, { address: '192.0.2.77', port: 20_000, direction: 'recvonly' }, rig.now);
    const text = decodeText(theRequest(rig.drain(), 'INVITE').body);
    assert.match(text, /c=IN IP4 192\.0\.2\.77\r\n[^]*m=audio 20000 [^]*a=recvonly/);
  });

  test('not before the answer, and not after the end', () => {
    const rig = createRig();
    const call = incoming(rig);
    assert.deepEqual(rig.engine.hold(call, rig.now), { ok: false, reason: 'wrongState' });
    rig.engine.reject(call, 486, undefined, rig.now);
    assert.deepEqual(rig.engine.hold(call, rig.now), { ok: false, reason: 'unknownCall' });
  });
});

describe('waiting for its turn', () => {
  test('asked before the ACK of our answer it waits for that ACK (section 14.1)', () => {
    const rig = createRig();
    const call = incoming(rig);
    rig.engine.answer(call, media, rig.now);
    const tag = tagOf(theResponse(rig.drain(), 200).headers.get('To'));
    rig.engine.hold(call, rig.now);
    assert.deepEqual(rig.drain(), []);
    const sent = rig.receive(requestText({ method: 'ACK', branch: 'z9hG4bK-ack', toTag: tag }));
    assert.equal(directionOf(theRequest(sent, 'INVITE')), 'sendonly');
  });

  test('while the re-INVITE of the peer waits for its ACK', () => {
    const rig = createRig();
    const { call, tag } = established(rig);
    rig.receive(requestText({ toTag: tag, cseq: 2, branch: 'z9hG4bK-2', body: sdp({ version: 2 }) }));
    rig.engine.hold(call, rig.now);
    assert.deepEqual(rig.drain(), []);
    const ack = requestText({ method: 'ACK', cseq: 2, branch: 'z9hG4bK-ack2', toTag: tag });
    theRequest(rig.receive(ack), 'INVITE');
  });

  test('wishes that come while one is under way are put together and follow it', () => {
    const { rig, call, reinvite } = holding();
    rig.engine.renegotiate(call, { port: 20_000, direction: 'inactive' }, rig.now);
    rig.engine.resume(call, rig.now);
    assert.deepEqual(rig.drain(), []);
    const next = theRequest(rig.receive(yes(reinvite, 'recvonly')), 'INVITE');
    assert.match(decodeText(next.body), /m=audio 20000 [^]*a=sendrecv/);
    rig.receive(yes(next, 'sendrecv', 3));
    assert.deepEqual(
      rig.events.map((event) => event.kind === 'mediaChanged' && event.media.direction),
      ['sendonly', 'sendrecv'],
    );
  });

  test('an offer of the peer meanwhile gets 491', () => {
    const { rig, tag } = holding();
    for (const method of ['INVITE', 'UPDATE']) {
      const theirs = { method, toTag: tag, cseq: method === 'INVITE' ? 2 : 3, branch: `z9hG4bK-${method}` };
      assert.deepEqual(statuses(rig.receive(requestText({ ...theirs, body: sdp() }))), [491]);
    }
  });
});

describe('491 (section 14.1)', () => {
  test('who made the Call-ID tries again after 2.1 to 4 s, the other within 2 s', () => {
    const ours = made();
    ours.rig.engine.hold(ours.call, ours.rig.now);
    ours.rig.receive(responseText(theRequest(ours.rig.drain(), 'INVITE'), 491));
    assert.deepEqual(reinvites(ours.rig, 2099), []);
    assert.ok(reinvites(ours.rig, 1901).length >= 1);

    const theirs = holding();
    theirs.rig.receive(responseText(theirs.reinvite, 491));
    assert.ok(reinvites(theirs.rig, 2000).length >= 1);
    assert.deepEqual([...ours.rig.events, ...theirs.rig.events], []);
  });

  test('the offer of the peer comes through meanwhile, and ours waits for its ACK', () => {
    const { rig, call, tag, reinvite } = holding();
    rig.receive(responseText(reinvite, 491));
    const theirs = { toTag: tag, cseq: 2, branch: 'z9hG4bK-2', body: sdp({ port: 4500, version: 2 }) };
    theResponse(rig.receive(requestText(theirs)), 200);
    const event = theEvent(rig.takeEvents(), 'mediaChanged');
    assert.deepEqual([event.call, event.by, event.media.remote.port], [call, 'remote', 4500]);
    assert.deepEqual(reinvites(rig, 3000), []);
    const ack = requestText({ method: 'ACK', cseq: 2, branch: 'z9hG4bK-ack2', toTag: tag });
    assert.equal(directionOf(theRequest(rig.receive(ack), 'INVITE')), 'sendonly');
  });

  test('five times in a row is a refusal', () => {
    const { rig, reinvite } = holding();
    let latest = reinvite;
    for (let round = 0; round < 4; round += 1) {
      rig.receive(responseText(latest, 491));
      latest = reinvites(rig, 2000)[0] ?? assert.fail('not tried again');
    }
    rig.receive(responseText(latest, 491));
    assert.deepEqual(theEvent(rig.events, 'renegotiationFailed').cause, { kind: 'rejected', status: 491 });
    assert.deepEqual(reinvites(rig, 5000), []);
  });
});

describe('a re-INVITE that does not succeed', () => {
  test('is refused: told, the call lives on, and what held before holds', () => {
    const { rig, call, tag, reinvite } = holding();
    rig.receive(responseText(reinvite, 488));
    const event = theEvent(rig.takeEvents(), 'renegotiationFailed');
    assert.deepEqual([event.call, event.cause], [call, { kind: 'rejected', status: 488 }]);
    const theirs = { toTag: tag, cseq: 2, branch: 'z9hG4bK-2', body: sdp({ version: 2 }) };
    assert.match(decodeText(theResponse(rig.receive(requestText(theirs)), 200).body), /a=sendrecv/);
    assert.equal(rig.engine.sizes().calls, 1);
  });

  test('is accepted without an answer: acknowledged, and a failure', () => {
    const { rig, reinvite } = holding();
    assert.deepEqual(statuses(rig.receive(responseText(reinvite, 200))), ['ACK']);
    assert.deepEqual(theEvent(rig.events, 'renegotiationFailed').cause, { kind: 'protocol' });
  });

  test('408, 481 and silence end the call (section 12.2.1.2)', () => {
    for (const status of [408, 481]) {
      const { rig, reinvite } = holding();
      theRequest(rig.receive(responseText(reinvite, status)), 'BYE');
      assert.equal(theEvent(rig.events, 'ended').cause.status, status);
      assertEmpty(rig);
    }
    const { rig } = holding();
    rig.pass(32_000);
    assert.deepEqual(theEvent(rig.events, 'ended').cause, { kind: 'timeout', status: 408 });
    assertEmpty(rig);
  });

  test('cannot be sent: a failure, as the call may have another way', () => {
    const { rig, reinvite } = holding();
    const path = rig.sent.find(({ message }) => message === reinvite)?.path;
    assert.ok(path !== undefined);
    rig.engine.transportFailed(path, rig.now);
    rig.drain();
    assert.deepEqual(theEvent(rig.events, 'renegotiationFailed').cause, { kind: 'transport' });
    assert.equal(rig.engine.sizes().calls, 1);
  });

  test('rings for ever: cancelled after 40 s, and given up 32 s later', () => {
    const { rig, call, reinvite } = holding();
    rig.receive(responseText(reinvite, 180));
    theRequest(rig.pass(40_000), 'CANCEL');
    assert.deepEqual(rig.events, []);
    rig.pass(32_000);
    assert.deepEqual(theEvent(rig.takeEvents(), 'renegotiationFailed').cause, { kind: 'timeout' });
    rig.engine.resume(call, rig.now);
    theRequest(rig.drain(), 'INVITE');
  });

  test('its 200 crosses the CANCEL: it has succeeded', () => {
    const { rig, reinvite } = holding();
    rig.receive(responseText(reinvite, 180));
    rig.pass(40_000);
    assert.deepEqual(statuses(rig.receive(yes(reinvite, 'recvonly'))), ['ACK']);
    theEvent(rig.events, 'mediaChanged');
  });
});

describe('a challenged re-INVITE', () => {
  const ask = (nonce: string) => ({
    'WWW-Authenticate': `Digest realm="example.org", nonce="${nonce}", algorithm=MD5, qop="auth"`,
  });

  test('comes again with credentials, once', () => {
    const { rig, call } = made({ credentials: { username: 'u', password: 'p' } });
    rig.engine.hold(call, rig.now);
    const first = theRequest(rig.drain(), 'INVITE');
    const second = theRequest(rig.receive(responseText(first, 401, { headers: ask('n1') })), 'INVITE');
    assert.match(second.headers.get('Authorization') ?? '', /nonce="n1"/);
    assert.deepEqual(second.body, first.body);
    rig.receive(responseText(second, 401, { headers: ask('n2') }));
    assert.deepEqual(theEvent(rig.events, 'renegotiationFailed').cause, { kind: 'rejected', status: 401 });
  });

  test('without credentials it is refused', () => {
    const { rig, reinvite } = holding();
    rig.receive(responseText(reinvite, 407));
    theEvent(rig.events, 'renegotiationFailed');
  });
});

describe('a call that ends meanwhile', () => {
  test('we hang up: BYE at once, and the late 200 still gets its ACK', () => {
    const { rig, call, reinvite } = holding();
    rig.engine.hangup(call, rig.now);
    const bye = theRequest(rig.drain(), 'BYE');
    rig.receive(responseText(bye, 200));
    assert.deepEqual(statuses(rig.receive(yes(reinvite, 'recvonly'))), ['ACK']);
    assert.deepEqual(
      rig.takeEvents().map(({ kind }) => kind),
      ['ended'],
    );
    assertEmpty(rig);
  });

  test('the phone hangs up and never answers the re-INVITE: nothing is left after 32 s', () => {
    const { rig, tag, reinvite } = holding();
    rig.receive(responseText(reinvite, 100));
    rig.receive(requestText({ method: 'BYE', toTag: tag, cseq: 2, branch: 'z9hG4bK-bye' }));
    rig.pass(32_000);
    assert.equal(rig.engine.sizes().clientTransactions, 0);
    assert.deepEqual(
      rig.takeEvents().map(({ kind }) => kind),
      ['ended'],
    );
    assertEmpty(rig);
  });

  test('while it backs off: nothing is asked any more', () => {
    const { rig, call, reinvite } = holding();
    rig.receive(responseText(reinvite, 491));
    rig.engine.hangup(call, rig.now);
    assert.deepEqual(reinvites(rig, 5000), []);
    assertEmpty(rig);
  });
});
