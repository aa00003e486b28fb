import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { Resolve } from './guarded-lookup.ts';
import { createOutboundHttp, type OutboundHttp, type OutboundRequest } from './outbound-http.ts';
import { createTargetPolicy } from './target-policy.ts';
import { LocalReceiver } from './testing/local-receiver.ts';

const toLoopback: Resolve = (_, done) => done(null, [{ address: '127.0.0.1', family: 4 }]);
const trusting = createTargetPolicy({ allow: [], loopbackTrusted: true });
const strict = createTargetPolicy({ allow: [], loopbackTrusted: false });

let receiver: LocalReceiver;
let http: OutboundHttp;

beforeEach(async () => {
  receiver = await LocalReceiver.open();
  http = createOutboundHttp({ policy: trusting, resolve: toLoopback });
});

afterEach(async () => {
  await http.destroy();
  await receiver.close();
});

function request(settings: Partial<OutboundRequest> = {}): OutboundRequest {
  const url = `${receiver.url}/hook?a=%20b`;
  return {
    method: 'POST',
    url,
    headers: { 'x-a': 'b' },
    body: 'héllo',
    timeoutMs: 5_000,
    maxBytes: 1_000,
    ...settings,
  };
}

/** The reason why a request failed. */
async function reasonFor(settings: Partial<OutboundRequest>, client = http): Promise<string> {
  const result = await client.request(request(settings));
  return result.ok ? `answered ${result.status}` : result.error.reason;
}

describe('a request that others asked for', () => {
  for (const method of ['POST', 'GET', 'PUT', 'DELETE']) {
    it(`sends its body with ${method}`, async () => {
      receiver.answer = (_, response) => response.writeHead(201, { 'x-c': 'd' }).end('dönner');
      const result = await http.request(request({ method }));
      assert.ok(result.ok);
      assert.equal(result.status, 201);
      assert.equal(result.headers['x-c'], 'd');
      assert.equal(result.body, 'dönner');
      const [received] = receiver.requests;
      assert.equal(received?.method, method);
      assert.equal(received.path, '/hook?a=%20b');
      assert.equal(received.headers['x-a'], 'b');
      assert.equal(received.headers['content-length'], '6');
      assert.equal(received.body, 'héllo');
    });
  }

  it('needs no body', async () => {
    assert.ok((await http.request(request({ method: 'GET', body: undefined }))).ok);
    assert.equal(receiver.requests[0]?.body, '');
  });

  it('uses connections again', async () => {
    for (let n = 0; n < 20; n += 1) assert.ok((await http.request(request())).ok);
    // Two: the next request may come before the connection of the last one is at rest.
    assert.ok(receiver.connections <= 2, `${receiver.connections} connections`);
  });

  it('does not wait for another request to the same place', async () => {
    let finish = (): void => {};
    receiver.answer = ({ path }, response) => {
      if (path === '/slow') finish = () => response.end();
      else response.end();
    };
    const slow = http.request(request({ url: `${receiver.url}/slow` }));
    assert.ok((await http.request(request())).ok);
    assert.ok((await http.request(request())).ok);
    finish();
    assert.ok((await slow).ok);
  });

  it('gets a redirect as the answer and does not follow it', async () => {
    receiver.answer = (_, response) => response.writeHead(302, { location: '/other' }).end();
    assert.equal(await reasonFor({}), 'answered 302');
    assert.equal(receiver.requests.length, 1);
  });

  it('reads no more of an answer than it may', async () => {
    receiver.answer = (_, response) => response.end('x'.repeat(5_000_000));
    assert.equal(await reasonFor({}), 'too_large');
    const result = await http.request(request({ answerBody: 'optional' }));
    assert.ok(result.ok);
    assert.equal(result.body, 'x'.repeat(1_000));
    assert.equal(await reasonFor({ maxBytes: 5_000_000 }), 'answered 200');
  });

  it('fails when there is no answer in time', async () => {
    receiver.answer = () => {};
    assert.equal(await reasonFor({ timeoutMs: 40 }), 'timeout');
  });

  it('fails when the answer stops half-way, unless its body does not matter', async () => {
    receiver.answer = (_, response) => void response.writeHead(200).write('half');
    assert.equal(await reasonFor({ timeoutMs: 40 }), 'timeout');
    const result = await http.request(request({ timeoutMs: 200, answerBody: 'optional' }));
    assert.ok(result.ok);
    assert.equal(result.body, 'half');
  });

  it('fails when the connection is cut, with or without half an answer', async () => {
    receiver.answer = (_, response) => response.socket?.destroy();
    assert.equal(await reasonFor({}), 'connection');
    receiver.answer = (_, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('half', () => response.socket?.destroy());
    };
    assert.equal(await reasonFor({}), 'connection');
  });

  it('fails when nobody listens, when the other side speaks no TLS, and when it cannot be sent as asked', async () => {
    const closed = createServer().listen(0, '127.0.0.1');
    await once(closed, 'listening');
    const address = closed.address();
    assert.ok(typeof address === 'object' && address !== null);
    closed.close();
    await once(closed, 'close');
    assert.equal(await reasonFor({ url: `http://127.0.0.1:${address.port}/` }), 'connection');
    assert.equal(await reasonFor({ url: `https://127.0.0.1:${receiver.port}/` }), 'connection');
    assert.equal(await reasonFor({ method: 'NO SUCH' }), 'request');
    assert.equal(await reasonFor({ headers: { 'bad name': 'x' } }), 'request');
  });

  it('is broken off when nobody wants its answer any more', async () => {
    const abort = new AbortController();
    const cut = new Promise<void>((resolve) => {
      receiver.answer = (_, response) => {
        response.on('close', resolve);
        abort.abort();
      };
    });
    assert.equal(await reasonFor({ signal: abort.signal }), 'cancelled');
    await cut;
    assert.equal(await reasonFor({ signal: abort.signal }), 'cancelled');
    assert.equal(receiver.requests.length, 1);
  });

  it('passes over an early hint and takes the final answer', async () => {
    receiver.answer = (_, response) => {
      response.writeProcessing();
      response.writeHead(200).end('final');
    };
    const result = await http.request(request());
    assert.ok(result.ok);
    assert.equal(result.status, 200);
  });
});

