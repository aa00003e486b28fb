import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { OutgoingRequest } from './own-request.ts';
import { assertEmpty, createRig, peer, responseText, statuses, theEvent, theRequest } from './rig.node.ts';

const health: OutgoingRequest = { method: 'OPTIONS', uri: 'sip:carrier.example', nextHop: peer };

function sent(wanted: Partial<OutgoingRequest> = {}, rig = createRig()) {
  const id = rig.engine.request({ ...health, ...wanted }, rig.now);
  return { rig, id, request: theRequest(rig.drain(), wanted.method ?? 'OPTIONS') };
}

describe('a request outside of a dialog', () => {
  test('goes where it is told, in our name', () => {
    const { rig, request } = sent({ headers: [['Accept', 'application/sdp']] });
    const { headers } = request;
    assert.equal(request.uri, 'sip:carrier.example');
    assert.match(headers.get('From') ?? '', /^<sip:192\.0\.2\.1>;tag=[0-9a-f]{16}$/);
    assert.equal(headers.get('To'), '<sip:carrier.example>');
    assert.equal(headers.get('CSeq'), '1 OPTIONS');
    assert.equal(headers.get('Accept'), 'application/sdp');
    assert.equal(rig.sent[0]?.path, peer);
  });

  test('its final response is told once, with headers and body', () => {
    const { rig, id, request } = sent();
    rig.receive(responseText(request, 100));
    assert.deepEqual(rig.takeEvents(), []);
    const answer = responseText(request, 200, { headers: { 'Service-Route': '<sip:r;lr>' }, body: 'x' });
    rig.receive(answer);
    rig.receive(answer);
    const [response, ...others] = rig.takeEvents();
    assert.ok(response?.kind === 'response');
    assert.deepEqual(others, []);
    assert.deepEqual(
      [response.request, response.status, response.origin, response.cseq],
      [id, 200, 'peer', 1],
    );
    assert.equal(response.headers.get('Service-Route'), '<sip:r;lr>');
    assert.equal(response.body.length, 1);
    assertEmpty(rig);
  });

  test('silence is a 408 of our own, a broken way a 503', () => {
    const silent = sent();
    silent.rig.pass(32_000);
    const timeout = theEvent(silent.rig.takeEvents(), 'response');
    assert.deepEqual([timeout.status, timeout.origin], [408, 'timeout']);
    assertEmpty(silent.rig);
    const broken = sent();
    broken.rig.engine.transportFailed(peer, broken.rig.now);
    broken.rig.drain();
    const failed = theEvent(broken.rig.takeEvents(), 'response');
    assert.deepEqual([failed.status, failed.origin], [503, 'transport']);
  });

  test('no room: told at once, nothing is sent', () => {
    const rig = createRig({ limits: { maxTransactions: 1 } });
    sent({}, rig);
    rig.engine.request(health, rig.now);
    assert.deepEqual(rig.drain(), []);
    const { status, origin } = theEvent(rig.events, 'response');
    assert.deepEqual([status, origin], [503, 'overload']);
  });

  test('a challenge is answered once per side, with the next number', () => {
    const { rig, request } = sent({
      method: 'REGISTER',
      credentials: { username: 'u', password: 'p' },
      callId: 'mine',
      cseq: 7,
    });
    assert.deepEqual([request.headers.get('Call-ID'), request.headers.get('CSeq')], ['mine', '7 REGISTER']);
    const headers = { 'WWW-Authenticate': 'Digest realm="r", nonce="n1", qop="auth"' };
    const again = theRequest(rig.receive(responseText(request, 401, { headers })), 'REGISTER');
    assert.match(again.headers.get('Authorization') ?? '', /username="u".*nonce="n1"/);
    assert.equal(again.headers.get('CSeq'), '8 REGISTER');
    rig.receive(responseText(again, 401, { headers }));
    const { status, cseq } = theEvent(rig.events, 'response');
    assert.deepEqual([status, cseq], [401, 8]);
  });

  test('requests that belong to calls, and headers that are ours, are bugs of the owner', () => {
    for (const method of ['INVITE', 'ACK', 'CANCEL']) {
      assert.throws(() => createRig().engine.request({ ...health, method }, 0), /no request of its own/);
    }
    assert.throws(() => sent({ headers: [['Via', 'x']] }), /no header to add/);
  });

  test('a refusal is told as it is', () => {
    const { rig, request } = sent();
    assert.deepEqual(statuses(rig.receive(responseText(request, 503))), []);
    assert.equal(theEvent(rig.events, 'response').status, 503);
  });
});
