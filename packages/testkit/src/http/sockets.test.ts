import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { describe, it } from 'node:test';
import type { HttpSettings } from '@parley/server';
import { type ApiUnderTest, createApi, until, waitersOf } from './api-under-test.ts';

const host = '127.0.0.1';

async function listening(settings: Partial<HttpSettings> = {}): Promise<ApiUnderTest> {
  const api = await createApi(settings);
  await api.http.listen(host, 0);
  return api;
}

/** Sends bytes as they are and resolves with all that comes back until the server hangs up. */
function exchange(api: ApiUnderTest, bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(api.http.address()?.port ?? 0, host);
    let received = '';
    socket.setEncoding('utf8');
    socket.on('data', (text: string) => (received += text));
    socket.on('error', reject);
    socket.on('close', () => resolve(received));
    socket.write(bytes);
  });
}

function bodyOf(reply: string): unknown {
  return JSON.parse(reply.slice(reply.indexOf('\r\n\r\n') + 4));
}

describe('the HTTP server on a socket', () => {
  it('says where it listens, and serves there', async () => {
    const api = await listening();
    const address = api.http.address();
    assert.equal(address?.host, host);
    const reply = await fetch(`http://${host}:${address.port}/v1.0/me?accesskey=${api.key}`);
    assert.equal(reply.status, 200);
    await reply.text();
    await api.http.close();
    assert.equal(api.http.address(), undefined);
    await api.http.close();
  });

  it('limits loopback, too, when it is open to others', async () => {
    const api = await createApi({ apiRate: { perSecond: 1, burst: 1 } });
    await api.http.listen('0.0.0.0', 0);
    const url = `http://${host}:${api.http.address()?.port}/v1.0/me?accesskey=${api.key}`;
    const statuses = [];
    for (let request = 0; request < 2; request += 1) {
      const reply = await fetch(url);
      await reply.text();
      statuses.push(reply.status);
    }
    assert.deepEqual(statuses, [200, 429]);
    await api.http.close();
  });

  it('says so when the port is taken', async () => {
    const api = await listening();
    const second = await createApi();
    await assert.rejects(second.http.listen(host, api.http.address()?.port ?? 0), { code: 'EADDRINUSE' });
    await Promise.all([api.http.close(), second.http.close()]);
  });

  it('answers what is no HTTP in the form of all errors', async () => {
    const api = await listening();
    const reply = await exchange(api, 'INVITE sip:1000@example.com SIP/2.0\r\n\r\n');
    assert.match(reply, /^HTTP\/1\.1 400 Bad Request\r\n/);
    const id = /x-request-id: (\S+)/.exec(reply)?.[1];
    assert.partialDeepStrictEqual(bodyOf(reply), { error: { reason: 'INVALID_ARGUMENT', request_id: id } });
    await api.http.close();
  });

  it('answers a head that is too large', async () => {
    const api = await listening({ headerBytes: 2_000 });
    const reply = await exchange(api, `GET /ping HTTP/1.1\r\nhost: x\r\nx: ${'y'.repeat(3_000)}\r\n\r\n`);
    assert.match(reply, /^HTTP\/1\.1 431 /);
    assert.partialDeepStrictEqual(bodyOf(reply), { error: { status: 'INVALID_ARGUMENT' } });
    await api.http.close();
  });

  it('hangs up on who sends a request a byte at a time', async () => {
    const api = await listening({ headersMs: 50, requestMs: 50 });
    const reply = await exchange(api, 'GET /ping HTTP/1.1\r\nhost:');
    assert.match(reply, /^HTTP\/1\.1 408 /);
    await api.http.close();
  });

  it('closes while a connection is kept alive', async () => {
    const api = await listening();
    const kept = exchange(api, 'GET /ping HTTP/1.1\r\nhost: x\r\n\r\nGET /ping HTTP/1.1\r\nhost: x\r\n\r\n');
    await fetch(`http://${host}:${api.http.address()?.port}/ping`).then((reply) => reply.text());
    await api.http.close();
    assert.equal((await kept).match(/\{"status":"up"\}/g)?.length, 2);
  });

  it('ends the wait of a client that has gone', async () => {
    const api = await listening();
    const gone = new AbortController();
    const url = `http://${host}:${api.http.address()?.port}/v1.0/events?wait=50&accesskey=${api.key}`;
    const waiting = fetch(url, { signal: gone.signal }).catch((error: unknown) => error);
    await until(async () => (await waitersOf(api)) === 1);
    gone.abort();
    await waiting;
    await until(async () => (await waitersOf(api)) === 0);
    await api.http.close();
  });
});