describe('a target that is not allowed', () => {
  it('is refused as an address, before anything is sent', async () => {
    const client = createOutboundHttp({ policy: strict });
    assert.equal(await reasonFor({}, client), 'target');
    assert.equal(await reasonFor({ url: `ftp://127.0.0.1:${receiver.port}/` }, client), 'target');
    assert.equal(receiver.connections, 0);
    await client.close();
  });

  it('is refused as a name, when it is connected to', async () => {
    const client = createOutboundHttp({ policy: strict, resolve: toLoopback });
    assert.equal(await reasonFor({ url: `http://innocent.example:${receiver.port}/` }, client), 'target');
    assert.equal(await reasonFor({ url: `https://innocent.example:${receiver.port}/` }, client), 'target');
    assert.equal(receiver.connections, 0);
    await client.close();
  });

  it('is allowed as a name when its address is', async () => {
    assert.equal(await reasonFor({ url: `http://trusted.example:${receiver.port}/` }), 'answered 204');
    assert.equal(receiver.requests[0]?.headers['host'], `trusted.example:${receiver.port}`);
  });
});

describe('a name that takes its time', () => {
  it('fails when it could not be connected to in time', async () => {
    const client = createOutboundHttp({ policy: trusting, resolve: () => {}, connectTimeoutMs: 30 });
    assert.equal(await reasonFor({ url: 'http://slow.example/' }, client), 'timeout');
    await client.destroy();
  });

  it('is not sent a request that has timed out meanwhile', async () => {
    const waiting: (() => void)[] = [];
    const resolve: Resolve = (name, done) => void waiting.push(() => toLoopback(name, done));
    const client = createOutboundHttp({ policy: trusting, resolve });
    const url = `http://slow.example:${receiver.port}`;
    assert.equal(await reasonFor({ url: `${url}/late`, timeoutMs: 30 }, client), 'timeout');
    const second = client.request(request({ url: `${url}/in-time` }));
    for (const answer of waiting.splice(0)) answer();
    assert.ok((await second).ok);
    assert.deepEqual(
      receiver.requests.map(({ path }) => path),
      ['/in-time'],
    );
    await client.close();
  });
});

describe('closing', () => {
  it('waits for what is under way', async () => {
    const arrived = new Promise<() => void>((resolve) => {
      receiver.answer = (_, response) => resolve(() => response.end('done'));
    });
    const result = http.request(request());
    const finish = await arrived;
    const closed = http.close();
    finish();
    await closed;
    assert.ok((await result).ok);
    assert.equal(await reasonFor({}), 'connection');
  });

  it('by force breaks it off', async () => {
    const arrived = new Promise<void>((resolve) => {
      receiver.answer = () => resolve();
    });
    const result = reasonFor({});
    await arrived;
    await http.destroy();
    assert.equal(await result, 'connection');
  });
});
