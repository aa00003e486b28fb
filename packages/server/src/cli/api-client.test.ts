import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { describe, it } from 'node:test';
import { createEventReader } from './api-client.ts';
import { Failure } from './command.ts';

/** Runs with the port of something that answers like this. */
async function withServer(answer: RequestListener, use: (port: number) => Promise<void>): Promise<void> {
  const server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  assert.ok(typeof address === 'object' && address !== null);
  try {
    await use(address.port);
  } finally {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  }
}

function reader(httpPort: number) {
  return createEventReader({ host: '127.0.0.1', httpPort, sipPort: 5060, dataDir: '', accessKey: 'key' });
}

const wanted = { after: '', waitSeconds: 0 };
const { signal } = new AbortController();

/** The failure that an answer leads to. */
async function failureOf(answer: RequestListener): Promise<string> {
  let message = '';
  await withServer(answer, async (port) => {
    await assert.rejects(reader(port)(wanted, signal), (error: unknown) => {
      assert.ok(error instanceof Failure);
      message = error.message;
      return true;
    });
  });
  return message;
}

describe('reading the event log over the API', () => {
  it('gives the feed', async () => {
    await withServer(
      (_, response) => response.end('{"result":[],"next_cursor":"abc"}'),
      async (port) =>
        assert.deepEqual(await reader(port)(wanted, signal), { result: [], next_cursor: 'abc' }),
    );
  });

  it('says so when what answers is no Parley', async () => {
    for (const body of ['<html>hello</html>', '', '[]', '{"hello":"world"}', 'null']) {
      const message = await failureOf((_, response) => response.end(body));
      assert.match(message, /127\.0\.0\.1:\d+ answered, but not with events: is it Parley/);
    }
  });

  it('says so when the answer breaks off', async () => {
    const message = await failureOf((_, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('{"result":', () => response.destroy());
    });
    assert.match(message, /the answer of .* broke off/);
  });

  it('tells why it was refused, as far as it is told', async () => {
    const refused = await failureOf((_, response) =>
      response.writeHead(401).end('{"error":{"message":"No such key."}}'),
    );
    assert.match(refused, /answered 401: No such key\.; the key is of another server/);
    const mute = await failureOf((_, response) => response.writeHead(502).end('<html>Bad gateway</html>'));
    assert.match(mute, /answered 502: without saying why/);
  });

  it('ends as its user wants, also in the middle of an answer', async () => {
    const abort = new AbortController();
    await withServer(
      (_, response) => void response.writeHead(200).write('{', () => abort.abort()),
      async (port) => {
        await assert.rejects(reader(port)(wanted, abort.signal), { name: 'AbortError' });
      },
    );
  });
});
