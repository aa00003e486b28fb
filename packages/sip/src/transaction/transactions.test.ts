import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseMessage } from '../parse.ts';
import {
  peer,
  requestEnvelope as request,
  type requestText,
  responseEnvelope as response,
} from '../engine/rig.node.ts';
import { decodeText, encodeText } from '../text.ts';
import { ClientTransactions, type ClientUser } from './client-transactions.ts';
import { DeadlineHeap } from './deadline-heap.ts';
import type { Path } from './path.ts';
import { ServerTransactions, type ServerUser } from './server-transactions.ts';
import { rfcTimers } from './timer-values.ts';

const tcp: Path = { ...peer, transport: 'TCP', connection: 'c1' };
const ws: Path = { ...peer, transport: 'WS', connection: 'w1' };

function setup() {
  const sent: { path: Path; text: string }[] = [];
  const deadlines = new DeadlineHeap();
  const deps = {
    timers: rfcTimers,
    deadlines,
    send: (path: Path, bytes: Uint8Array) => void sent.push({ path, text: decodeText(bytes) }),
  };
  return { sent, deadlines, servers: new ServerTransactions(deps), clients: new ClientTransactions(deps) };
}

const bytes = encodeText('response');

describe('server transactions: which request belongs to which (RFC 3261 section 17.2.3)', () => {
  function begun(options: Parameters<typeof requestText>[0] = {}, user: ServerUser = {}) {
    const { servers, ...rest } = setup();
    const transaction = servers.begin(request(options), peer, user, 0);
    return { servers, transaction, ...rest };
  }

  test('same branch, sent-by and method: a retransmission', () => {
    assert.equal(begun().servers.receive(request(), 0), 'absorbed');
  });

  test('another branch, sent-by host, port or method: a new request', () => {
    const { servers } = begun();
    const via = (sentBy: string): string => `SIP/2.0/UDP ${sentBy};branch=z9hG4bK-1`;
    assert.equal(servers.receive(request({ branch: 'z9hG4bK-2' }), 0), 'new');
    assert.equal(servers.receive(request({ via: via('192.0.2.8:5060') }), 0), 'new');
    assert.equal(servers.receive(request({ via: via('192.0.2.9:5062') }), 0), 'new');
    assert.equal(servers.receive(request({ method: 'OPTIONS' }), 0), 'new');
  });

  test('the ACK of a refusal belongs to its INVITE', () => {
    const { servers, transaction } = begun();
    servers.respond(transaction, 486, 'ours', bytes, 0);
    assert.equal(servers.receive(request({ method: 'ACK' }), 0), 'absorbed');
    assert.equal(transaction.machine.kind, 'confirmed');
  });

  test('an ACK with the branch of an accepted INVITE is one of a 2xx', () => {
    const { servers, transaction } = begun();
    servers.respond(transaction, 200, 'ours', bytes, 0);
    assert.equal(servers.receive(request({ method: 'ACK' }), 0), 'ackOf2xx');
  });

  test('a CANCEL is a transaction of its own and finds the INVITE by the branch', () => {
    const { servers, transaction } = begun();
    const cancel = request({ method: 'CANCEL', cseqMethod: 'CANCEL' });
    assert.equal(servers.receive(cancel, 0), 'new');
    assert.equal(servers.findCancelled(cancel), transaction);
    assert.equal(servers.findCancelled(request({ method: 'CANCEL', branch: 'z9hG4bK-2' })), undefined);
  });

  describe('without the magic cookie (RFC 2543)', () => {
    const old = { branch: 'abc' };

    test('the same Request-URI, From tag, Call-ID, CSeq and top Via: a retransmission', () => {
      assert.equal(begun(old).servers.receive(request(old), 0), 'absorbed');
    });

    test('a difference in any of them: a new request', () => {
      const { servers } = begun(old);
      const others = [{ uri: 'sip:101@192.0.2.1' }, { fromTag: 'x' }, { callId: 'x' }, { cseq: 2 }];
      for (const differing of others) {
        assert.equal(servers.receive(request({ ...old, ...differing }), 0), 'new');
      }
      assert.equal(servers.receive(request({ via: 'SIP/2.0/UDP 192.0.2.9:5060;branch=abc;x' }), 0), 'new');
    });

    test('an ACK belongs to the INVITE when it carries the To tag of our response', () => {
      const { servers, transaction } = begun(old);
      servers.respond(transaction, 486, 'ours', bytes, 0);
      assert.equal(servers.receive(request({ ...old, method: 'ACK', toTag: 'theirs' }), 0), 'new');
      assert.equal(servers.receive(request({ ...old, method: 'ACK', toTag: 'ours' }), 0), 'absorbed');
    });

    test('a bare cookie is not unique and counts as none', () => {
      const { servers } = begun({ branch: 'z9hG4bK' });
      assert.equal(servers.receive(request({ branch: 'z9hG4bK', callId: 'another' }), 0), 'new');
    });
  });
});

