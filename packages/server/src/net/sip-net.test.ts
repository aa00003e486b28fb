import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Path } from '@parley/sip';
import { SipNet } from './sip-net.ts';
import type { Listener } from './transport.ts';

const deaf: Listener = {
  received: () => undefined,
  failed: () => undefined,
  trouble: () => undefined,
};

test('what SIP still wants to send after its sockets were closed goes nowhere', async () => {
  const net = new SipNet({ host: '127.0.0.1', sipPort: 0 }, deaf);
  await net.listen();
  const local = { address: '127.0.0.1', port: net.port };
  await net.close();
  for (const transport of ['UDP', 'TCP'] as const) {
    const path: Path = { transport, local, remote: { address: '127.0.0.1', port: 9 } };
    assert.doesNotThrow(() => net.send(path, new Uint8Array([1])));
  }
});
