import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { decodeText, encodeText } from '../text.ts';
import {
  assertEmpty,
  createRig,
  peer,
  requestText,
  statuses,
  tagOf,
  theEvent,
  theResponse,
} from './rig.node.ts';

describe('requests outside of dialogs', () => {
  test('OPTIONS tells what we can do (RFC 3261 section 11.2)', () => {
    const { headers } = theResponse(createRig().receive(requestText({ method: 'OPTIONS' })), 200);
    const allow = 'INVITE, ACK, CANCEL, BYE, OPTIONS, INFO, UPDATE, REFER';
    assert.equal(headers.all('Allow').join(', '), allow);
    assert.equal(headers.get('Accept'), 'application/sdp');
    assert.deepEqual(headers.all('Supported'), ['replaces', 'norefersub', 'timer']);
    assert.equal(tagOf(headers.get('To')).length, 16);
  });

  test('OPTIONS with Max-Forwards 0 asks the last hop, which we are (section 16.3)', () => {
    const sent = createRig().receive(requestText({ method: 'OPTIONS', headers: { 'Max-Forwards': '0' } }));
    assert.deepEqual(statuses(sent), [200]);
  });

  test('methods that exist but not here get 405 with Allow', () => {
    for (const method of ['REGISTER', 'SUBSCRIBE', 'NOTIFY', 'PUBLISH', 'MESSAGE', 'PRACK']) {
      const { headers } = theResponse(createRig().receive(requestText({ method })), 405);
      assert.ok(headers.all('Allow').includes('INVITE'));
    }
  });

  test('methods nobody knows get 501', () => {
    assert.deepEqual(statuses(createRig().receive(requestText({ method: 'JUMP' }))), [501]);
  });

  test('BYE, UPDATE and INFO without a dialog get 481', () => {
    for (const method of ['BYE', 'UPDATE', 'INFO']) {
      assert.deepEqual(statuses(createRig().receive(requestText({ method }))), [481]);
    }
  });
});

describe('delegated methods: the seam for a registrar', () => {
  const rigFor = () => createRig({ delegate: ['REGISTER'] });
  const register = requestText({ method: 'REGISTER' });

  test('come out instead of being answered, and are announced in Allow', () => {
    const rig = rigFor();
    assert.deepEqual(rig.receive(register), []);
    assert.equal(theEvent(rig.takeEvents(), 'outOfDialog').request.method, 'REGISTER');
    const options = requestText({ method: 'OPTIONS', branch: 'z9hG4bK-2' });
    assert.ok(theResponse(rig.receive(options), 200).headers.all('Allow').includes('REGISTER'));
  });

  test('are answered once, and the answer is repeated to retransmissions', () => {
    const rig = rigFor();
    rig.receive(register);
    const { inquiry } = theEvent(rig.takeEvents(), 'outOfDialog');
    const headers = [['Contact', '<sip:200@192.0.2.9>;expires=60']] as const;
    assert.equal(rig.engine.respond(inquiry, 200, undefined, rig.now, headers), true);
    const accept = theResponse(rig.drain(), 200);
    assert.equal(accept.headers.get('Contact'), '<sip:200@192.0.2.9>;expires=60');
    assert.equal(rig.engine.respond(inquiry, 403, undefined, rig.now), false);
    assert.deepEqual(statuses(rig.receive(register)), [200]);
    assert.deepEqual(rig.events, []);
    assertEmpty(rig);
  });

  test('that nobody answers are forgotten when the client has given up', () => {
    const rig = rigFor();
    rig.receive(register);
    const { inquiry } = theEvent(rig.takeEvents(), 'outOfDialog');
    assert.deepEqual(rig.pass(32_000), []);
    assert.equal(rig.engine.respond(inquiry, 200, undefined, rig.now), false);
    assertEmpty(rig);
  });

  test('with Max-Forwards 0 get 483', () => {
    const text = requestText({ method: 'REGISTER', headers: { 'Max-Forwards': '0' } });
    assert.deepEqual(statuses(rigFor().receive(text)), [483]);
  });

  test('that are screened get their answer at no cost, and the owner never sees them', () => {
    const seen: string[] = [];
    const rig = createRig({
      delegate: ['REGISTER'],
      screen(request, path) {
        seen.push(`${request.method} from ${path.remote.address}`);
        return request.headers.has('Authorization')
          ? undefined
          : { status: 401, headers: [['WWW-Authenticate', 'Digest realm="r", nonce="n"']] };
      },
    });
    const { headers } = theResponse(rig.receive(register), 401);
    assert.equal(headers.get('WWW-Authenticate'), 'Digest realm="r", nonce="n"');
    assert.deepEqual(rig.events, []);
    assert.equal(rig.engine.sizes().serverTransactions, 0);
    const authorized = requestText({ method: 'REGISTER', headers: { Authorization: 'Digest realm="r"' } });
    assert.deepEqual(rig.receive(authorized), []);
    assert.equal(theEvent(rig.takeEvents(), 'outOfDialog').request.method, 'REGISTER');
    assert.deepEqual(seen, ['REGISTER from 192.0.2.9', 'REGISTER from 192.0.2.9']);
  });
});

describe('keep-alives over UDP', () => {
  const pong = (rig: ReturnType<typeof createRig>): string[] => {
    const sent: string[] = [];
    rig.engine.receive(encodeText('\r\n\r\n'), peer, rig.now);
    for (let output = rig.engine.next(); output !== undefined; output = rig.engine.next()) {
      sent.push(output.kind === 'send' ? decodeText(output.bytes) : output.kind);
    }
    return sent;
  };

  test('are answered: two line ends with one', () => {
    assert.deepEqual(pong(createRig()), ['\r\n']);
  });

  test('of those who are told nothing are not', () => {
    assert.deepEqual(pong(createRig({ admit: () => false })), ['dropped']);
  });
});