describe('server transactions: responses', () => {
  test('a retransmission gets the latest response once more', () => {
    const { servers, sent } = setup();
    const transaction = servers.begin(request({ method: 'OPTIONS' }), peer, {}, 0);
    servers.respond(transaction, 200, '', bytes, 0);
    servers.receive(request({ method: 'OPTIONS' }), 10);
    assert.deepEqual(
      sent.map(({ text }) => text),
      ['response', 'response'],
    );
  });

  test('a response the state forbids is neither sent nor repeated later', () => {
    const { servers, sent } = setup();
    const transaction = servers.begin(request({ method: 'OPTIONS' }), peer, {}, 0);
    servers.respond(transaction, 200, '', bytes, 0);
    servers.respond(transaction, 500, '', encodeText('second'), 0);
    servers.receive(request({ method: 'OPTIONS' }), 10);
    assert.deepEqual(
      sent.map(({ text }) => text),
      ['response', 'response'],
    );
  });

  test('when the connection is gone, responses go to a new one at the sent-by port (section 18.2.2)', () => {
    const { servers, sent } = setup();
    const failed: string[] = [];
    const user = { transportFailed: () => void failed.push('told') };
    const via = 'SIP/2.0/TCP 192.0.2.9:5070;branch=z9hG4bK-1';
    const from: Path = { ...tcp, remote: { address: '192.0.2.9', port: 40_000 } };
    const transaction = servers.begin(request({ via }), from, user, 0);
    servers.transportFailed(from, 1);
    servers.respond(transaction, 180, 'ours', bytes, 2);
    const fallback = { transport: 'TCP', local: peer.local, remote: { address: '192.0.2.9', port: 5070 } };
    assert.deepEqual(sent, [{ path: fallback, text: 'response' }]);
    assert.deepEqual(failed, []);
    servers.transportFailed(sent[0]?.path ?? tcp, 3);
    assert.deepEqual(failed, ['told']);
  });

  test('a WebSocket that is gone has no second way', () => {
    const { servers } = setup();
    const failed: string[] = [];
    servers.begin(request(), ws, { transportFailed: () => void failed.push('told') }, 0);
    servers.transportFailed(ws, 1);
    assert.deepEqual(failed, ['told']);
  });

  test('everything is forgotten when the timers are through', () => {
    const { servers, deadlines } = setup();
    let ended = 0;
    const user = { ended: () => void (ended += 1) };
    servers.respond(servers.begin(request(), peer, user, 0), 486, '', bytes, 0);
    servers.respond(servers.begin(request({ method: 'BYE' }), peer, user, 0), 200, '', bytes, 0);
    for (let at = deadlines.next(); at !== undefined; at = deadlines.next()) deadlines.wakeDue(at);
    assert.deepEqual([servers.table.size, deadlines.size, ended], [0, 0, 2]);
  });
});

