import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createConnection, createServer, type AddressInfo } from 'node:net';
import { describe, it, type TestContext } from 'node:test';
import type { Path } from '@parley/sip';
import { listenTcp } from './tcp.ts';
import type { Listening } from './transport.ts';

const options = [
  'OPTIONS sip:a@127.0.0.1 SIP/2.0',
  'Via: SIP/2.0/TCP 127.0.0.1;branch=z9hG4bK1',
  'Content-Length: 0',
  '',
  '',
].join('\r\n');

/** What the listener was told, each to be waited for. */
class Heard {
  readonly #waiting: ((path: Path) => void)[] = [];
  readonly received: { readonly text: string; readonly path: Path }[] = [];
  readonly failed: Path[] = [];

  next(): Promise<Path> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  readonly listener = {
    received: (bytes: Uint8Array, path: Path) => {
      this.received.push({ text: Buffer.from(bytes).toString('latin1'), path });
      this.#waiting.shift()?.(path);
    },
    failed: (path: Path) => {
      this.failed.push(path);
      this.#waiting.shift()?.(path);
    },
    trouble: (_where: string, error: Error) => {
      throw error;
    },
  };
}

async function listen(t: TestContext): Promise<{ readonly net: Listening; readonly heard: Heard }> {
  const heard = new Heard();
  const net = await listenTcp({ host: '127.0.0.1', port: 0 }, heard.listener);
  t.after(() => net.close());
  return { net, heard };
}

function connect(t: TestContext, port: number) {
  const socket = createConnection({ host: '127.0.0.1', port });
  t.after(() => socket.destroy());
  return socket;
}

describe('SIP over TCP', () => {
  it('cuts messages out of the stream however it is divided, and answers over the same connection', async (t) => {
    const { net, heard } = await listen(t);
    const socket = connect(t, net.local.port);
    const first = heard.next();
    socket.write(options.slice(0, 20));
    socket.write(options.slice(20) + options);
    const path = await first;
    if (heard.received.length < 2) await heard.next();
    assert.deepEqual(
      heard.received.map(({ text }) => text),
      [options, options],
    );
    net.send(path, Buffer.from('SIP/2.0 200 OK\r\n\r\n'));
    const [answer] = await once(socket, 'data');
    assert.match(String(answer), /^SIP\/2\.0 200 OK/);
  });

  it('answers a keep-alive ping with a pong', async (t) => {
    const { net } = await listen(t);
    const socket = connect(t, net.local.port);
    socket.write('\r\n\r\n');
    const [answer] = await once(socket, 'data');
    assert.equal(String(answer), '\r\n');
  });

  it('closes a connection that does not speak SIP, and tells that it is gone', async (t) => {
    const { net, heard } = await listen(t);
    const socket = connect(t, net.local.port);
    const gone = heard.next();
    socket.write(`GET / HTTP/1.1\r\n${'x'.repeat(70_000)}`);
    socket.on('error', () => socket.destroy());
    await gone;
    assert.equal(heard.received.length, 0);
    assert.equal(heard.failed.length, 1);
  });

  it('opens a connection when there is none, and tells the path of the message when that fails', async (t) => {
    const { net, heard } = await listen(t);
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const path: Path = { transport: 'TCP', local: net.local, remote: { address: '127.0.0.1', port } };
    const connected = once(server, 'connection');
    net.send(path, Buffer.from(options));
    const [peer] = await connected;
    const [sent] = await once(peer, 'data');
    assert.equal(String(sent), options);
    peer.destroy();
    server.close();
    while (!heard.failed.includes(path)) await heard.next();
    net.send(path, Buffer.from(options));
    await heard.next();
    while (heard.failed.filter((each) => each === path).length < 2) await heard.next();
  });

  it('tells at once that a connection which only the peer can open is gone', async (t) => {
    const { net, heard } = await listen(t);
    const path: Path = {
      transport: 'TCP',
      local: net.local,
      remote: { address: '127.0.0.1', port: 9 },
      connection: 'tcp-99',
    };
    net.send(path, Buffer.from(options));
    assert.deepEqual(heard.failed, [path]);
  });
});
