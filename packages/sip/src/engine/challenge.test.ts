import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, test } from 'node:test';
import { parseAuthValue } from '../headers/auth.ts';
import type { SipRequest } from '../message.ts';
import { assertEmpty, dial, responseText, sdp, statuses, theEvent, theRequest } from './rig.node.ts';

describe('a challenged call', () => {
  const credentials = { username: 'trunk', password: 'secret' };
  const challenge = (nonce: string) => ({
    'WWW-Authenticate': `Digest realm="example.org", nonce="${nonce}", algorithm=MD5, qop="auth"`,
  });

  function md5(text: string): string {
    return createHash('md5').update(text).digest('hex');
  }

  /** What the response parameter must be, computed here from the RFC and not by the engine. */
  function expectedResponse(request: SipRequest, params: ReadonlyMap<string, string>): string {
    const ha1 = md5('trunk:example.org:secret');
    const ha2 = md5(`${request.method}:${request.uri}`);
    return md5(`${ha1}:${params.get('nonce')}:${params.get('nc')}:${params.get('cnonce')}:auth:${ha2}`);
  }

  function assertProves(request: SipRequest, nonce: string): void {
    const parsed = parseAuthValue(request.headers.get('Authorization') ?? '');
    assert.ok(parsed.ok);
    assert.equal(parsed.value.params.get('nonce'), nonce);
    assert.equal(parsed.value.params.get('response'), expectedResponse(request, parsed.value.params));
  }

  test('comes again with credentials, the next CSeq and another branch, in the same dialog', () => {
    const { rig, invite } = dial({ credentials });
    const sent = rig.receive(responseText(invite, 401, { headers: challenge('n1') }));
    assert.deepEqual(statuses(sent), ['ACK', 'INVITE']);
    const again = theRequest(sent, 'INVITE');
    assert.equal(again.headers.get('CSeq'), '2 INVITE');
    assert.notEqual(again.headers.get('Via'), invite.headers.get('Via'));
    for (const name of ['From', 'To', 'Call-ID']) {
      assert.equal(again.headers.get(name), invite.headers.get(name));
    }
    assert.deepEqual(again.body, invite.body);
    assertProves(again, 'n1');
    assert.deepEqual(rig.events, []);
  });

  test('the ACK of the 200 carries the credentials of its INVITE (section 22.1)', () => {
    const { rig, invite } = dial({ credentials });
    const again = theRequest(rig.receive(responseText(invite, 401, { headers: challenge('n1') })), 'INVITE');
    const ack = theRequest(rig.receive(responseText(again, 200, { body: sdp() })), 'ACK');
    assert.equal(ack.headers.get('CSeq'), '2 ACK');
    assert.equal(ack.headers.get('Authorization'), again.headers.get('Authorization'));
    theEvent(rig.events, 'answered');
  });

  test('the BYE brings credentials at once, and comes again when the nonce is stale', () => {
    const { rig, call, invite } = dial({ credentials });
    const again = theRequest(rig.receive(responseText(invite, 401, { headers: challenge('n1') })), 'INVITE');
    rig.receive(responseText(again, 200, { body: sdp() }));
    rig.engine.hangup(call, rig.now);
    const bye = theRequest(rig.drain(), 'BYE');
    assertProves(bye, 'n1');
    const stale = { 'WWW-Authenticate': 'Digest realm="example.org", nonce="n2", qop="auth", stale=true' };
    const retried = theRequest(rig.receive(responseText(bye, 401, { headers: stale })), 'BYE');
    assertProves(retried, 'n2');
    assert.equal(retried.headers.get('CSeq'), '4 BYE');
    rig.receive(responseText(retried, 200));
    assert.equal(rig.engine.sizes().dialogs, 0);
    assertEmpty(rig);
  });

  test('the BYE is tried twice and no more, whatever stale nonces come', () => {
    const { rig, call, invite } = dial({ credentials });
    rig.receive(responseText(invite, 200, { body: sdp() }));
    rig.engine.hangup(call, rig.now);
    const stale = (nonce: string) => ({
      'WWW-Authenticate': `Digest realm="example.org", nonce="${nonce}", stale=true`,
    });
    const bye = theRequest(rig.drain(), 'BYE');
    const again = theRequest(rig.receive(responseText(bye, 401, { headers: stale('n1') })), 'BYE');
    assert.deepEqual(rig.receive(responseText(again, 401, { headers: stale('n2') })), []);
    assertEmpty(rig);
  });

  test('is refused for good when the credentials are', () => {
    const { rig, invite } = dial({ credentials });
    const again = theRequest(rig.receive(responseText(invite, 401, { headers: challenge('n1') })), 'INVITE');
    assert.deepEqual(statuses(rig.receive(responseText(again, 401, { headers: challenge('n2') }))), ['ACK']);
    assert.deepEqual(theEvent(rig.events, 'ended').cause, { kind: 'rejected', status: 401 });
    assertEmpty(rig);
  });

  test('cannot be kept busy with stale nonces', () => {
    const { rig, invite } = dial({ credentials });
    let last = invite;
    let invites = 1;
    for (let round = 0; round < 5; round += 1) {
      const headers = { 'WWW-Authenticate': `Digest realm="r", nonce="n${round}", stale=true` };
      const sent = rig.receive(responseText(last, 401, { headers }));
      if (!statuses(sent).includes('INVITE')) break;
      last = theRequest(sent, 'INVITE');
      invites += 1;
    }
    assert.equal(invites, 3);
    assert.equal(theEvent(rig.events, 'ended').cause.status, 401);
  });

  test('without credentials is refused', () => {
    const { rig, invite } = dial();
    rig.receive(
      responseText(invite, 407, { headers: { 'Proxy-Authenticate': 'Digest realm="r", nonce="n"' } }),
    );
    assert.deepEqual(theEvent(rig.events, 'ended').cause, { kind: 'rejected', status: 407 });
  });

  test('hung up meanwhile is not tried again', () => {
    const { rig, call, invite } = dial({ credentials });
    rig.engine.hangup(call, rig.now);
    rig.drain();
    assert.deepEqual(statuses(rig.receive(responseText(invite, 401, { headers: challenge('n1') }))), ['ACK']);
    assertEmpty(rig);
  });
});