describe('client transactions (RFC 3261 section 17.1)', () => {
  const via = 'SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK-1;rport';

  function begin(path: Path = peer, options: Parameters<typeof requestText>[0] = {}) {
    const world = setup();
    const told: string[] = [];
    const user: ClientUser = {
      response: ({ message }) => void told.push(String(message.status)),
      failed: (cause) => void told.push(cause),
      ended: () => void told.push('ended'),
    };
    const sentBy = { address: '192.0.2.1', port: 5060 };
    const asked = request({ via, ...options }).message;
    const transaction = world.clients.begin({ request: asked, branch: 'z9hG4bK-1', sentBy, path, user }, 0);
    return { ...world, told, asked, transaction };
  }

  test('a response matches by branch and CSeq method (section 17.1.3)', () => {
    const { clients, asked, told } = begin();
    assert.equal(clients.receive(response(asked, 180, { CSeq: '1 OPTIONS' }), 1), false);
    assert.equal(clients.receive(response(asked, 180, { Via: via.replace('-1', '-2') }), 1), false);
    assert.equal(clients.receive(response(asked, 180), 1), true);
    assert.deepEqual(told, ['180']);
  });

  test('a response whose Via does not name us is dropped (section 18.1.2)', () => {
    const { clients, asked, told } = begin();
    assert.equal(
      clients.receive(response(asked, 200, { Via: via.replace('192.0.2.1', '192.0.2.7') }), 1),
      false,
    );
    assert.equal(clients.receive(response(asked, 200, { Via: via.replace(':5060', ':5070') }), 1), false);
    assert.deepEqual(told, []);
  });

  test('the ACK of a refusal has the Via, Request-URI, From, Call-ID, CSeq number and Route of the INVITE and the To of the response (section 17.1.1.3)', () => {
    const { clients, asked, sent } = begin(peer, { cseq: 77, headers: { Route: '<sip:192.0.2.9;lr>' } });
    clients.receive(response(asked, 486), 1);
    const parsed = parseMessage(encodeText(sent[1]?.text ?? ''));
    assert.ok(parsed.ok && parsed.value.kind === 'request');
    const { method, uri, headers } = parsed.value;
    assert.deepEqual([method, uri, headers.get('CSeq')], ['ACK', asked.uri, '77 ACK']);
    assert.deepEqual(headers.all('Via'), [via]);
    assert.deepEqual(headers.all('Route'), ['<sip:192.0.2.9;lr>']);
    for (const name of ['From', 'Call-ID']) assert.equal(headers.get(name), asked.headers.get(name));
    assert.equal(headers.get('To'), '<sip:100@192.0.2.1>;tag=callee');
    assert.deepEqual(sent[1]?.path, peer);
  });

  test('a repeated refusal gets the same ACK again and is not reported twice', () => {
    const { clients, asked, sent, told } = begin();
    clients.receive(response(asked, 486), 1);
    clients.receive(response(asked, 486), 500);
    assert.equal(sent[1]?.text, sent[2]?.text);
    assert.deepEqual(told, ['486']);
  });

  test('a path that fails ends what has not been heard of', () => {
    const { clients, told } = begin(tcp);
    clients.transportFailed(tcp, 1);
    assert.deepEqual(told, ['transport', 'ended']);
    assert.equal(clients.table.size, 0);
  });

  test('another path does not matter', () => {
    const { clients, told } = begin(tcp);
    clients.transportFailed({ ...tcp, connection: 'c2' }, 1);
    assert.deepEqual(told, []);
  });

  test('after a provisional response the final one may come over another TCP connection, but not over another WebSocket', () => {
    const overTcp = begin(tcp);
    overTcp.clients.receive(response(overTcp.asked, 180), 1);
    overTcp.clients.transportFailed(tcp, 2);
    assert.deepEqual(overTcp.told, ['180']);
    const overWs = begin(ws);
    overWs.clients.receive(response(overWs.asked, 180), 1);
    overWs.clients.transportFailed(ws, 2);
    assert.deepEqual(overWs.told, ['180', 'transport', 'ended']);
  });

  test('an abandoned transaction is forgotten at once', () => {
    const { clients, transaction, deadlines, told } = begin();
    clients.abandon(transaction);
    assert.deepEqual([clients.table.size, deadlines.size], [0, 0]);
    assert.deepEqual(told, ['ended']);
  });
});
